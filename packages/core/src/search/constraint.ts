/**
 * Constraints on what a trial brings: bounds on its metrics. A trial that breaks one counts as complete, but is never the
 * best.
 */

/** A bound on a metric's value at the last step. */
export interface Constraint<M extends string = string> {
  readonly metric: M;
  readonly sense: 'atMost' | 'atLeast';
  readonly bound: number;
}

/** The metric may not be above `bound`. */
export function atMost<const M extends string>(metric: M, bound: number): Constraint<M> {
  return Object.freeze({ metric, sense: 'atMost', bound });
}

/** The metric may not be below `bound`. */
export function atLeast<const M extends string>(metric: M, bound: number): Constraint<M> {
  return Object.freeze({ metric, sense: 'atLeast', bound });
}

/** By how much the value breaks the constraint: 0 or less if it does not, Infinity for NaN. */
export function violation({ sense, bound }: Constraint, value: number): number {
  if (Number.isNaN(value)) return Number.POSITIVE_INFINITY;
  return sense === 'atMost' ? value - bound : bound - value;
}

/** True if no constraint is broken; a trial without constraints has none to break. */
export function isFeasible({ violations = [] }: { readonly violations?: readonly number[] }): boolean {
  return violations.every((amount) => amount <= 0);
}
