/**
 * The stage `scaleTargets`: real targets of mean 0 and variance 1, for trainers that would be slow on large ones.
 *
 * Not for labels, and not for folds, where each training part would have units of its own. Invariant: rows to validate or
 * test on have no say; `targetScaling.invert` gives predictions in the old units.
 */
import { ConfigError, defineStage, type Stage } from '@tangentlab/core';
import { checkRegressionTable, type RegressionTable, type Split } from '@tangentlab/tensor';
import { map } from 'rxjs';
import type { ColumnScaling } from './column-scaling.js';
import { standardScaling } from './standard-scale.js';

/** What the data carries on, so that predictions can be put back into the old units. */
export interface ScaledTargets {
  readonly targetScaling: ColumnScaling;
}

const WHERE = 'scaleTargets';

/**
 * Centres each target and divides it by its standard deviation; after a split by those of the training part.
 *
 * *Cost*: O(samples x outputs). *Determinism*: draws nothing. *Source*: scikit-learn 1.9.1, `StandardScaler`, on targets.
 *
 * @throws ConfigError CONFIG_INVALID from the stream for labels, for a table without rows, or for targets that are not
 * finite or too large to square. @throws ShapeError SHAPE_MISMATCH from the stream for sizes that disagree.
 * @example
 * const scaled = makeRegression({ samples: 5, features: 2, randomState: 1 }).pipe(scaleTargets());
 * const { targets, targetScaling } = await firstValueFrom(scaled.open({ rng: Rng.root(1) }));
 * Math.abs(targets.reduce((a, b) => a + b)) < 1e-12 // => true
 * targetScaling.invert(targets).length // => 5
 */
export function scaleTargets<D extends RegressionTable | Split<RegressionTable> = RegressionTable>(): Stage<
  D,
  D & ScaledTargets
> {
  return defineStage<D, D & ScaledTargets>({ name: WHERE, bind: () => map((data) => ({ ...data, ...scaled(data) })) });
}

function scaled(data: RegressionTable | Split<RegressionTable>) {
  if (!('train' in data)) {
    const targetScaling = fitted(data);
    return { targets: targetScaling.apply(data.targets), targetScaling };
  }
  const { train, val, test } = data;
  const targetScaling = fitted(train);
  const apply = (table: RegressionTable): RegressionTable => ({
    ...table,
    targets: targetScaling.apply(checkRegressionTable(WHERE, table).targets),
  });
  return { train: apply(train), val: apply(val), ...(test === undefined ? {} : { test: apply(test) }), targetScaling };
}

function fitted(table: RegressionTable): ColumnScaling {
  if (!('targets' in table)) {
    throw new ConfigError('CONFIG_INVALID', {
      where: WHERE,
      expected: 'real targets are needed',
      got: 'none',
      todo: 'leave the stage out for labels, or put it before the folds',
    });
  }
  const { targets, samples, outputs } = checkRegressionTable(WHERE, table);
  return standardScaling({ x: targets, samples, features: outputs });
}
