/**
 * Constraints on the points of a space: conditions between parameters that no distribution can say. They are kept by
 * rejection - drawing again until a point is allowed - within a stated budget.
 */
import { show } from '../config.js';
import { ConfigError, isTangentError, messageOf } from '../errors.js';
import type { Params, ParamsOf, SpaceShape } from './shape.js';

/** Draws after which a space counts as empty. */
export const MAX_DRAWS = 10_000;

/** Whether a point is allowed: a pure function of its hyperparameters. */
export type Where<P> = (params: P) => boolean;

/** A constraint that says of itself what it is. */
export interface LessThan<A extends string, B extends string> {
  (params: { readonly [K in A | B]: number }): boolean;
  readonly kind: 'lessThan';
  readonly parameters: readonly [A, B];
}

/** Under this key a shape carries its constraint; other copies of this package know it too. */
const WHERE: unique symbol = Symbol.for('tangentlab/where') as never;

/**
 * The parameter `lower` must stay below the parameter `upper`; both are numbers that always exist.
 *
 * Kept by rejection, like every constraint: of two equal ranges about half of the draws are allowed.
 *
 * @example
 * lessThan('low', 'high')({ low: 1, high: 2 }) // => true
 */
export function lessThan<const A extends string, const B extends string>(lower: A, upper: B): LessThan<A, B> {
  const below = (params: { readonly [K in A | B]: number }) => params[lower] < params[upper];
  return Object.freeze(Object.assign(below, { kind: 'lessThan' as const, parameters: [lower, upper] as const }));
}

/**
 * The shape with a constraint on its points. A shape that has one already keeps both. The role `where` of an experiment
 * does the same.
 *
 * @throws ConfigError SPACE_INVALID when `where` is no function.
 * @example
 * new Space(constrained({ a: choice(1, 2), b: choice(1, 2) }, lessThan('a', 'b'))).accepts({ a: 2, b: 1 }) // => false
 */
export function constrained<const S extends SpaceShape>(shape: S, where: Where<ParamsOf<S>>): S {
  if (typeof where !== 'function') {
    throw new ConfigError('SPACE_INVALID', {
      where: 'where',
      expected: 'a function of the parameters is needed',
      got: show(where),
      todo: "write for instance (p) => p.a < p.b, or lessThan('a', 'b')",
    });
  }
  const all = Object.freeze([...constraintsOf(shape), where as Where<never>]);
  return Object.freeze({ ...shape, [WHERE]: all });
}

/** The constraints that a shape carries. */
export function constraintsOf(shape: object): readonly Where<never>[] {
  return (shape as { readonly [WHERE]?: readonly Where<never>[] })[WHERE] ?? [];
}

/** True if every constraint allows the point. *Throws* SPACE_INVALID for a constraint that throws or gives no boolean. */
export function allowed(constraints: readonly Where<never>[], params: Params): boolean {
  return constraints.every((where) => {
    let verdict: unknown;
    try {
      verdict = where(params as never);
    } catch (cause) {
      if (isTangentError(cause)) throw cause;
      throw brokenWhere(`the error "${messageOf(cause)}"`, cause);
    }
    if (typeof verdict !== 'boolean') throw brokenWhere(show(verdict));
    return verdict;
  });
}

/** The first allowed point; `draw` is called with 0, 1, 2, ... */
export function firstAllowed(constraints: readonly Where<never>[], draw: (attempt: number) => Params): Params {
  for (let attempt = 0; attempt < MAX_DRAWS; attempt++) {
    const params = draw(attempt);
    if (allowed(constraints, params)) return params;
  }
  throw new ConfigError('SPACE_INVALID', {
    where: 'where',
    expected: `one of ${MAX_DRAWS} random points must be allowed`,
    // the rule of three: after n failures in a row the rate is below 3/n with 95 % confidence
    got: `0 (acceptance rate below ${(300 / MAX_DRAWS).toFixed(2)} %)`,
    todo: 'loosen the constraint, or build it into the distributions',
    details: { draws: MAX_DRAWS, accepted: 0 },
  });
}

function brokenWhere(got: string, cause?: unknown): ConfigError {
  return new ConfigError('SPACE_INVALID', {
    where: 'where',
    expected: 'a constraint must answer true or false for every point of the space',
    got,
    todo: 'correct the function',
    cause,
  });
}
