/**
 * How far a result may lie from the truth: comparison of arrays under bounds of the form n eps, one for each element.
 * Not a tolerance to be tuned: a bound is derived from the roundings that an honest implementation makes.
 *
 * Invariant: NaN matches NaN alone, an infinity itself alone.
 */
import type { BackendCapabilities } from '@tangentlab/tensor';

/** The largest relative error of one rounding. */
export const UNIT_ROUNDOFF: Readonly<Record<BackendCapabilities['precision'], number>> = {
  f32: 2 ** -24,
  f64: 2 ** -53,
};

/** The smallest normal number: below it results may lose digits, or be flushed to zero. */
export const SMALLEST_NORMAL: Readonly<Record<BackendCapabilities['precision'], number>> = {
  f32: 2 ** -126,
  f64: 2 ** -1022,
};

/**
 * Roundings that exp, log and tanh may cost together with the rounding of their result: the f32 polynomials of fast back
 * ends reach it with room to spare. For tanh it counts against 1, since the usual formulas cancel near 0.
 */
export const FUNCTION_ROUNDINGS = 8;

/** The bound of element i. */
export type Bound = (i: number) => number;

/** Told of every comparison: what was compared, and its largest error in units of the bound. */
export type ErrorListener = (what: string, units: number) => void;

let listener: ErrorListener | undefined;

/**
 * Calls `listen` at every comparison that laws of matrix cores make from now on, until the function that it returns is
 * called: for tables of how near to its bounds a back end comes. One listener at a time; a new one takes the place.
 */
export function listenToErrors(listen: ErrorListener): () => void {
  listener = listen;
  return () => {
    if (listener === listen) listener = undefined;
  };
}

/** Throws unless every element of `got` lies within its bound of `want`. */
export function expectWithin(what: string, got: ArrayLike<number>, want: ArrayLike<number>, bound: Bound): void {
  if (got.length !== want.length) throw broken(what, `${want.length} values`, `${got.length}`);
  let largest = 0;
  for (let i = 0; i < want.length; i++) {
    const [a, b] = [got[i]!, want[i]!];
    if (Object.is(a, b)) continue;
    const [error, allowed] = [Math.abs(a - b), bound(i)];
    if (!(error <= allowed)) {
      throw broken(`${what}, element ${i}`, `${b} with an error of at most ${allowed}`, `${a}, off by ${error}`);
    }
    if (error > 0) largest = Math.max(largest, error / allowed);
  }
  listener?.(what, largest);
}

/** Throws unless both hold the same numbers; 0 and -0 count as one. */
export function expectSame(what: string, got: ArrayLike<number>, want: ArrayLike<number>): void {
  expectWithin(what, got, want, () => 0);
}

/** Throws unless `ok`. */
export function expectThat(ok: boolean, what: string, expected: string, got: unknown): void {
  if (!ok) throw broken(what, expected, String(got));
}

/** The error of a broken law. Not one of Tangentlab's: it is a finding of a test, and goes to the test runner. */
export function broken(what: string, expected: string, got: string): Error {
  return new Error(`${what}: expected ${expected}, got ${got}`);
}
