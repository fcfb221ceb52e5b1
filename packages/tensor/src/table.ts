/**
 * Tables: the data that trainers and analyzers see. Plain data in f64; back ends convert when they upload.
 */
import { ConfigError, ShapeError } from '@tangentlab/core';
import { firstNotFinite } from './first-not-finite.js';

/** What every table has: samples with features. */
export interface Samples {
  /** samples x features, row-major. */
  readonly x: Float64Array;
  readonly samples: number;
  readonly features: number;
}

/** Samples with class labels. */
export interface Table extends Samples {
  /** The class of each sample, 0..classes-1. */
  readonly y: Int32Array;
  readonly classes: number;
}

/** Samples with real targets. */
export interface RegressionTable extends Samples {
  /** samples x outputs, row-major. */
  readonly targets: Float64Array;
  readonly outputs: number;
}

/** The sizes that all parts of one table share: features, and classes or outputs. */
export type SharedSizes<T extends Samples> = Omit<T, 'x' | 'y' | 'targets' | 'samples'>;

/** A part to train on, one to validate on and, if one was held out, one to test on: it is looked at once, at the end. */
export type Split<T extends Samples = Table> = SharedSizes<T> & {
  readonly train: T;
  readonly val: T;
  readonly test?: T;
};

/** Several ways to part one table into training and validation. */
export type Folds<T extends Samples = Table> = SharedSizes<T> & {
  readonly folds: readonly Split<T>[];
};

/**
 * The table itself, checked.
 *
 * *Cost*: O(samples x features).
 * @throws ShapeError SHAPE_MISMATCH when the sizes disagree. @throws ConfigError CONFIG_INVALID for a value that is not
 * finite or a label out of range, naming its row.
 */
export function checkTable(where: string, table: Table): Table {
  const { y, samples, classes } = table;
  checkSamples(where, table, y.length, `${samples} labels`);
  const wrong = y.findIndex((label) => !(label >= 0 && label < classes));
  if (wrong >= 0)
    throw invalid(
      where,
      `the label of row ${wrong} must lie in 0..${classes - 1}`,
      String(y[wrong]),
      'number the classes from 0',
    );
  return table;
}

/**
 * The table of real targets itself, checked.
 *
 * *Cost*: O(samples x (features + outputs)).
 * @throws ShapeError SHAPE_MISMATCH when the sizes disagree. @throws ConfigError CONFIG_INVALID for a value or target
 * that is not finite, naming its row.
 */
export function checkRegressionTable(where: string, table: RegressionTable): RegressionTable {
  const { targets, samples, outputs } = table;
  checkSamples(where, table, targets.length / outputs, `${samples} x ${outputs} targets`);
  const bad = firstNotFinite(targets);
  if (bad >= 0) {
    throw invalid(
      where,
      `row ${Math.floor(bad / outputs)}, target ${bad % outputs} must be finite`,
      String(targets[bad]),
      'drop or fill missing targets',
    );
  }
  return table;
}

/** Checks the inputs, and that as many rows have targets; `targets` says in words what is needed. */
function checkSamples(where: string, { x, samples, features }: Samples, rows: number, targets: string): void {
  if (x.length !== samples * features || rows !== samples) {
    throw new ShapeError('SHAPE_MISMATCH', {
      where,
      expected: `${samples} samples of ${features} features need ${samples * features} values and ${targets}`,
      got: `${x.length} and ${rows}`,
      todo: 'check how the table was built',
    });
  }
  const bad = firstNotFinite(x);
  if (bad >= 0) {
    throw invalid(
      where,
      `row ${Math.floor(bad / features)}, feature ${bad % features} must be finite`,
      String(x[bad]),
      'drop or fill missing values',
    );
  }
}

/**
 * The rows of `table` at these indices, in this order; whatever else the table carries goes along.
 *
 * *Cost*: O(rows x (features + outputs)).
 */
export function selectRows<T extends Samples>(table: T, rows: ArrayLike<number>): T {
  const { y, targets, outputs = 0 } = table as Samples & Partial<Table & RegressionTable>;
  return {
    ...table,
    x: selected(table.x, table.features, rows),
    ...(y === undefined ? {} : { y: Int32Array.from(rows, (row) => y[row] as number) }),
    ...(targets === undefined ? {} : { targets: selected(targets, outputs, rows) }),
    samples: rows.length,
  };
}

function selected(values: Float64Array, columns: number, rows: ArrayLike<number>): Float64Array {
  const chosen = new Float64Array(rows.length * columns);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    chosen.set(values.subarray(row * columns, (row + 1) * columns), i * columns);
  }
  return chosen;
}

function invalid(where: string, expected: string, got: string, todo: string): ConfigError {
  return new ConfigError('CONFIG_INVALID', { where, expected, got, todo });
}
