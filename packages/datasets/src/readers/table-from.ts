/**
 * From rows in memory to a table: both passes, one after the other.
 *
 * Not for files larger than memory: batches-from-csv.ts makes the same two passes over the file itself. Invariant: the
 * same rows give the same table, whatever the format that they came from.
 */
import { ConfigError } from '@tangentlab/core';
import type { RowChunk } from './cell.js';
import { RowEncoder } from './encode-rows.js';
import { FileProfile } from './file-profile.js';
import type { ReadPlan, TableFor, Task } from './read-options.js';
import type { RowProblems } from './row-problems.js';

/** Rows under the names of their columns, and what was found wrong with them while reading. */
export interface NamedRows {
  readonly names: readonly string[];
  readonly chunks: readonly RowChunk[];
  readonly problems: RowProblems;
}

/** The table of these rows. @throws ConfigError CONFIG_INVALID for rows or options that do not fit. */
export function tableFrom<K extends Task>(
  where: string,
  { names, chunks, problems }: NamedRows,
  options: ReadPlan & { readonly task: K },
): TableFor<K> {
  const profile = new FileProfile(where, names, options, problems);
  for (const chunk of chunks) profile.observe(chunk);
  const table = new RowEncoder(where, options.task, profile.plan()).encode(chunks);
  if (table.samples > 0) return table;
  throw new ConfigError('CONFIG_INVALID', {
    where,
    expected: 'a row must be left',
    got: `${table.droppedRows} rows, all of them dropped for missing values`,
    todo: 'ignore the columns that are always missing, or fill them in',
  });
}

/** Names for columns that have none: column0, column1, ... */
export function columnNames(count: number): string[] {
  return Array.from({ length: count }, (_, j) => `column${j}`);
}
