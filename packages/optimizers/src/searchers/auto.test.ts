import { askTell, choice, int, isTangentError, uniform } from '@tangentlab/core';
import { auto, autoSearcher, exhaustiveSearcher, tpeSearcher } from '@tangentlab/optimizers';
import { determinismLaws, searcherLaws } from '@tangentlab/testkit';

searcherLaws('auto', () => autoSearcher({ trials: 30 }));
determinismLaws('auto', () => ({ searcher: autoSearcher() }));

const FINITE = { a: int(1, 4), b: choice('x', 'y') };
const first = (searcher: ReturnType<typeof autoSearcher>, space: object) => {
  const search = askTell(space as typeof FINITE, searcher);
  return Array.from({ length: 3 }, () => search.ask());
};

test('tries every point where there are trials enough, and learns elsewhere', () => {
  expect(first(autoSearcher({ trials: 8 }), FINITE)).toEqual(first(exhaustiveSearcher(), FINITE));
  expect(first(autoSearcher({ trials: 7 }), FINITE)).toEqual(first(tpeSearcher(), FINITE));
  expect(first(autoSearcher({ trials: 8 }), FINITE)).not.toEqual(first(autoSearcher({ trials: 7 }), FINITE));
  const real = { x: uniform(0, 1) };
  expect(first(autoSearcher({ trials: 8 }), real)).toEqual(first(tpeSearcher(), real));
});

test('with repeats nothing is exhausted', () => {
  const search = askTell(FINITE, autoSearcher({ trials: 100, repeats: true }));
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
