/**
 * Units that do no harm: before a decomposition squares entries, the matrix is divided by a power of two near its largest
 * one, which costs no rounding.
 */

/** Beyond these powers the reciprocal would overflow. */
const MOST = 2 ** 1000;

/** The power of two at or above `largest`, within 2^-1000 and 2^1000; 1 for a matrix of zeros. */
export function unitFor(largest: number): number {
  if (largest === 0) return 1;
  let unit = 1;
  while (unit < largest && unit < MOST) unit *= 2;
  while (unit / 2 >= largest && unit > 1 / MOST) unit /= 2;
  return unit;
}
