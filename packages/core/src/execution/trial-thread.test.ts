import {
  choice,
  defineProvider,
  defineSource,
  enterTrialThread,
  experiment,
  isTangentError,
  maximize,
  SEARCHER,
  type Trainer,
} from '@tangentlab/core';
import { of } from 'rxjs';

const trainer: Trainer<number, number, 'score'> = {
  name: 'one',
  requires: [],
  fit: () => of({ step: 1, values: { score: 1 } }),
};
const described = experiment({
  name: 'guarded',
  seed: 1,
  data: defineSource({ name: 'one', open: () => of(1) }),
  space: { x: choice(1, 2) },
  model: () => 1,
  train: () => trainer,
  objective: maximize('score'),
  search: defineProvider({
    token: SEARCHER,
    name: 'one',
    create: () => ({ name: 'one', feedback: false, ask: () => ({ x: 1 }) }),
  }),
  trials: 1,
});

test('a run is refused in a thread that runs trials, and only there', async () => {
  await expect(described.run().result).resolves.toMatchObject({ reason: 'trials' });
  enterTrialThread(); // holds for this file's realm
  let thrown: unknown;
  try {
    described.run();
  } catch (error) {
    thrown = error;
  }
  expect(isTangentError(thrown) && thrown.code).toBe('WORKER_NOT_SERIALISABLE');
  expect((thrown as Error).message).toContain('if (isMainThread) await experiment.run().result');
  expect(described.override({ trials: 2 }).plan.trials).toBe(2); // describing is not running
});
