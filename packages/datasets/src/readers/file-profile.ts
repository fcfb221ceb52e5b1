/**
 * The first pass over a file: the profiles of its columns, and from them how each column is read.
 *
 * Not the table. Invariant: when the plan is made, every row is known to fit it, so that no error comes after the first
 * row of a table has been used.
 */
import { ConfigError, show } from '@tangentlab/core';
import { cellValue, type RowChunk, sortedLevels } from './cell.js';
import { ColumnProfile } from './column-profile.js';
import type { MissingRule, ReadPlan } from './read-options.js';
import type { RowProblems } from './row-problems.js';

/** How one column is read. */
export type ColumnPlan = {
  readonly index: number;
  readonly name: string;
  /** True to drop rows in which it is missing; else `fill` takes the place. */
  readonly drop: boolean;
} & (
  | { readonly kind: 'number'; readonly fill: number }
  | { readonly kind: 'category'; readonly fill: number; readonly levels: readonly string[] }
);

/** How a file is read. */
export interface FilePlan {
  readonly features: readonly ColumnPlan[];
  readonly targets: readonly ColumnPlan[];
  readonly missingTokens: ReadonlySet<string>;
}

/** The name of the level of missing values. */
export const MISSING_LEVEL = '(missing)';

/** Takes in the rows of a file, and then says how to read them. */
export class FileProfile {
  rows = 0;
  private readonly columns: readonly ColumnProfile[];
  private readonly used: readonly number[];
  private readonly missingTokens: ReadonlySet<string>;
  private readonly targets: readonly string[];

  /** @throws ConfigError CONFIG_INVALID for columns of one name, and for options that name columns that are not there. */
  constructor(
    private readonly where: string,
    private readonly names: readonly string[],
    private readonly options: ReadPlan,
    private readonly problems: RowProblems,
  ) {
    this.targets = typeof options.target === 'string' ? [options.target] : options.target;
    this.checkNames();
    this.columns = names.map((name) => new ColumnProfile(name, options.maxLevels));
    this.used = [...names.keys()].filter((j) => this.declared(names[j]!) !== 'ignore');
    this.missingTokens = new Set(options.missingTokens);
  }

  /** Takes in rows. @throws ConfigError CONFIG_INVALID for more than `maxRows`. */
  observe(chunk: RowChunk): void {
    this.rows += chunk.count;
    if (this.rows > this.options.maxRows) {
      throw this.invalid(`at most ${this.options.maxRows} rows are read`, 'more', 'raise maxRows, or read in batches');
    }
    for (let i = 0; i < chunk.count; i++) {
      for (const j of this.used) {
        const cell = chunk.cell(i, j);
        this.columns[j]!.observe(cell, cellValue(cell, this.missingTokens), chunk.row(i));
      }
    }
  }

  /** How the file is read. @throws ConfigError CONFIG_INVALID for rows that do not fit, naming the first few. */
  plan(): FilePlan {
    const features = this.columns.flatMap((column, index) => {
      if (this.targets.includes(column.name) || this.declared(column.name) === 'ignore') return [];
      return [this.columnPlan(column, index)];
    });
    const targets = this.targets.map((name) => this.targetPlan(name));
    this.problems.check(this.where, 'correct the rows, or say in columns and missing how to read them');
    if (features.length === 0) {
      throw this.invalid('a column beside the target is needed', 'none', 'check separator, header and columns');
    }
    return { features, targets, missingTokens: this.missingTokens };
  }

