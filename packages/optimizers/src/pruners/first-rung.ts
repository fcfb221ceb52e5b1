/**
 * Where the first rung of successive halving stands unless a user says: late enough that a curve tells something of its
 * end. The first epochs mostly tell which trials start fast.
 */

/** A ninth: with the usual factor of 3 two rungs stand before the end. */
const SHARE = 1 / 9;

/** The first rung of trials of so many steps. */
export function firstRungOf(mostSteps: number): number {
  return Math.max(1, Math.round(mostSteps * SHARE));
}
