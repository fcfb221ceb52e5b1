import { openOnce, Rng, type Source } from '@tangentlab/core';
import type { RegressionTable, Split } from '@tangentlab/tensor';
import fc from 'fast-check';
import { makeMoons } from '../generators/make-moons.js';
import { holdout } from '../splits/holdout.js';
import { oneHot, oneHotTargets } from './one-hot.js';

test('every row has a single one, at its label', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(5)), (labels) => {
      const encoded = oneHot(labels, 6);
      labels.forEach((label, i) => {
        const row = [...encoded.subarray(i * 6, i * 6 + 6)];
        expect([row.indexOf(1), row.filter((value) => value === 0).length]).toEqual([label, 5]);
      });
    }),
  );
});

test.each([-1, 3, 0.5, Number.NaN])('the label %p is refused', (label) => {
  expect(() => oneHot([0, label], 3)).toThrow('the label of row 1 must be an integer in 0..2');
});

test('a table of labels becomes one of targets, which can be split', async () => {
  const data: Source<Split<RegressionTable>> = makeMoons({ samples: 10 }).pipe(
    oneHotTargets(),
    holdout({ fraction: 0.2 }),
  );
  const { train, outputs } = await openOnce('test', data, { rng: Rng.root(1) });
  expect([train.targets.length, outputs, train.targets.reduce((a, b) => a + b)]).toEqual([16, 2, 8]);
});
