/**
 * Batches of a file of separated text that is larger than memory.
 *
 * Not a source: it emits many tables. The file is read twice, first for kinds, levels and means, then for the rows.
 * Invariant: one batch is held at a time, and the next is not read before the one before it has been dealt with.
 */
import { show } from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import { from, Observable, type ObservableInput, of, type Subscription } from 'rxjs';
import { optionsSchema } from '../random/random-state-option.js';
import type { RowChunk } from './cell.js';
import { csvChunks, csvShape } from './csv-rows.js';
import { checkInput, type DataInput, inputName } from './data-input.js';
import { RowEncoder } from './encode-rows.js';
import { FileProfile } from './file-profile.js';
import type { CsvOptions } from './read-csv.js';
import { parseReadOptions, type TableFor, type Task } from './read-options.js';
import { RowProblems } from './row-problems.js';

/** What to read, and how many rows at a time; without `maxBytes` and `maxRows` there is no limit. */
export interface CsvBatchOptions<K extends Task = Task> extends CsvOptions<K> {
  /** Rows of a batch, of which those with missing values may be dropped; the last may have fewer. *Range*: 1 and up. */
  readonly rows: number;
}

const WHERE = 'batchesFromCsv';
const ROWS = 'must be an integer of 1 or more';
const UNLIMITED = Number.MAX_SAFE_INTEGER;
const schema = optionsSchema({
  ...csvShape,
  maxBytes: z.int(ROWS).min(1, ROWS).default(UNLIMITED),
  maxRows: z.int(ROWS).min(1, ROWS).default(UNLIMITED),
  rows: z.int(ROWS).min(1, ROWS),
});
type BatchPlan<K extends Task> = z.output<typeof schema> & { readonly task: K };

/**
 * The batches of a file, in order, as tables with the same columns; or what `project` makes of each.
 *
 * A subscriber that works synchronously sets the pace by itself. One that does not gives its work as `project`, as with
 * `mergeMap`: the next batch is read when the Observable or promise of the one before it has completed.
 *
 * *Shapes*: every x is at most rows x featureNames.length. *Cost*: O(bytes) twice; memory for one batch and one piece of
 * the file. *Determinism*: draws nothing; kinds, levels and means are those of `readCsv` on the whole file.
 *
 * @throws ConfigError CONFIG_INVALID for options that do not fit; from the stream, before the first batch, for rows that do
 * not fit. @throws RunError RESOURCE_FAILED from the stream for a file that cannot be read or that changes meanwhile.
 * @example
 * const text = 'x,y\n1,2\n2,4\n3,6\n';
 * const batches$ = batchesFromCsv({ text }, { target: 'y', task: 'values', rows: 2 });
 * await firstValueFrom(batches$.pipe(map(({ samples }) => samples), toArray())) // => [2, 1]
 */
export function batchesFromCsv<K extends Task>(input: DataInput, options: CsvBatchOptions<K>): Observable<TableFor<K>>;
export function batchesFromCsv<K extends Task, R>(
  input: DataInput,
  options: CsvBatchOptions<K>,
  project: (batch: TableFor<K>, index: number) => ObservableInput<R>,
): Observable<R>;
export function batchesFromCsv<K extends Task, R>(
  input: DataInput,
  options: CsvBatchOptions<K>,
  project: (batch: TableFor<K>, index: number) => ObservableInput<R> = (batch) => of(batch as unknown as R),
): Observable<R> {
  checkInput(WHERE, input);
  const plan = parseReadOptions(WHERE, schema, options) as BatchPlan<K>;
  return oneByOne(() => batchesOf(`${WHERE} ${show(inputName(input))}`, input, plan), project);
}

/** What `project` makes of each item, the next item being asked for when it has completed. */
function oneByOne<T, R>(
  items: () => AsyncGenerator<T>,
  project: (item: T, index: number) => ObservableInput<R>,
): Observable<R> {
  return new Observable<R>((subscriber) => {
    const iterator = items();
    let inner: Subscription | undefined;
    let index = 0;
    const fail = (error: unknown) => subscriber.error(error);
    const use = ({ done, value }: IteratorResult<T, void>): void => {
      if (done) {
        subscriber.complete();
        return;
      }
      try {
        inner = from(project(value as T, index++)).subscribe({
          next: (result) => subscriber.next(result),
          error: fail,
          complete: pull,
        });
      } catch (error) {
        fail(error);
      }
    };
    const pull = (): void => {
      if (!subscriber.closed) iterator.next().then(use, fail);
    };
    pull();
    return () => {
      inner?.unsubscribe();
      // closes the file
      void iterator.return(undefined);
    };
  });
}

async function* batchesOf<K extends Task>(
  where: string,
  input: DataInput,
  plan: BatchPlan<K>,
): AsyncGenerator<TableFor<K>, void> {
  const problems = new RowProblems('line');
  let profile: FileProfile | undefined;
  for await (const chunk of csvChunks(where, input, plan, problems)) {
    profile ??= new FileProfile(where, chunk.names, plan, problems);
    profile.observe(chunk);
  }
  profile ??= new FileProfile(where, [], plan, problems);
  const encoder = new RowEncoder<K>(where, plan.task, profile.plan());
  for await (const rows of inBatches(csvChunks(where, input, plan, problems), plan.rows)) {
    const batch = encoder.encode(rows);
    // no trainer can use a batch whose rows were all dropped
    if (batch.samples > 0) yield batch;
  }
}

/** The same rows in groups of a size, as parts of chunks. */
async function* inBatches(chunks: AsyncIterable<RowChunk>, rows: number): AsyncGenerator<readonly RowChunk[]> {
  let batch: RowChunk[] = [];
  let room = rows;
  for await (const chunk of chunks) {
    for (let from = 0; from < chunk.count; ) {
      const count = Math.min(room, chunk.count - from);
      batch.push(part(chunk, from, count));
      from += count;
      room -= count;
      if (room > 0) continue;
      yield batch;
      batch = [];
      room = rows;
    }
  }
  if (batch.length > 0) yield batch;
}

function part(chunk: RowChunk, from: number, count: number): RowChunk {
  return { count, cell: (i, column) => chunk.cell(from + i, column), row: (i) => chunk.row(from + i) };
}
