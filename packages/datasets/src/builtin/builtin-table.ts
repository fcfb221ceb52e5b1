/**
 * A shipped data set as a source: its module is loaded when the source is opened, and decoded into a table.
 *
 * Not a reader of files: the data are modules, so that Node and bundlers for browsers find them alike. Invariant: each
 * opening gives a table of its own, equal to the bit.
 */
import { defineSource, type Source } from '@tangentlab/core';
import type { Table } from '@tangentlab/tensor';
import { defer } from 'rxjs';

/** A table with the names of its columns and classes. */
export interface BuiltinTable extends Table {
  readonly featureNames: readonly string[];
  readonly classNames: readonly string[];
}

/** The exports of a data module. */
interface DataModule {
  readonly featureNames: readonly string[];
  readonly classNames: readonly string[];
  /** One row per line, the label last. */
  readonly rows: string;
}

/** A source of the data that `load` imports; `decode` makes numbers of a line, the label last. */
export function builtinTable(
  name: string,
  load: () => Promise<DataModule>,
  decode: (line: string) => readonly number[] = (line) => line.split(',').map(Number),
): Source<BuiltinTable> {
  return defineSource<BuiltinTable>({
    name,
    open: () =>
      defer(async () => {
        const { featureNames, classNames, rows } = await load();
        const decoded = rows.split('\n').map(decode);
        const [samples, features] = [decoded.length, featureNames.length];
        const x = new Float64Array(samples * features); // samples x features
        for (const [i, row] of decoded.entries()) x.set(row.slice(0, features), i * features);
        const y = Int32Array.from(decoded, (row) => row[features]!);
        return { x, y, samples, features, classes: classNames.length, featureNames, classNames };
      }),
  });
}
