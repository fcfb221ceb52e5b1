import { openOnce, Rng, type Source } from '@tangentlab/core';
import type { RegressionTable, Split } from '@tangentlab/tensor';
import { makeMoons } from '../generators/make-moons.js';
import { holdout } from '../splits/holdout.js';
import { oneHotTargets } from './one-hot-targets.js';

test('a table of labels becomes one of targets, which can be split', async () => {
  const data: Source<Split<RegressionTable>> = makeMoons({ samples: 10 }).pipe(
    oneHotTargets(),
    holdout({ fraction: 0.2 }),
  );
  const { train, outputs } = await openOnce('test', data, { rng: Rng.root(1) });
  expect([train.targets.length, outputs, train.targets.reduce((a, b) => a + b)]).toEqual([16, 2, 8]);
});
