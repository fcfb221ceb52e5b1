/**
 * Rows of separated text, piece by piece, with the line on which each begins.
 *
 * The grammar of quotes is Papa Parse's; this file feeds it pieces that end where a row ends. Invariant: no more than one
 * piece and one row are held, and a row is the same wherever the text is cut.
 */
import { ConfigError } from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import type { RowChunk } from './cell.js';
import { type DataInput, inputText } from './data-input.js';
import { readShape } from './read-options.js';
import type { RowProblems } from './row-problems.js';
import { columnNames } from './table-from.js';

/** What is special to separated text. */
export interface CsvFormat {
  /** False if the first row is data; columns are then called column0, column1, ... True by default. */
  readonly header?: boolean;
  /** What stands between fields; by default whichever of `,` `;` tab `|` is most frequent in the first line. */
  readonly separator?: string;
  /** The encoding of the text, as in the Encoding Standard; 'utf-8' by default. */
  readonly encoding?: string;
}

const SEPARATOR = 'must be one character that is neither a quote nor a line break';

/** The options of a reader of separated text as a shape. */
export const csvShape = {
  ...readShape,
  header: z.boolean('must be true or false').default(true),
  separator: z
    .string(SEPARATOR)
    .regex(/^[^"\r\n\ufeff]$/, SEPARATOR)
    .optional(),
  encoding: z.string('must be the name of an encoding').default('utf-8'),
};

/** What `csvChunks` needs to know. */
export interface CsvPlan {
  readonly header: boolean;
  readonly separator?: string | undefined;
  readonly encoding: string;
  readonly maxBytes: number;
}

/** Rows of text under the names of their columns. */
export interface CsvChunk extends RowChunk {
  readonly names: readonly string[];
}

/** The part of Papa Parse that works on pieces: its own streaming is built on it, but the types leave it out. */
interface PieceParser {
  parse(
    text: string,
    from: number,
    keepLastRow: boolean,
  ): {
    readonly data: readonly (readonly string[])[];
    readonly errors: readonly { readonly row?: number; readonly code: string }[];
    readonly meta: { readonly cursor: number };
  };
}

// a row that is longer has, almost certainly, a quote that nobody closed
const LONGEST_ROW = 2 ** 22;

/**
 * The rows of a text, in chunks of the size in which the text comes.
 *
 * *Cost*: O(length). *Throws* as `inputText`, and CONFIG_INVALID for a row without end. Rows that do not fit are left
 * out and noted in `problems`.
 */
export async function* csvChunks(
  where: string,
  input: DataInput,
  plan: CsvPlan,
  problems: RowProblems,
): AsyncGenerator<CsvChunk> {
  let rows: RowReader | undefined;
  let rest = '';
  for await (const piece of inputText(where, input, plan)) {
    rest += piece;
    if (rows === undefined && !/[\r\n]/.test(rest) && rest.length < LONGEST_ROW) continue;
    rows ??= await RowReader.for(rest, plan, problems);
    const { chunk, used } = rows.take(rest, true);
    rest = rest.slice(used);
    if (chunk !== undefined) yield chunk;
    if (rest.length > LONGEST_ROW) {
      throw new ConfigError('CONFIG_INVALID', {
        where,
        expected: `a row must end within ${LONGEST_ROW} characters`,
        got: `none from line ${rows.line} on`,
        todo: 'look for a quote that is not closed',
      });
    }
  }
  if (rest === '' && rows === undefined) return;
  rows ??= await RowReader.for(rest, plan, problems);
  const { chunk } = rows.take(rest, false);
  if (chunk !== undefined) yield chunk;
}

class RowReader {
  line = 1;
  private names: readonly string[] | undefined;

  private constructor(
    private readonly parser: PieceParser,
    private readonly newline: string,
    private readonly header: boolean,
    private readonly problems: RowProblems,
  ) {}

  static async for(start: string, plan: CsvPlan, problems: RowProblems): Promise<RowReader> {
    const { default: papa } = await import('papaparse');
    const Parser = (papa as unknown as { Parser: new (config: object) => PieceParser }).Parser;
    // \r\n counts as \n with a \r before it, which is taken off: files mix them
    const newline = start.includes('\n') || !start.includes('\r') ? '\n' : '\r';
    const delimiter = plan.separator ?? mostFrequent(start.split(newline, 1)[0] ?? '');
    return new RowReader(new Parser({ delimiter, newline }), newline, plan.header, problems);
  }

  /** The whole rows of a text, and how much of it they took; the last row is left if more may follow. */
  take(text: string, more: boolean): { readonly chunk: CsvChunk | undefined; readonly used: number } {
    const { data, errors, meta } = this.parser.parse(text, 0, more);
    const broken = new Set(errors.map(({ row }) => row));
    const rows: (readonly string[])[] = [];
    const lines: number[] = [];
    for (const [i, fields] of data.entries()) {
      const line = this.line;
      this.line += 1 + fields.reduce((sum, field) => sum + field.split(this.newline).length - 1, 0);
      const row = fields.map((field) => field.trim());
      if (row.length === 1 && row[0] === '') continue; // an empty line
      if (broken.has(i)) this.problems.add(line, 'a quoted field does not end where it should');
      else if (this.fits(row, line)) {
        rows.push(row);
        lines.push(line);
      }
    }
    if (this.names === undefined || rows.length === 0) return { chunk: undefined, used: meta.cursor };
    const chunk: CsvChunk = {
      names: this.names,
      count: rows.length,
      cell: (i, column) => rows[i]![column],
      row: (i) => lines[i]!,
    };
    return { chunk, used: meta.cursor };
  }

  /** False for the header and for rows of another length. */
  private fits(row: readonly string[], line: number): boolean {
    if (this.names === undefined) {
      this.names = this.header ? row : columnNames(row.length);
      return !this.header;
    }
    if (row.length === this.names.length) return true;
    this.problems.add(line, `${row.length} fields where the columns are ${this.names.length}`);
    return false;
  }
}

/** The separator of a line, outside of quotes; the comma if there is none. */
function mostFrequent(line: string): string {
  const bare = line.replace(/"[^"]*"/g, '');
  const counts = [',', ';', '\t', '|'].map((separator) => ({ separator, count: bare.split(separator).length }));
  return counts.reduce((best, next) => (next.count > best.count ? next : best)).separator;
}
