/**
 * The rank of a matrix of integers, exactly, and how its rows depend on each other. By elimination without fractions in
 * integers of any size: no tolerance, no rounding.
 */
import { ConfigError } from '@tangentlab/core';

/** A row that is a combination of those before it. */
export interface RowDependency {
  /** 0, 1, 2, ... */
  readonly row: number;
  /** One for each row up to this one, without a common divisor: the sum of coefficient times row is 0. The last is > 0. */
  readonly coefficients: readonly bigint[];
}

/** An exact rank with its evidence. */
export interface ExactRank {
  readonly rank: number;
  /** Rows that are independent of those before them; there are `rank` of them. */
  readonly independent: readonly number[];
  /** The other rows, each with what it is made of. */
  readonly dependencies: readonly RowDependency[];
}

/** A row of the elimination: what is left of it, and of which rows it was made. */
interface Eliminated {
  readonly entries: readonly bigint[];
  readonly made: readonly bigint[];
}

/**
 * The rank of integer rows, and the dependency of each row that adds nothing.
 *
 * *Cost*: O(m n r) multiplications of integers that grow to r times the size of the entries. *Throws* CONFIG_INVALID for
 * rows of different lengths or entries that are no integers. *Source*: Bareiss (1968), with divisions by the content of a
 * row.
 *
 * @example
 * exactRank([[1, 2, 3], [4, 5, 6], [7, 8, 9]]).dependencies.map(formatDependency) // => ['v3 = -v1 + 2 v2']
 */
export function exactRank(rows: readonly (readonly (number | bigint)[])[]): ExactRank {
  const matrix = checkedRows(rows);
  const basis: { readonly pivot: number; readonly row: Eliminated }[] = [];
  const independent: number[] = [];
  const dependencies: RowDependency[] = [];
  for (const [i, entries] of matrix.entries()) {
    let left: Eliminated = { entries, made: matrix.map((_, j) => (i === j ? 1n : 0n)) };
    for (const { pivot, row } of basis) left = eliminated(left, row, pivot);
    const pivot = left.entries.findIndex((entry) => entry !== 0n);
    if (pivot < 0) dependencies.push({ row: i, coefficients: positiveAt(i, left.made) });
    else {
      basis.push({ pivot, row: left });
      independent.push(i);
    }
  }
  return { rank: independent.length, independent, dependencies };
}

/**
 * A dependency as an equation, rows counted from 1.
 *
 * @example
 * formatDependency({ row: 1, coefficients: [-3n, 2n] }) // => 'v2 = 3/2 v1'
 */
export function formatDependency({ row, coefficients }: RowDependency): string {
  const own = coefficients[row]!;
  const terms = coefficients.slice(0, row).flatMap((coefficient, j) => {
    if (coefficient === 0n) return [];
    const divisor = gcd(coefficient, own);
    const [above, below] = [-coefficient / divisor, own / divisor];
    const size = above < 0n ? -above : above;
    const factor = below === 1n ? (size === 1n ? '' : `${size} `) : `${size}/${below} `;
    return [{ negative: above < 0n, text: `${factor}v${j + 1}` }];
  });
  const [first, ...rest] = terms;
  if (first === undefined) return `v${row + 1} = 0`;
  const sum = rest.map(({ negative, text }) => ` ${negative ? '-' : '+'} ${text}`).join('');
  return `v${row + 1} = ${first.negative ? '-' : ''}${first.text}${sum}`;
}

function checkedRows(rows: readonly (readonly (number | bigint)[])[]): readonly (readonly bigint[])[] {
  const width = rows[0]?.length ?? 0;
  return rows.map((row, i) => {
    if (row.length !== width) throw refused(`row ${i} must have ${width} entries, as the first`, String(row.length));
    return row.map((entry, j) => {
      if (typeof entry === 'bigint' || Number.isSafeInteger(entry)) return BigInt(entry);
      throw refused(`entry ${j} of row ${i} must be an integer`, String(entry));
    });
  });
}

/** `left` without its part along the pivot of `row`. */
function eliminated(left: Eliminated, row: Eliminated, pivot: number): Eliminated {
  const factor = left.entries[pivot]!;
  if (factor === 0n) return left;
  const divisor = gcd(factor, row.entries[pivot]!);
  const [a, b] = [row.entries[pivot]! / divisor, factor / divisor];
  const combined = (x: readonly bigint[], y: readonly bigint[]) => x.map((value, j) => a * value - b * y[j]!);
  return reduced({ entries: combined(left.entries, row.entries), made: combined(left.made, row.made) });
}

/** Without a common divisor. */
function reduced({ entries, made }: Eliminated): Eliminated {
  const content = [...entries, ...made].reduce(gcd, 0n);
  if (content <= 1n) return { entries, made };
  return { entries: entries.map((value) => value / content), made: made.map((value) => value / content) };
}

function positiveAt(row: number, made: readonly bigint[]): readonly bigint[] {
  const content = made.reduce(gcd, 0n);
  const divisor = made[row]! < 0n ? -content : content;
  return made.slice(0, row + 1).map((value) => value / divisor);
}

function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

function refused(expected: string, got: string): ConfigError {
  return new ConfigError('CONFIG_INVALID', { where: 'exactRank', expected, got, todo: 'give rows of integers' });
}
