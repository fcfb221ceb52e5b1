/**
 * Lists as parameters: the number of layers and their widths in one. Stored as `hidden.length`, `hidden.0`, `hidden.1`.
 */
import { show } from '../config.js';
import type { Dist } from './distribution.js';
import { isDistribution } from './is-distribution.js';
import { spaceInvalid } from './space-error.js';

/** More would be a space of thousands of parameters, and most likely a slip. */
const MAX_LENGTH = 256;

/**
 * A list of `min` to `max` values, every length equally likely, its values independent.
 *
 * *Determinism*: each value draws from a child of its own, so that a longer list begins like a shorter one.
 *
 * @throws ConfigError SPACE_INVALID unless `of` is a distribution and 0 <= min <= max, 1 <= max <= 256.
 * @example
 * new Space({ hidden: list(int(16, 256), { min: 1, max: 3 }) }).leaves.map(({ name }) => name).join() // => 'hidden.length,hidden.0,hidden.1,hidden.2'
 */
export function list<V>(of: Dist<V>, range: { readonly min: number; readonly max: number }): Dist<readonly V[]> {
  const where = `list(${isDistribution(of) ? '...' : show(of)}, ${show(range)})`;
  if (!isDistribution(of)) throw spaceInvalid(where, 'a list is made of a distribution');
  const { min, max } = range ?? {};
  if (!Number.isSafeInteger(min) || min < 0) throw spaceInvalid(where, 'min must be an integer of at least 0');
  if (!Number.isSafeInteger(max) || max < Math.max(1, min) || max > MAX_LENGTH)
    throw spaceInvalid(where, `max must be an integer in ${Math.max(1, min)}..${MAX_LENGTH}`);
  return Object.freeze({ kind: 'list', of, min, max }) as never;
}
