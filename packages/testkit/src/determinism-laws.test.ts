import { dataHash, type Outcome, type Pruner, type Searcher } from '@tangentlab/core';
import { gridSearch, randomSearcher } from '@tangentlab/optimizers';
import { determinismLaws, lawsOfDeterminism } from '@tangentlab/testkit';

/** Its point depends on every bit of its whole view: any difference there shows. */
const sensitive = (extra: () => unknown = () => 0): Searcher => ({
  name: 'sensitive',
  feedback: true,
  ask: ({ view, space, rng }) => {
    const outcomes: Outcome[] = Array.from({ length: view.told }, (_, slot) => view.outcome(slot));
    const proposals = Array.from({ length: view.asked }, (_, slot) => view.params(slot));
    return space.sample(rng.split(dataHash(JSON.stringify([outcomes, proposals, extra()]))));
  },
});

/** Ends trials by what it sees of others, and of their number. */
const sensitivePruner = (extra: () => number = () => 0): Pruner => ({
  name: 'sensitive',
  feedback: true,
  prune: ({ view, curve, trial }) => (view.told + curve.length + trial + extra()) % 4 === 0,
});

determinismLaws('random', () => ({ searcher: randomSearcher() }));
determinismLaws('grid', () => ({ searcher: (gridSearch().create as () => Searcher)() }));
determinismLaws('sensitive', () => ({ searcher: sensitive(), pruner: sensitivePruner() }));

describe('determinismLaws reject', () => {
  let calls = 0;
  const [matrix, resumption] = lawsOfDeterminism();
  test.each([
    ['a searcher with a memory that outlives its search', matrix!, () => ({ searcher: sensitive(() => calls++) })],
    ['a pruner that counts', matrix!, () => ({ searcher: sensitive(), pruner: sensitivePruner(() => calls++) })],
    ['the same, resumed', resumption!, () => ({ searcher: sensitive(() => calls++) })],
  ])('%s', async (_, law, make) => {
    await expect((async () => law.check(make))()).rejects.toBeDefined();
  });
});
