import { openOnce, Rng, type Source } from '@tangentlab/core';
import type { RegressionTable, Split } from '@tangentlab/tensor';
import { largestGap } from '../../fixtures/reference.js';
import { makeMoons } from '../generators/make-moons.js';
import { makeRegression } from '../generators/make-regression.js';
import { holdout } from '../splits/holdout.js';
import { type ScaledTargets, scaleTargets } from './scale-targets.js';

const rng = Rng.root(1);
const linear = makeRegression({ samples: 40, features: 3, outputs: 2, bias: 500, randomState: 1 });

test('after a split the training targets decide, and invert gives the old units back', async () => {
  const parts = linear.pipe(holdout({ fraction: 0.25, test: 0.25, randomState: 2 }));
  const before = await openOnce('test', parts, { rng });
  const scaled: Split<RegressionTable> & ScaledTargets = await openOnce('test', parts.pipe(scaleTargets()), { rng });
  const first = scaled.train.targets.filter((_, i) => i % 2 === 0);
  expect(Math.abs(first.reduce((a, b) => a + b) / first.length)).toBeLessThan(1e-12);
  expect(first.reduce((a, b) => a + b * b, 0) / first.length).toBeCloseTo(1, 12);
  for (const name of ['train', 'val', 'test'] as const) {
    const targets = scaled.targetScaling.invert(scaled[name]!.targets);
    expect(largestGap(targets, before[name]!.targets)).toBeLessThan(1e-12);
    expect(scaled[name]!.x).toEqual(before[name]!.x);
  }
});

test('inline, on a table and on a split; not on labels', async () => {
  const table: Source<RegressionTable & ScaledTargets> = linear.pipe(scaleTargets());
  const split: Source<Split<RegressionTable>> = linear.pipe(scaleTargets(), holdout({ fraction: 0.2 }));
  expect((await openOnce('test', split, { rng })).train.targets.length).toBe(64);
  expect((await openOnce('test', table, { rng })).outputs).toBe(2);
  // @ts-expect-error labels are no targets
  const wrong = makeMoons().pipe(scaleTargets());
  await expect(openOnce('test', wrong as Source<unknown>, { rng })).rejects.toThrow(
    'real targets are needed, got none',
  );
});
