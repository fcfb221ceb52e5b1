/**
 * Numbers and values as a terminal has room for them.
 */

/** A number in at most four significant digits; integers in full, as long as they are exact. */
export function short(value: number): string {
  if (Number.isSafeInteger(value)) return String(value);
  const [digits, exponent] = value.toPrecision(4).split('e');
  return exponent === undefined ? String(Number(digits)) : `${Number(digits)}e${exponent}`;
}

/** A measured value: three decimals, so that columns line up, where these are at most four digits and tell something. */
export function score(value: number): string {
  const size = Math.abs(value);
  if (Number.isSafeInteger(value) && value > 1) return String(value);
  return size === 0 || (size >= 0.001 && size < 9.9995) ? value.toFixed(3) : short(value);
}

/** A hyperparameter; lists and records as JSON. */
export function shown(value: unknown): string {
  if (typeof value === 'number') return short(value);
  if (typeof value !== 'object') return String(value);
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === 'number' ? Number(short(part)) : part));
}
