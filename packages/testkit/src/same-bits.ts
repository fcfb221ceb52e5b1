/**
 * Equality to the last bit, for what must not depend on where it was kept or computed: NaN is NaN, 0 is not -0, names come
 * in one order. Prototypes do not matter, as records come back without any.
 */
import { show } from '@tangentlab/core';

/** Throws unless both are the same, bit for bit; says where they are not. */
export function expectSameBits(what: string, got: unknown, want: unknown): void {
  const at = differenceOf(got, want, []);
  if (at === undefined) return;
  const [a, b] = [got, want].map((value) =>
    printed(at.reduce<unknown>((inner, name) => inner?.[name as never], value)),
  );
  throw new Error(`${[what, ...at].join('.')}: expected ${b}, got ${a}`);
}

/** The names that lead to the first difference; undefined if there is none. */
function differenceOf(a: unknown, b: unknown, path: readonly string[]): readonly string[] | undefined {
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null)
    return Object.is(a, b) ? undefined : path;
  const [left, right] = [Object.keys(a), Object.keys(b)];
  if (Array.isArray(a) !== Array.isArray(b) || left.length !== right.length) return path;
  for (const [i, name] of left.entries()) {
    if (name !== right[i]) return path;
    const inner = differenceOf(a[name as never], b[name as never], [...path, name]);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function printed(value: unknown): string {
  return Object.is(value, -0) ? '-0' : show(value);
}
