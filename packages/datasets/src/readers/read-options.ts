/**
 * What the readers are told about a file: which column is the target, what kind the others are, what to do where a value is
 * missing, and how much to take in.
 *
 * Not the format of a file. Invariant: options that pass here are complete; names are checked once the columns are known.
 */
import { parseConfig } from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import type { RegressionTable, Table } from '@tangentlab/tensor';
import { optionsSchema } from '../random/random-state-option.js';

/** Whether the target is a class or a number. */
export type Task = 'classes' | 'values';

/** How a column is read: as a number, one-hot by its levels, or not at all. */
export type ColumnKind = 'number' | 'category' | 'ignore';

/**
 * What to do where a value is missing: refuse the file, drop the row, fill in the mean of the column (for categories the
 * most frequent level), make it a level of its own (for categories), or fill in a number.
 */
export type MissingRule = 'error' | 'drop' | 'mean' | 'level' | number;

/** What every reader takes. */
export interface ReadOptions<K extends Task = Task> {
  /** The name of the target's column; several for several real targets. */
  readonly target: K extends 'classes' ? string : string | readonly string[];
  /** 'classes' for labels, numbered in the order of their names; 'values' for real targets. */
  readonly task: K;
  /** The kinds of columns. Others are numbers if most of their values are, else categories. */
  readonly columns?: Readonly<Record<string, ColumnKind>>;
  /** One rule for all columns, or by column, the others being 'error'; 'error' by default. A target is never filled in. */
  readonly missing?: MissingRule | Readonly<Record<string, MissingRule>>;
  /** Texts that stand for a missing value. '', '?', 'NA', 'N/A', 'NaN', 'nan', 'null', 'NULL' and 'None' by default. */
  readonly missingTokens?: readonly string[];
  /** The most levels of a category, or classes. *Range*: 1 and up; 100 by default. */
  readonly maxLevels?: number;
  /** The most bytes to read. *Range*: 1 and up; 2^28 (256 MiB) by default. */
  readonly maxBytes?: number;
  /** The most rows to read. *Range*: 1 and up; 10 million by default. */
  readonly maxRows?: number;
}

/** What a table from a file knows about its columns. */
export interface ReadColumns {
  /** One name per feature; a level of a category is `column=level`. */
  readonly featureNames: readonly string[];
  /** The levels of each category, in the order of their features. */
  readonly categories: Readonly<Record<string, readonly string[]>>;
  /** Rows that were dropped for missing values. */
  readonly droppedRows: number;
}

/** A table of labels from a file. */
export interface ReadTable extends Table, ReadColumns {
  readonly classNames: readonly string[];
}

/** A table of real targets from a file. */
export interface ReadRegressionTable extends RegressionTable, ReadColumns {
  readonly targetNames: readonly string[];
}

/** The table that a task makes. */
export type TableFor<K extends Task> = K extends 'classes' ? ReadTable : ReadRegressionTable;

const LIMIT = 'must be an integer of 1 or more';
const limit = z.int(LIMIT).min(1, LIMIT);
const RULE = 'must be "error", "drop", "mean", "level" or a finite number';
const rule = z.union([z.enum(['error', 'drop', 'mean', 'level']), z.number()], RULE);
const TARGET = 'must be the name of a column, or for "values" a list of names';

/** The options of every reader as a shape, for readers to add their own. */
export const readShape = {
  target: z.union([z.string(), z.array(z.string()).min(1, TARGET).readonly()], TARGET),
  task: z.enum(['classes', 'values'], 'must be "classes" or "values"'),
  columns: z
    .record(z.string(), z.enum(['number', 'category', 'ignore'], 'must be "number", "category" or "ignore"'))
    .default({}),
  missing: z.union([rule, z.record(z.string(), rule)], RULE).default('error'),
  missingTokens: z
    .array(z.string(), 'must be a list of texts')
    .readonly()
    .default(['', '?', 'NA', 'N/A', 'NaN', 'nan', 'null', 'NULL', 'None']),
  maxLevels: limit.default(100),
  maxBytes: limit.default(2 ** 28),
  maxRows: limit.default(10_000_000),
};

const schema = optionsSchema(readShape);

/** The options of every reader with their defaults. */
export type ReadPlan = z.output<typeof schema>;

/** The options with their defaults. @throws ConfigError CONFIG_INVALID for options that do not fit. */
export function parseReadOptions<S extends z.ZodType<ReadPlan>>(
  where: string,
  schemaOf: S,
  options: unknown,
): z.output<S> {
  return parseConfig(where, schemaOf.superRefine(checkTask) as unknown as S, options) as z.output<S>;
}

function checkTask({ task, target }: ReadPlan, context: z.RefinementCtx): void {
  if (task === 'classes' && typeof target !== 'string') {
    context.addIssue({ code: 'custom', path: ['target'], message: 'must be one column for "classes"', input: target });
  }
}
