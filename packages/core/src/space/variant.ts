/**
 * Variants: one of several sets of parameters, as a tagged union. Stored as `optimizer` (the branch) and
 * `optimizer.sgd.momentum`.
 */
import { show } from '../config.js';
import { recordOf } from '../record.js';
import type { Dist } from './distribution.js';
import { isDistribution, isWhen } from './is-distribution.js';
import type { CheckSpace, ParamsOf, SpaceShape } from './shape.js';
import { spaceInvalid } from './space-error.js';

type Branch<K, S> = K extends string | number ? { [P in keyof Tagged<K, S>]: Tagged<K, S>[P] } : never;
type Tagged<K extends string | number, S> = { readonly kind: `${K}` } & ParamsOf<S>;

/** What a variant of these branches yields: `{ kind: 'sgd', momentum: 0.9 }`. */
export type VariantOf<B> = { [K in keyof B]: Branch<K, B[K]> }[keyof B];

/**
 * One of these branches, all equally likely, with its parameters.
 *
 * @throws ConfigError SPACE_INVALID without branches, or with a branch that is no record of distributions, or has a
 * parameter named `kind`.
 * @example
 * variant({ adam: {}, sgd: { momentum: uniform(0, 0.99) } }).kind // => 'variant'
 */
export function variant<const B extends { readonly [branch: string]: SpaceShape }>(
  branches: B & { readonly [K in keyof B]: CheckSpace<B[K]> & { readonly kind?: never } },
): Dist<VariantOf<B>> {
  const names = typeof branches === 'object' && branches !== null ? Object.keys(branches) : [];
  const where = `variant(${names.join(', ')})`;
  if (names.length === 0 || Array.isArray(branches))
    throw spaceInvalid(where, `a record of branches is needed, not ${show(branches)}`);
  const copies = Object.entries(branches as Record<string, unknown>).map(([branch, shape]) => {
    if (typeof shape !== 'object' || shape === null || Array.isArray(shape) || isDistribution(shape))
      throw spaceInvalid(where, `the branch ${show(branch)} must be a record of distributions, not ${show(shape)}`);
    if (Object.hasOwn(shape, 'kind'))
      throw spaceInvalid(where, `a parameter of ${show(branch)} is named "kind", which holds the name of the branch`);
    for (const [name, entry] of Object.entries(shape)) {
      if (!isDistribution(entry) && !isWhen(entry))
        throw spaceInvalid(where, `"${branch}.${name}" must be a distribution, not ${show(entry)}`);
    }
    return [branch, recordOf(Object.entries(shape))] as const;
  });
  return Object.freeze({ kind: 'variant', branches: recordOf(copies) }) as never;
}
