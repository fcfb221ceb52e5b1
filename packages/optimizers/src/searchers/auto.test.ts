import {
  askTell,
  choice,
  int,
  isTangentError,
  type Params,
  Rng,
  Space,
  TrialLog,
  uniform,
  viewOf,
} from '@tangentlab/core';
import { createLinearAlgebraSync } from '@tangentlab/ops-wasm';
import { auto, autoSearcher, exhaustiveSearcher, gpSearcher, tpeSearcher } from '@tangentlab/optimizers';
import { determinismLaws, searcherLaws } from '@tangentlab/testkit';

const linearAlgebra = createLinearAlgebraSync();

searcherLaws('auto', () => autoSearcher({ trials: 30, linearAlgebra }), {
  spaces: [
    new Space({ a: choice(1, 2, 3), b: int(1, 5) }),
    new Space({ a: choice(1, 2, 3), b: int(1, 12) }),
    new Space({}),
  ],
});
determinismLaws('auto', () => ({ searcher: autoSearcher({ linearAlgebra }) }));

const FINITE = { a: int(1, 4), b: choice('x', 'y') };
const first = (searcher: ReturnType<typeof autoSearcher>, space: object) => {
  const search = askTell(space as typeof FINITE, searcher);
  return Array.from({ length: 3 }, () => search.ask());
};

test('tries every point where there are trials enough, and learns elsewhere', () => {
  expect(first(autoSearcher({ trials: 8 }), FINITE)).toEqual(first(exhaustiveSearcher(), FINITE));
  expect(first(autoSearcher({ trials: 7 }), FINITE)).toEqual(first(gpSearcher(), FINITE));
  expect(first(autoSearcher({ trials: 8 }), FINITE)).not.toEqual(first(autoSearcher({ trials: 7 }), FINITE));
  const real = { x: uniform(0, 1) };
  expect(first(autoSearcher({ trials: 8 }), real)).toEqual(first(gpSearcher(), real));
});

test('after 300 slots it goes on with what learns from many', () => {
  const space = new Space({ x: uniform(0, 1) });
  const log = new TrialLog();
  const ask = (searcher: ReturnType<typeof autoSearcher>, slot: number) => {
    const rng = Rng.root(3);
    const view = viewOf(log, slot, 1);
    const objectives = [{ metric: 'f', direction: 'minimize', at: 'last' }] as const;
    return searcher.ask({
      space,
      objectives,
      constraints: [],
      view,
      slot,
      rng: rng.split(slot),
      runRng: rng,
    }) as Params;
  };
  for (let slot = 0; slot < 301; slot++) {
    const params = space.sample(Rng.root(slot));
    log.propose(params);
    log.record(slot, { state: 'complete', values: [((params['x'] as number) - 0.3) ** 2], curve: [] });
  }
  expect(ask(autoSearcher({ linearAlgebra }), 299)).toEqual(ask(gpSearcher({ linearAlgebra }), 299));
  expect(ask(autoSearcher(), 300)).toEqual(ask(tpeSearcher(), 300));
  expect(ask(tpeSearcher(), 299)).not.toEqual(ask(gpSearcher({ linearAlgebra }), 299));
});

test('with repeats nothing is exhausted', () => {
  const search = askTell(FINITE, autoSearcher({ trials: 100, repeats: true, linearAlgebra }));
  expect(Array.from({ length: 20 }, () => search.ask())).not.toContain(null);
});

test('bad options are refused', () => {
  try {
    auto({ trials: 0 });
  } catch (error) {
    expect(isTangentError(error) && error.code).toBe('CONFIG_INVALID');
    return;
  }
  throw new Error('nothing was thrown');
});
