/**
 * Flat conditions: a parameter that exists only while a sibling has certain values.
 */
import { show } from '../config.js';
import type { Dist, Scalar, WhenEntry } from './distribution.js';
import { isDistribution } from './is-distribution.js';
import { spaceInvalid } from './space-error.js';

declare const CONDITION: unique symbol;

/** A parameter of values `V` under the sibling `K` with one of the values `A`. No distribution: lists hold none. */
export type When<K extends string, A, V> = WhenEntry & {
  readonly [CONDITION]: () => { readonly parent: K; readonly equals: A; readonly value: V };
};

/**
 * A parameter that is there only while the parameter `parent`, in the same record, has (one of) these values. The
 * parent is a choice, a labelled choice or an integer, and may itself be conditional.
 *
 * @throws ConfigError SPACE_INVALID without values or a distribution; when the space is made, for a parent that is
 * not there, never takes a value, or depends on this parameter.
 * @example
 * new Space({ opt: choice('adam', 'sgd'), momentum: when('opt', 'sgd', choice(0, 0.9)) }).size // => 3
 */
export function when<const K extends string, const A extends Scalar, V>(
  parent: K,
  equals: A | readonly A[],
  distribution: Dist<V>,
): When<K, A, V> {
  const where = `when(${show(parent)}, ${show(equals)}, ...)`;
  if (typeof parent !== 'string') throw spaceInvalid(where, 'the parent is named by a text');
  const values = Array.isArray(equals) ? (equals as readonly A[]) : [equals as A];
  if (values.length === 0) throw spaceInvalid(where, 'at least one value is needed');
  if (new Set(values).size !== values.length) throw spaceInvalid(where, 'the values must differ');
  if (!isDistribution(distribution))
    throw spaceInvalid(where, `a distribution is needed last, not ${show(distribution)}`);
  return Object.freeze({ kind: 'when', parent, equals: Object.freeze([...values]), distribution }) as never;
}
