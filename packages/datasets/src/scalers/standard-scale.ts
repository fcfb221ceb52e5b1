/**
 * The stage `standardScale`: columns of mean 0 and variance 1.
 *
 * It works on a whole table or on a split, told apart by what arrives. Not a robust scaler: one wild value moves it.
 * Invariant: its input is never changed, and labels pass through.
 */
import { ConfigError, defineStage, ShapeError, type Stage } from '@tangentlab/core';
import { checkTable, type Split, type Table } from '@tangentlab/tensor';
import { map } from 'rxjs';

const WHERE = 'standardScale';

/**
 * Centres each column and divides it by its (population) standard deviation; a constant column is only centred.
 *
 * On a table it is fitted on all rows. Placed before the split, as the seed's code does, it thus lets the validation rows
 * leak into the scaling; placed after the split it is fitted on the training part only and applied to both parts.
 *
 * *Range*: columns that spread by 1e-150 to 1e150, whose squares neither vanish nor overflow.
 * *Cost*: O(samples x features). *Determinism*: draws nothing. *Source*: scikit-learn 1.9.1, `StandardScaler`; the
 * variance by Chan, Golub & LeVeque's corrected two-pass sum.
 *
 * @throws ConfigError CONFIG_INVALID from the stream for a table without rows, with values that are not finite, or with a
 * column too large to square. @throws ShapeError SHAPE_MISMATCH from the stream for sizes that disagree.
 * @example
 * standardScale().stageName // => 'standardScale'
 */
export function standardScale<D extends Table | Split = Table>(): Stage<D, D> {
  return defineStage<D, D>({ name: WHERE, bind: () => map((data) => scaled(data)) });
}

function scaled<D extends Table | Split>(data: D): D {
  if (!isSplit(data)) return { ...data, ...applyScaling(data, fitScaling(checkTable(WHERE, data))) };
  const train = checkTable(WHERE, data.train);
  const val = checkTable(WHERE, data.val);
  if (train.features !== val.features) {
    throw new ShapeError('SHAPE_MISMATCH', {
      where: WHERE,
      expected: `the validation part must have the ${train.features} columns of the training part`,
      got: String(val.features),
      todo: 'split one table instead of joining two',
    });
  }
  const scaling = fitScaling(train);
  return { ...data, train: applyScaling(train, scaling), val: applyScaling(val, scaling) };
}

function isSplit(data: Table | Split): data is Split {
  return 'train' in data;
}

/** One mean and one divisor per column. */
interface Scaling {
  readonly mean: Float64Array;
  readonly divisor: Float64Array;
}

function fitScaling(table: Table): Scaling {
  const { samples: n, features } = table;
  if (n === 0) throw invalid('at least one row is needed', '0', 'give the stage before it data');
  const mean = columnSums(table, (value) => value).map((sum) => sum / n);
  const centred = (value: number, column: number) => value - (mean[column] as number);
  // zero but for rounding, and the measure of it: what the mean lost is taken back from the sum of squares
  const residue = columnSums(table, centred);
  const squares = columnSums(table, (value, column) => centred(value, column) ** 2);
  const divisor = new Float64Array(features);
  for (let j = 0; j < features; j++) {
    const variance = ((squares[j] as number) - (residue[j] as number) ** 2 / n) / n;
    if (!Number.isFinite(variance)) {
      throw invalid(`the variance of column ${j} must be finite`, String(variance), 'rescale its values first');
    }
    divisor[j] = isConstant(variance, mean[j] as number, n) ? 1 : Math.sqrt(variance);
  }
  return { mean, divisor };
}

/** True of a variance within the error bound of its own computation (Chan, Golub & LeVeque 1983). */
function isConstant(variance: number, mean: number, n: number): boolean {
  return variance <= n * Number.EPSILON * variance + (n * mean * Number.EPSILON) ** 2;
}

function columnSums({ x, features }: Table, term: (value: number, column: number) => number): Float64Array {
  const sums = new Float64Array(features);
  x.forEach((value, i) => {
    (sums[i % features] as number) += term(value, i % features);
  });
  return sums;
}

function applyScaling(table: Table, { mean, divisor }: Scaling): Table {
  const { features } = table;
  const x = table.x.map((value, i) => (value - (mean[i % features] as number)) / (divisor[i % features] as number));
  return { ...table, x };
}

function invalid(expected: string, got: string, todo: string): ConfigError {
  return new ConfigError('CONFIG_INVALID', { where: WHERE, expected, got, todo });
}
