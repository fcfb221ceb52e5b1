/**
 * The rank of a matrix of doubles with few columns, exactly: of the Gram matrix of its columns in integers, which over real
 * numbers has the same rank.
 */
import type { DenseMatrix } from '@tangentlab/tensor';
import { dyadic } from './dyadic.js';
import { exactRank } from './exact-rank.js';

/**
 * How many columns are independent, to the last bit.
 *
 * *Cost*: rows x cols^2 products of integers that are as long as the exponents of a column are apart, and `exactRank` of
 * cols x cols. Entries must be finite.
 */
export function exactColumnRank({ rows, cols, values }: DenseMatrix): number {
  const columns = Array.from({ length: cols }, (_, c) =>
    integers(Array.from({ length: rows }, (__, r) => values[r * cols + c]!)),
  );
  const product = (a: readonly bigint[], b: readonly bigint[]) =>
    a.reduce((sum, value, r) => (value === 0n ? sum : sum + value * b[r]!), 0n);
  return exactRank(columns.map((a) => columns.map((b) => product(a, b)))).rank;
}

/** The numbers times one power of two, so that all are integers. */
function integers(column: readonly number[]): readonly bigint[] {
  const parts = column.filter((value) => value !== 0).map(dyadic);
  const lowest = parts.reduce((least, { exponent }) => Math.min(least, exponent), 971);
  return column.map((value) => {
    if (value === 0) return 0n;
    const { integer, exponent } = dyadic(value);
    return BigInt(integer) << BigInt(exponent - lowest);
  });
}
