/**
 * The law of resuming: a run that was cut anywhere goes on from its log to the same end, as if nothing had happened.
 */
import {
  dataHash,
  defineProvider,
  defineSource,
  encodeEvent,
  experiment,
  int,
  maximize,
  type RunEvent,
  SEARCHER,
  type Searcher,
  STORAGE,
  type Storage,
  startWith,
  type Trainer,
} from '@tangentlab/core';
import { concatMap, of, range } from 'rxjs';
import { expectSameBits } from '../same-bits.js';
import { readLog, type StorageCheck, type StorageSubject } from './storage-subject.js';

export const RESUMING_CHECKS: readonly StorageCheck[] = [
  { name: 'a run resumed from every prefix of its log ends in the same result, and in the same log', check: resumes },
];

/** Its point depends on every bit of what it was told; the first trial is paused after a step. */
const searcher: Searcher = {
  name: 'sensitive',
  feedback: true,
  ask: ({ view, space, rng, slot }) => {
    const told = Array.from({ length: view.told }, (_, n) => dataHash(view.outcome(n)));
    const point = space.sample(rng.split(...told));
    return slot === 0 ? startWith(point, 1) : point;
  },
};

/** Two steps with a warning; a loss that is no number, and a trial that fails. */
const trainer: Trainer<null, number, 'score' | 'loss'> = {
  name: 'fake',
  requires: [],
  fit: (_model, _data, { trial, rng, warn }) =>
    range(1, 2).pipe(
      concatMap(async (step) => {
        if (trial === 2 && step === 2) throw new Error('diverged');
        if (step === 1) warn({ step, name: 'gradients/vanishing', message: 'too small', values: { norm: -0 } });
        const loss = [1 / step, Number.NaN, Number.POSITIVE_INFINITY, -0][trial % 4]!;
        return { step, values: { score: rng.split('step', step).uniform(), loss } };
      }),
    ),
};

const described = experiment({
  name: 'resumed',
  seed: 3,
  data: defineSource({ name: 'one', open: () => of(1) }),
  space: { x: int(0, 999), y: int(-5, 5) },
  model: () => null,
  train: () => trainer,
  objective: maximize('score'),
  search: defineProvider({ token: SEARCHER, name: 'sensitive', create: () => searcher }),
  trials: 4,
});

const storedIn = (storage: Storage) =>
  described.with(defineProvider({ token: STORAGE, name: storage.name, create: () => storage }));

/** What does not differ from session to session. */
const search = (events: readonly RunEvent[]) => events.filter(({ type }) => !type.startsWith('run/'));

async function resumes(subject: StorageSubject): Promise<void> {
  const storage = await subject.open();
  const { trials, log: id, diagnostics } = await storedIn(storage).run().result;
  expectSameBits('what went wrong beside the run', diagnostics, []);
  const whole = await readLog(storage, id!);
  for (let length = 0; length <= whole.length; length++) {
    const cut = await storage.create('cut');
    await cut.append(whole.slice(0, length));
    await cut.close();
    const resumed = await storedIn(storage).run({ resume: cut.id }).result;
    expectSameBits(`trials of the run resumed after ${length} events`, resumed.trials, trials);
    const stored = search(await readLog(storage, cut.id)).map(encodeEvent);
    expectSameBits(`its log after ${length} events`, stored, search(whole).map(encodeEvent));
  }
  const again = await storedIn(await subject.reopen()).run({ resume: id! }).result;
  expectSameBits('trials of the run told again after a kill', again.trials, trials);
}
