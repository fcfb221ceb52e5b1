/**
 * The second pass over a file: rows as numbers, categories one-hot, by a plan that knows all levels.
 *
 * Not a check of rows: the first pass has done it. Invariant: the columns of the result depend on the plan alone, so that
 * batches of one file fit together.
 */
import { RunError, recordOf, show } from '@tangentlab/core';
import { cellValue, levelOf, type RowChunk } from './cell.js';
import type { ColumnPlan, FilePlan } from './file-profile.js';
import type { ReadColumns, TableFor, Task } from './read-options.js';

/** Encodes rows by a plan. */
export class RowEncoder<K extends Task> {
  private readonly featureNames: readonly string[];
  private readonly categories: Readonly<Record<string, readonly string[]>>;
  /** The number of each level, per column of the file. */
  private readonly codes: ReadonlyMap<number, ReadonlyMap<string, number>>;

  constructor(
    private readonly where: string,
    private readonly task: K,
    private readonly plan: FilePlan,
  ) {
    this.featureNames = plan.features.flatMap((column) =>
      column.kind === 'number' ? [column.name] : column.levels.map((level) => `${column.name}=${level}`),
    );
    this.categories = categoriesOf(plan.features);
    this.codes = new Map(
      [...plan.features, ...plan.targets].flatMap((column) =>
        column.kind === 'number' ? [] : [[column.index, new Map(column.levels.map((level, code) => [level, code]))]],
      ),
    );
  }

  /** The table of these rows. *Cost*: O(rows x features). */
  encode(chunks: readonly RowChunk[]): TableFor<K> {
    const total = chunks.reduce((sum, { count }) => sum + count, 0);
    const [features, outputs] = [this.featureNames.length, this.plan.targets.length];
    const x = new Float64Array(total * features); // total x features
    const targets = new Float64Array(total * outputs); // total x outputs
    let samples = 0;
    for (const chunk of chunks) {
      for (let i = 0; i < chunk.count; i++) {
        if (this.writeRow(chunk, i, x, samples * features, targets, samples * outputs)) samples++;
      }
    }
    // copies, where rows were dropped: a view would keep their memory
    const used = (values: Float64Array, length: number) =>
      length === values.length ? values : values.slice(0, length);
    const shared = { x: used(x, samples * features), samples, features, ...this.columns(total - samples) };
    return (
      this.task === 'classes'
        ? {
            ...shared,
            y: Int32Array.from(used(targets, samples)),
            classes: this.classNames.length,
            classNames: this.classNames,
          }
        : {
            ...shared,
            targets: used(targets, samples * outputs),
            outputs,
            targetNames: this.plan.targets.map((t) => t.name),
          }
    ) as TableFor<K>;
  }

  private get classNames(): readonly string[] {
    return this.plan.targets.flatMap((target) => (target.kind === 'category' ? target.levels : []));
  }

  private columns(droppedRows: number): ReadColumns {
    return { featureNames: this.featureNames, categories: this.categories, droppedRows };
  }

  /** False for a row that is dropped; what it has written is written over by the next. */
  private writeRow(
    chunk: RowChunk,
    i: number,
    x: Float64Array,
    at: number,
    targets: Float64Array,
    to: number,
  ): boolean {
    let place = at;
    for (const column of this.plan.features) {
      const value = this.valueOf(column, chunk.cell(i, column.index), chunk.row(i));
      if (value === undefined) return false;
      if (column.kind === 'number') {
        x[place++] = value;
      } else {
        x.fill(0, place, place + column.levels.length);
        x[place + value] = 1;
        place += column.levels.length;
      }
    }
    for (const [k, column] of this.plan.targets.entries()) {
      const value = this.valueOf(column, chunk.cell(i, column.index), chunk.row(i));
      if (value === undefined) return false;
      targets[to + k] = value;
    }
    return true;
  }

  /** The number, or the number of the level; undefined where the row is dropped. */
  private valueOf(column: ColumnPlan, cell: unknown, row: number): number | undefined {
    const value = cellValue(cell, this.plan.missingTokens);
    if (value.kind === 'missing') return column.drop ? undefined : column.fill;
    const code =
      column.kind === 'category'
        ? this.codes.get(column.index)?.get(levelOf(cell))
        : value.kind === 'number'
          ? value.value
          : undefined;
    if (code !== undefined) return code;
    throw new RunError('RESOURCE_FAILED', {
      where: this.where,
      expected: 'the file must stay as it was when it was first looked through',
      got: `${show(levelOf(cell))} in column ${show(column.name)}, row or line ${row}`,
      todo: 'read it again when nobody writes to it',
    });
  }
}

function categoriesOf(features: readonly ColumnPlan[]): Readonly<Record<string, readonly string[]>> {
  return recordOf(
    features.flatMap((column) => (column.kind === 'category' ? [[column.name, column.levels] as const] : [])),
  );
}
