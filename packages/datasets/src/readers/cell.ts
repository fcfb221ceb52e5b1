/**
 * One value of a file, whatever its format: what it says as a number, as a level, or that it is missing.
 *
 * Not a column. Invariant: text that is no plain decimal number is never taken for one.
 */
import { show } from '@tangentlab/core';

/** The rows of a part of a file. `row(i)` is what messages call row i: a line or a row number. */
export interface RowChunk {
  readonly count: number;
  cell(i: number, column: number): unknown;
  row(i: number): number;
}

/** A value: a finite number, a text, missing, or none of these. */
export type CellValue =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'odd' };

const MISSING: CellValue = { kind: 'missing' };
const TEXT: CellValue = { kind: 'text' };
const ODD: CellValue = { kind: 'odd' };
// no hexadecimal, no Infinity, no empty text: all of which Number() would take
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** What a cell holds. Texts have been trimmed; booleans count as 0 and 1; dates, lists and objects are odd. */
export function cellValue(cell: unknown, missingTokens: ReadonlySet<string>): CellValue {
  switch (typeof cell) {
    case 'string': {
      if (missingTokens.has(cell)) return MISSING;
      return DECIMAL.test(cell) ? finite(Number(cell)) : TEXT;
    }
    case 'number':
      return Number.isNaN(cell) ? MISSING : finite(cell);
    case 'bigint':
      // beyond 2^53 the number would be another one
      return BigInt(Number(cell)) === cell ? finite(Number(cell)) : ODD;
    case 'boolean':
      return { kind: 'number', value: cell ? 1 : 0 };
    default:
      return cell === null || cell === undefined ? MISSING : ODD;
  }
}

function finite(value: number): CellValue {
  return Number.isFinite(value) ? { kind: 'number', value } : TEXT;
}

/** The name of a cell as a level of a category. */
export function levelOf(cell: unknown): string {
  return String(cell);
}

/** Levels in order: by number if all are numbers, else by their characters. */
export function sortedLevels(levels: Iterable<string>): string[] {
  const list = [...levels];
  if (list.every((level) => DECIMAL.test(level))) return list.sort((a, b) => Number(a) - Number(b) || order(a, b));
  return list.sort(order);
}

/** By code units: the order of a locale would differ between machines. */
function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A cell as a message quotes it. */
export function showCell(cell: unknown): string {
  if (Object.prototype.toString.call(cell) === '[object Date]') return 'a date';
  return typeof cell === 'bigint' ? String(cell) : show(cell);
}
