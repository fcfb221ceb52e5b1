/**
 * The source `readNpy`: a table from arrays that NumPy saved, with the target in a column or in a file of its own.
 *
 * Not for .npz archives. Invariant: nothing is read before the source is opened, and each opening reads anew.
 */
import { ConfigError, defineSource, parseConfig, type Source, show } from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import { defer } from 'rxjs';
import { optionsSchema } from '../random/random-state-option.js';
import { allBytes, checkInput, type DataInput, inputName } from './data-input.js';
import { type NumberArray, parseNpy } from './npy-array.js';
import { type ReadOptions, readShape, type TableFor, type Task } from './read-options.js';
import { RowProblems } from './row-problems.js';
import { columnNames, type NamedRows, tableFrom } from './table-from.js';

/** What to read from NumPy's files, and how. */
export interface NpyOptions<K extends Task = Task> extends Omit<ReadOptions<K>, 'target' | 'missingTokens'> {
  /** The column of the target, from the end if negative; or a file of its own, of labels or of samples x outputs. */
  readonly target: number | DataInput;
}

const TARGET = 'must be the number of a column, or a second file';
// a file of numbers has no texts that stand for missing values
const { missingTokens, ...shape } = readShape;
const file = z.custom<DataInput>((value) => value !== undefined && typeof value !== 'number');
const schema = optionsSchema({ ...shape, target: z.union([z.int(), file], TARGET) });

const WHERE = 'readNpy';

/**
 * A table from a NumPy array of samples x columns; columns are called column0, column1, ..., targets of a file of their own
 * target0, target1, ...
 *
 * NaN is a missing value. Types b1, i1 to i8, u1 to u8, f4 and f8 in either byte order and either order of axes are read.
 * An array of more than two axes has the others flattened into columns.
 *
 * *Shapes*: x is samples x featureNames.length. *Cost*: O(bytes), when opened. *Determinism*: draws nothing; classes are
 * numbered in the order of their values.
 *
 * @throws ConfigError CONFIG_INVALID for options that do not fit; from the stream for a file that is no such array, for
 * files of different length, and for rows that do not fit, naming the first ones. @throws RunError RESOURCE_FAILED from the
 * stream for a file that cannot be read.
 * @example
 * readNpy('features.npy', { target: 'labels.npy', task: 'classes' }).steps[0]?.name // => 'readNpy'
 */
export function readNpy<K extends Task>(input: DataInput, options: NpyOptions<K>): Source<TableFor<K>> {
  checkInput(WHERE, input);
  const { target, ...parsed } = parseConfig(WHERE, schema, options);
  if (typeof target !== 'number') checkInput(WHERE, target);
  const where = `${WHERE} ${show(inputName(input))}`;
  const load = async (file: DataInput) =>
    matrixOf(where, parseNpy(where, await allBytes(where, file, parsed.maxBytes)));
  return defineSource<TableFor<K>>({
    name: WHERE,
    config: { input: inputName(input), ...options, target: typeof target === 'number' ? target : inputName(target) },
    open: () =>
      defer(async () => {
        const x = await load(input);
        const { targets, ...rows } =
          typeof target === 'number' ? oneFile(where, x, target) : twoFiles(where, x, await load(target));
        if (options.task === 'classes' && targets.length !== 1) {
          throw invalid(where, 'labels must be one column', `${targets.length}`, 'use task: "values"');
        }
        const names = options.task === 'classes' ? targets[0]! : targets;
        return tableFrom<K>(where, rows, { ...parsed, task: options.task, target: names, missingTokens: [] });
      }),
  });
}

/** An array as rows and columns. */
interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

type RowsWithTargets = NamedRows & { readonly targets: readonly string[] };

function matrixOf(where: string, { shape, values }: NumberArray): Matrix {
  const rows = shape[0];
  if (rows === undefined) throw invalid(where, 'an array of samples is needed', 'a single number', 'give it an axis');
  return { rows, columns: shape.slice(1).reduce((product, size) => product * size, 1), values };
}

function oneFile(where: string, x: Matrix, target: number): RowsWithTargets {
  const column = target < 0 ? x.columns + target : target;
  const names = columnNames(x.columns);
  const name = names[column];
  if (name === undefined) {
    throw invalid(where, `the target must be one of the ${x.columns} columns`, String(target), 'count from 0');
  }
  return { ...namedRows(names, x.rows, (i, j) => x.values[i * x.columns + j]), targets: [name] };
}

function twoFiles(where: string, x: Matrix, y: Matrix): RowsWithTargets {
  if (x.rows !== y.rows) {
    throw invalid(
      where,
      'both files must have as many rows',
      `${x.rows} and ${y.rows}`,
      'check which files belong together',
    );
  }
  const targets = Array.from({ length: y.columns }, (_, j) => `target${j}`);
  const cell = (i: number, j: number) =>
    j < x.columns ? x.values[i * x.columns + j] : y.values[i * y.columns + j - x.columns];
  return { ...namedRows([...columnNames(x.columns), ...targets], x.rows, cell), targets };
}

function namedRows(names: readonly string[], count: number, cell: (i: number, column: number) => unknown): NamedRows {
  return { names, chunks: [{ count, cell, row: (i) => i }], problems: new RowProblems('row') };
}

function invalid(where: string, expected: string, got: string, todo: string): ConfigError {
  return new ConfigError('CONFIG_INVALID', { where, expected, got, todo });
}
