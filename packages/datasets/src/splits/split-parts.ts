/**
 * Splits and folds made of the rows of one table, and the checks that both need first.
 *
 * Not a choice of rows. Invariant: what the table carries beside its rows goes to the split and to each of its parts.
 */
import { ConfigError } from '@tangentlab/core';
import {
  checkRegressionTable,
  checkTable,
  type RegressionTable,
  type Samples,
  type SharedSizes,
  type Split,
  selectRows,
  type Table,
} from '@tangentlab/tensor';

/** Rows to train on, to validate on and, perhaps, to test on. */
export interface RowParts {
  readonly train: ArrayLike<number>;
  readonly val: ArrayLike<number>;
  readonly test?: ArrayLike<number>;
}

/** The table itself, checked as what it is. @throws ConfigError, ShapeError as `checkTable` and `checkRegressionTable`. */
export function checkSamples<T extends Samples>(where: string, table: T): T {
  if (isTable(table)) checkTable(where, table);
  else if (isRegression(table)) checkRegressionTable(where, table);
  else {
    throw new ConfigError('CONFIG_INVALID', {
      where,
      expected: 'a table of labels (y, classes) or of targets (targets, outputs) is needed',
      got: 'neither',
      todo: 'check the stage before it',
    });
  }
  return table;
}

function isTable(table: Samples): table is Table {
  return 'y' in table;
}

function isRegression(table: Samples): table is RegressionTable {
  return 'targets' in table;
}

/** The labels to stratify by. @throws ConfigError CONFIG_INVALID for a table of real targets. */
export function labelsOf(where: string, table: Samples): Int32Array {
  if (isTable(table)) return table.y;
  throw new ConfigError('CONFIG_INVALID', {
    where,
    expected: 'strata are classes',
    got: 'a table of real targets',
    todo: 'leave out stratification for regression',
  });
}

/** What all parts of a table share: everything but its rows. */
export function sharedSizes<T extends Samples>(table: T): SharedSizes<T> {
  const { x, y, targets, samples, ...shared } = table as Samples & Partial<Table & RegressionTable>;
  return shared as unknown as SharedSizes<T>;
}

/** The split of a table into these rows. *Cost*: O(samples x features). */
export function splitRows<T extends Samples>(table: T, { train, val, test }: RowParts): Split<T> {
  return {
    ...sharedSizes(table),
    train: selectRows(table, train),
    val: selectRows(table, val),
    ...(test === undefined ? {} : { test: selectRows(table, test) }),
  };
}

/** The rows of each class that has any, in order of label. */
export function rowsByClass(labels: Int32Array): ReadonlyMap<number, readonly number[]> {
  const rows = new Map<number, number[]>();
  labels.forEach((label, row) => {
    const known = rows.get(label);
    if (known === undefined) rows.set(label, [row]);
    else known.push(row);
  });
  return new Map([...rows].sort(([a], [b]) => a - b));
}
