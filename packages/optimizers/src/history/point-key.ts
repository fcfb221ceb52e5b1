/**
 * A text for each point of a space: equal exactly for equal points. For recognising what was tried before.
 */
import { indexOfValue, type Params, type Space } from '@tangentlab/core';

/**
 * The key of a point.
 *
 * *Cost*: O(leaves). *Throws* SPACE_INVALID unless it is a point of the space.
 *
 * @example
 * pointKey(new Space({ a: choice('x', 'y'), b: int(1, 9) }), { a: 'y', b: 3 }) // => '1,2'
 */
export function pointKey(space: Space, params: Params): string {
  const flat = space.flatten(params);
  const parts: (number | string)[] = [];
  for (const { name, distribution } of space.leaves) {
    if (!Object.hasOwn(flat, name)) parts.push('');
    // steps of a real range count by their number: other programs write them with other rounding
    else if (distribution.kind === 'float' && distribution.step === null) parts.push(flat[name] as number);
    else parts.push(indexOfValue(distribution, flat[name]));
  }
  return parts.join(',');
}
