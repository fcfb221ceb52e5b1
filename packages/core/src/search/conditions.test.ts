/** Conditions of a space are checked by the types of the parts below the record, too. */
import { askTell, choice, maximize, Rng, type Searcher, searchTrials, uniform, when } from '@tangentlab/core';

const searcher: Searcher = { name: 'fake', feedback: false, ask: ({ space, rng }) => space.sample(rng) };
const rest = { searcher, objectives: [maximize('y')] as const, trials: 1, rng: Rng.root(1) };
const nothing = () => [{ step: 1, values: { y: 1 } }];
const invalid = expect.objectContaining({ code: 'SPACE_INVALID' });

test('a condition on a sibling compiles, and its parameter is optional', () => {
  const space = { opt: choice('adam', 'sgd'), momentum: when('opt', 'sgd', uniform(0, 0.9)) };
  const search = askTell(space, searcher);
  const asked = search.ask();
  if (asked === null || asked === 'wait') throw new Error('a point was expected');
  const momentum: number | undefined = asked.params.momentum;
  expect(momentum === undefined).toBe(asked.params.opt === 'adam');
  expect(() => searchTrials({ ...rest, space }, nothing)).not.toThrow();
});

test('an unknown parent and an impossible value are errors of the compiler, and at run time', () => {
  expect(() =>
    searchTrials(
      {
        ...rest,
        // @ts-expect-error no parameter "optt"
        space: { opt: choice('adam', 'sgd'), momentum: when('optt', 'sgd', uniform(0, 0.9)) },
      },
      nothing,
    ),
  ).toThrow(invalid);
  expect(() =>
    askTell(
      // @ts-expect-error "opt" never is 'sdg'
      { opt: choice('adam', 'sgd'), momentum: when('opt', 'sdg', uniform(0, 0.9)) },
      searcher,
    ),
  ).toThrow(invalid);
});
