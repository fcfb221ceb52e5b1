/**
 * The source `readCsv`: a table from separated text.
 *
 * The whole table is kept in memory; for larger files there is batchesFromCsv. Invariant: nothing is read before the source
 * is opened, and each opening reads anew.
 */
import { defineSource, type Source, show } from '@tangentlab/core';
import { defer } from 'rxjs';
import { optionsSchema } from '../random/random-state-option.js';
import { type CsvChunk, type CsvFormat, csvChunks, csvShape } from './csv-rows.js';
import { checkInput, type DataInput, inputName } from './data-input.js';
import { parseReadOptions, type ReadOptions, type TableFor, type Task } from './read-options.js';
import { RowProblems } from './row-problems.js';
import { tableFrom } from './table-from.js';

/** What to read from separated text, and how. */
export interface CsvOptions<K extends Task = Task> extends ReadOptions<K>, CsvFormat {}

const schema = optionsSchema(csvShape);

/**
 * A table from separated text: a path, an address, a Blob, bytes or `{ text }`.
 *
 * Columns are numbers or, one-hot, categories; fields are trimmed, empty lines left out. Means for missing values are taken
 * over all rows, before any split.
 *
 * *Shapes*: x is samples x featureNames.length. *Cost*: O(bytes), when opened. *Determinism*: draws nothing; levels and
 * classes are numbered in the order of their names.
 *
 * @throws ConfigError CONFIG_INVALID for options that do not fit; from the stream for unknown columns, for rows that do not
 * fit, naming the first lines, and for more than `maxBytes` or `maxRows`. @throws RunError RESOURCE_FAILED from the stream
 * for a file that cannot be read.
 * @example
 * const text = 'size,colour,fruit\n1.5,red,apple\n0.9,blue,plum\n';
 * const fruit = readCsv({ text }, { target: 'fruit', task: 'classes' });
 * const table = await firstValueFrom(fruit.open({ rng: Rng.root(1) }));
 * table.featureNames // => ['size', 'colour=blue', 'colour=red']
 * [...table.x] // => [1.5, 0, 1, 0.9, 1, 0]
 * table.classNames // => ['apple', 'plum']
 */
export function readCsv<K extends Task>(input: DataInput, options: CsvOptions<K>): Source<TableFor<K>> {
  checkInput('readCsv', input);
  const plan = parseReadOptions('readCsv', schema, options) as ReturnType<typeof schema.parse> & { task: K };
  const where = `readCsv ${show(inputName(input))}`;
  return defineSource<TableFor<K>>({
    name: 'readCsv',
    config: { input: inputName(input), ...options },
    open: () =>
      defer(async () => {
        const problems = new RowProblems('line');
        const chunks: CsvChunk[] = [];
        for await (const chunk of csvChunks(where, input, plan, problems)) chunks.push(chunk);
        return tableFrom<K>(where, { names: chunks[0]?.names ?? [], chunks, problems }, plan);
      }),
  });
}