  private columnPlan(column: ColumnProfile, index: number): ColumnPlan {
    const { name } = column;
    const kind = this.declared(name) ?? (column.numbers >= column.texts ? 'number' : 'category');
    const rule = this.rule(name);
    this.problems.addAll(column.odd, column.oddExamples);
    if (column.missing > 0 && rule === 'error') this.problems.addAll(column.missing, column.missingExamples);
    const drop = rule === 'drop';
    if (kind === 'number') return { kind, index, name, drop, fill: this.numberFill(column, rule) };
    const levels = this.levels(column);
    if (column.missing === 0 || rule === 'error' || drop)
      return { kind: 'category', index, name, drop, levels, fill: 0 };
    if (rule === 'level') {
      return { kind: 'category', index, name, drop, levels: [...levels, MISSING_LEVEL], fill: levels.length };
    }
    if (rule !== 'mean') throw this.misfit(name, rule, 'categories take "error", "drop", "mean" or "level"');
    if (levels.length === 0) throw this.allMissing(name, 'most frequent level');
    return { kind: 'category', index, name, drop, levels, fill: levels.indexOf(column.commonest(levels) ?? '') };
  }

  private numberFill(column: ColumnProfile, rule: MissingRule): number {
    this.problems.addAll(column.texts, column.textExamples);
    if (typeof rule === 'number') return rule;
    if (column.missing === 0 || rule === 'error' || rule === 'drop') return 0;
    if (rule === 'level') throw this.misfit(column.name, rule, 'numbers take "error", "drop", "mean" or a number');
    if (column.numbers > 0) return column.mean;
    throw this.allMissing(column.name, 'mean');
  }

  private targetPlan(name: string): ColumnPlan {
    const index = this.names.indexOf(name);
    const column = this.columns[index]!;
    const drop = this.rule(name) === 'drop';
    this.problems.addAll(column.odd, column.oddExamples);
    if (!drop) this.problems.addAll(column.missing, column.missingExamples);
    if (this.options.task === 'classes') {
      return { kind: 'category', index, name, drop, fill: 0, levels: this.levels(column) };
    }
    this.problems.addAll(column.texts, column.textExamples);
    return { kind: 'number', index, name, drop, fill: 0 };
  }

  private levels(column: ColumnProfile): string[] {
    if (!column.overflow) return sortedLevels(column.levels.keys());
    throw this.invalid(
      `column ${show(column.name)} must have at most ${this.options.maxLevels} levels`,
      'more',
      'declare it "ignore" or "number" in columns, or raise maxLevels',
    );
  }

  private declared(name: string) {
    return Object.hasOwn(this.options.columns, name) ? this.options.columns[name] : undefined;
  }

  private rule(name: string): MissingRule {
    const { missing } = this.options;
    if (typeof missing !== 'object') return missing;
    return Object.hasOwn(missing, name) ? missing[name]! : 'error';
  }

  private checkNames(): void {
    const { names, targets, options } = this;
    if (names.length === 0) throw this.invalid('at least one row is needed', '0', 'check the file and its header');
    const twice = names.find((name, i) => names.indexOf(name) < i);
    if (twice !== undefined) {
      throw this.invalid('every column needs a name of its own', `${show(twice)} twice`, 'rename one of them');
    }
    const rules = typeof options.missing === 'object' ? Object.keys(options.missing) : [];
    const unknown = [...targets, ...Object.keys(options.columns), ...rules].find((name) => !names.includes(name));
    if (unknown !== undefined) {
      const known = names.slice(0, 50).map(show).join(', ');
      throw this.invalid('target, columns and missing must name columns', show(unknown), `known: ${known}`);
    }
    const ignored = targets.find((name) => this.declared(name) !== undefined);
    if (ignored === undefined) return;
    throw this.invalid('the kind of a target follows from task', `columns.${ignored}`, 'leave it out of columns');
  }

  private allMissing(name: string, what: string): ConfigError {
    return this.invalid(`column ${show(name)} must have a value to take the ${what} of`, 'none', 'ignore the column');
  }

  private misfit(name: string, rule: MissingRule, todo: string): ConfigError {
    return this.invalid(`the rule for missing values must suit column ${show(name)}`, show(rule), todo);
  }

  private invalid(expected: string, got: string, todo: string): ConfigError {
    return new ConfigError('CONFIG_INVALID', { where: this.where, expected, got, todo });
  }
}
