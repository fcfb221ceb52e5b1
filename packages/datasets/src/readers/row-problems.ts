/**
 * What is wrong with the rows of a file, gathered so that one error can name the first few and count the rest.
 *
 * Not a place for wrong options. Invariant: memory is bounded, however many rows are wrong.
 */
import { ConfigError } from '@tangentlab/core';

const SHOWN = 5;

/** Problems of rows in the order of the file. */
export class RowProblems {
  private readonly first: { readonly row: number; readonly text: string }[] = [];
  private count = 0;

  /** @param unit What rows are called: `line` for text, `row` for other files. */
  constructor(private readonly unit: 'line' | 'row') {}

  /** Notes a problem of a row; `text` says what is there. */
  add(row: number, text: string): void {
    this.count++;
    this.keep(row, text);
  }

  /** Notes `count` problems of one kind, of which the first few are known. */
  addAll(count: number, examples: readonly { readonly row: number; readonly text: string }[]): void {
    this.count += count;
    for (const { row, text } of examples) this.keep(row, text);
  }

  /** Throws CONFIG_INVALID if there was a problem. */
  check(where: string, todo: string): void {
    if (this.count === 0) return;
    const shown = this.first.map(({ row, text }) => `${this.unit} ${row}: ${text}`).join('; ');
    const more = this.count - this.first.length;
    throw new ConfigError('CONFIG_INVALID', {
      where,
      expected: 'every row must fit its columns',
      got: more === 0 ? shown : `${shown}; and ${more} more`,
      todo,
      details: { problems: this.count, rows: this.first.map(({ row }) => row) },
    });
  }

  private keep(row: number, text: string): void {
    this.first.push({ row, text });
    this.first.sort((a, b) => a.row - b.row);
    if (this.first.length > SHOWN) this.first.pop();
  }
}

/** How many examples of a kind are worth keeping. */
export const EXAMPLES = SHOWN;
