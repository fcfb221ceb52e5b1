/**
 * A fitted scaling of columns: x' = (x - center) / divisor + offset, one triple per column.
 *
 * Not a stage, and not fitted here: each scaler has its own file. Invariant: divisors are finite and not 0, so that
 * `invert` undoes `apply` to rounding.
 */
import { ConfigError, ShapeError } from '@tangentlab/core';
import type { Samples } from '@tangentlab/tensor';

/**
 * What a scaler learnt from the rows that it was fitted on.
 *
 * *Shapes*: one number per column in each list.
 * @example
 * const scaling = maxAbsScaling({ x: Float64Array.of(1, -4, 2, 2), samples: 2, features: 2 });
 * [...scaling.divisor] // => [2, 4]
 * [...scaling.apply(Float64Array.of(1, 2))] // => [0.5, 0.5]
 * [...scaling.invert(Float64Array.of(0.5, 0.5))] // => [1, 2]
 */
export class ColumnScaling {
  constructor(
    readonly center: Float64Array,
    readonly divisor: Float64Array,
    readonly offset: Float64Array = new Float64Array(center.length),
  ) {}

  /** Whole rows, scaled; the input is left alone. *Throws* SHAPE_MISMATCH for a part of a row. */
  apply(x: Float64Array): Float64Array {
    const { center, divisor, offset } = this;
    return this.mapped(x, (value, j) => (value - center[j]!) / divisor[j]! + offset[j]!);
  }

  /** Scaled rows in their old units. *Throws* SHAPE_MISMATCH for a part of a row. */
  invert(x: Float64Array): Float64Array {
    const { center, divisor, offset } = this;
    return this.mapped(x, (value, j) => (value - offset[j]!) * divisor[j]! + center[j]!);
  }

  private mapped(x: Float64Array, term: (value: number, column: number) => number): Float64Array {
    const columns = this.center.length;
    if (columns === 0 ? x.length > 0 : x.length % columns !== 0) {
      throw new ShapeError('SHAPE_MISMATCH', {
        where: 'ColumnScaling',
        expected: `whole rows of ${columns} columns are needed`,
        got: `${x.length} values`,
        todo: 'scale rows with the columns that the scaling was fitted on',
      });
    }
    return x.map((value, i) => term(value, i % columns));
  }
}

/** Throws CONFIG_INVALID for a table without rows: there is nothing to fit. */
export function checkRows(where: string, { samples }: Samples): void {
  if (samples > 0) return;
  throw new ConfigError('CONFIG_INVALID', {
    where,
    expected: 'at least one row is needed',
    got: '0',
    todo: 'give the stage before it data',
  });
}

/** One number per column, made of the column's values. */
export function perColumn({ x, samples, features }: Samples, of: (column: Float64Array) => number): Float64Array {
  return Float64Array.from({ length: features }, (_, j) =>
    of(Float64Array.from({ length: samples }, (_, i) => x[i * features + j]!)),
  );
}

// below this a spread counts as none, as in scikit-learn: dividing by it would blow up rounding errors
const NO_SPREAD = 10 * Number.EPSILON;

/** The spreads as divisors: 1 for a column that has none. *Throws* CONFIG_INVALID for one that overflows. */
export function divisorsOf(where: string, spreads: Float64Array): Float64Array {
  const bad = spreads.findIndex((spread) => !Number.isFinite(spread));
  if (bad >= 0) {
    throw new ConfigError('CONFIG_INVALID', {
      where,
      expected: `the spread of column ${bad} must be finite`,
      got: String(spreads[bad]),
      todo: 'rescale its values first',
    });
  }
  return spreads.map((spread) => (spread < NO_SPREAD ? 1 : spread));
}
