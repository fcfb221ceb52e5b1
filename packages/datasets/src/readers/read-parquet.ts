/**
 * The source `readParquet`: a table from an Apache Parquet file of flat columns.
 *
 * The format is hyparquet's work; it is loaded when the source is opened. Not for nested columns, and for Snappy or no
 * compression only. Invariant: each opening reads anew.
 */
import { ConfigError, defineSource, isTangentError, messageOf, type Source, show } from '@tangentlab/core';
import { defer } from 'rxjs';
import { optionsSchema } from '../random/random-state-option.js';
import { allBytes, checkInput, type DataInput, inputName } from './data-input.js';
import { parseReadOptions, type ReadOptions, readShape, type TableFor, type Task } from './read-options.js';
import { RowProblems } from './row-problems.js';
import { type NamedRows, tableFrom } from './table-from.js';

/** What to read from Parquet, and how. */
export type ParquetOptions<K extends Task = Task> = ReadOptions<K>;

const schema = optionsSchema(readShape);

/**
 * A table from a Parquet file: numbers, booleans (as 0 and 1) and texts; nulls and NaN are missing.
 *
 * *Shapes*: x is samples x featureNames.length. *Cost*: O(bytes), when opened; the limits hold before rows are decoded.
 * *Determinism*: draws nothing; levels and classes are numbered in the order of their names.
 *
 * @throws ConfigError CONFIG_INVALID for options that do not fit; from the stream for a file that is no Parquet file or has
 * another compression than Snappy, for unknown columns, and for rows that do not fit, naming the first ones.
 * @throws RunError RESOURCE_FAILED from the stream for a file that cannot be read.
 * @example
 * readParquet('houses.parquet', { target: 'price', task: 'values' }).steps[0]?.name // => 'readParquet'
 */
export function readParquet<K extends Task>(input: DataInput, options: ParquetOptions<K>): Source<TableFor<K>> {
  checkInput('readParquet', input);
  const plan = parseReadOptions('readParquet', schema, options) as ReturnType<typeof schema.parse> & { task: K };
  const where = `readParquet ${show(inputName(input))}`;
  return defineSource<TableFor<K>>({
    name: 'readParquet',
    config: { input: inputName(input), ...options },
    open: () =>
      defer(async () => {
        const bytes = await allBytes(where, input, plan.maxBytes);
        const ignored = Object.keys(plan.columns).filter((name) => plan.columns[name] === 'ignore');
        return tableFrom<K>(where, await rowsOf(where, bytes.buffer, plan.maxRows, ignored), plan);
      }),
  });
}

async function rowsOf(
  where: string,
  file: ArrayBuffer,
  maxRows: number,
  ignored: readonly string[],
): Promise<NamedRows> {
  try {
    const { parquetMetadata, parquetReadObjects, parquetSchema } = await import('hyparquet');
    const metadata = parquetMetadata(file);
    if (Number(metadata.num_rows) > maxRows) {
      const got = String(metadata.num_rows);
      throw new ConfigError('CONFIG_INVALID', {
        where,
        expected: `at most ${maxRows} rows are read`,
        got,
        todo: 'raise maxRows',
      });
    }
    const names = parquetSchema(metadata).children.map(({ element }) => element.name);
    const columns = names.filter((name) => !ignored.includes(name));
    const rows: readonly Record<string, unknown>[] =
      columns.length === 0 ? [] : await parquetReadObjects({ file, metadata, columns });
    const cell = (i: number, column: number): unknown => {
      const value = rows[i]![names[column]!];
      return typeof value === 'string' ? value.trim() : value;
    };
    return { names, chunks: [{ count: rows.length, cell, row: (i) => i }], problems: new RowProblems('row') };
  } catch (cause) {
    if (isTangentError(cause)) throw cause;
    throw new ConfigError('CONFIG_INVALID', {
      where,
      expected: 'a Parquet file, with Snappy or no compression, is needed',
      got: `the error "${messageOf(cause)}"`,
      todo: 'check the file, or write it again',
      cause,
    });
  }
}
