/**
 * The source `readJson`: a table from JSON, as a list of records, a list of lists, or one of either per line.
 *
 * Not for nested data. Invariant: nothing is read before the source is opened, and each opening reads anew.
 */
import { ConfigError, defineSource, messageOf, type Source, show } from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import { defer } from 'rxjs';
import { optionsSchema } from '../random/random-state-option.js';
import { checkInput, type DataInput, inputName, inputText } from './data-input.js';
import { parseReadOptions, type ReadOptions, readShape, type TableFor, type Task } from './read-options.js';
import { RowProblems } from './row-problems.js';
import { columnNames, type NamedRows, tableFrom } from './table-from.js';

/** What to read from JSON, and how. */
export interface JsonOptions<K extends Task = Task> extends ReadOptions<K> {
  /** True for one record or list per line (JSON Lines), false for one list of them; false by default. */
  readonly lines?: boolean;
}

const schema = optionsSchema({ ...readShape, lines: z.boolean('must be true or false').default(false) });

/** A row, and what messages call it. */
interface Numbered {
  readonly row: number;
  readonly value: unknown;
}

/**
 * A table from JSON: records by column name, or lists, whose columns are called column0, column1, ...
 *
 * Numbers and booleans are numbers, texts as in `readCsv`; null and an absent key are missing.
 *
 * *Shapes*: x is samples x featureNames.length. *Cost*: O(bytes), when opened. *Determinism*: draws nothing; columns stand
 * in the order in which they first appear, levels and classes in the order of their names.
 *
 * @throws ConfigError CONFIG_INVALID for options that do not fit; from the stream for text that is no JSON, for unknown
 * columns, and for rows that do not fit, naming the first ones. @throws RunError RESOURCE_FAILED from the stream for a file
 * that cannot be read.
 * @example
 * const text = '[{ "size": 2, "price": 3 }, { "size": 4, "price": 5 }]';
 * const prices = readJson({ text }, { target: 'price', task: 'values' });
 * const table = await firstValueFrom(prices.open({ rng: Rng.root(1) }));
 * [...table.x, ...table.targets] // => [2, 4, 3, 5]
 */
export function readJson<K extends Task>(input: DataInput, options: JsonOptions<K>): Source<TableFor<K>> {
  checkInput('readJson', input);
  const plan = parseReadOptions('readJson', schema, options) as ReturnType<typeof schema.parse> & { task: K };
  const where = `readJson ${show(inputName(input))}`;
  return defineSource<TableFor<K>>({
    name: 'readJson',
    config: { input: inputName(input), ...options },
    open: () =>
      defer(async () => {
        let text = '';
        for await (const piece of inputText(where, input, { ...plan, encoding: 'utf-8' })) text += piece;
        const problems = new RowProblems(plan.lines ? 'line' : 'row');
        const rows = plan.lines ? fromLines(text, problems) : fromList(where, text);
        return tableFrom<K>(where, namedRows(rows, problems), plan);
      }),
  });
}

function fromLines(text: string, problems: RowProblems): readonly Numbered[] {
  return text.split('\n').flatMap((line, i) => {
    if (line.trim() === '') return [];
    try {
      return [{ row: i + 1, value: JSON.parse(line) as unknown }];
    } catch {
      problems.add(i + 1, `${show(line)} is no JSON`);
      return [];
    }
  });
}

function fromList(where: string, text: string): readonly Numbered[] {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (cause) {
    const todo = 'check the file, or set lines: true for one record per line';
    throw new ConfigError('CONFIG_INVALID', { where, expected: 'JSON is needed', got: messageOf(cause), todo, cause });
  }
  if (Array.isArray(list)) return list.map((value: unknown, row) => ({ row, value }));
  throw new ConfigError('CONFIG_INVALID', {
    where,
    expected: 'a list of records or of lists is needed',
    got: show(list),
    todo: 'wrap the rows in [ ]',
  });
}

function namedRows(rows: readonly Numbered[], problems: RowProblems): NamedRows {
  const first = rows[0]?.value;
  const width = Array.isArray(first) ? first.length : undefined;
  const usable = rows.filter(({ row, value }) => {
    if (width === undefined ? isRecord(value) : Array.isArray(value) && value.length === width) return true;
    problems.add(row, `${show(value)} is no ${width === undefined ? 'record' : 'list like the first'}`);
    return false;
  });
  const names =
    width === undefined
      ? [...new Set(usable.flatMap(({ value }) => Object.keys(value as object)))]
      : columnNames(width);
  const cell = (i: number, column: number): unknown => {
    const value = usable[i]!.value as Record<string | number, unknown>;
    const key = width === undefined ? names[column]! : column;
    const found = Object.hasOwn(value, key) ? value[key] : undefined;
    return typeof found === 'string' ? found.trim() : found;
  };
  return { names, problems, chunks: [{ count: usable.length, cell, row: (i) => usable[i]!.row }] };
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
