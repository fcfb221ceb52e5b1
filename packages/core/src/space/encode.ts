/**
 * Points of a space as points of the unit cube, one coordinate per leaf, for searchers that calculate with numbers. What
 * does not exist at a point is marked, not guessed.
 */
import { show } from '../config.js';
import { ConfigError } from '../errors.js';
import { emptyRecord } from '../record.js';
import type { Scalar } from './distribution.js';
import type { Leaf } from './leaves.js';
import { fromUnit, toUnit } from './quantile.js';
import type { FlatParams } from './shape.js';

/** A point of the unit cube: coordinates in the order of `space.leaves`. */
export interface Encoded {
  /** In [0, 1]; 0.5 where the leaf does not exist. */
  readonly values: Float64Array;
  /** 1 where the leaf exists at this point, else 0. */
  readonly active: Uint8Array;
}

/** The coordinates of a point, given by its active leaves. *Cost*: O(leaves). */
export function encodeFlat(leaves: readonly Leaf[], flat: FlatParams): Encoded {
  const values = new Float64Array(leaves.length).fill(0.5);
  const active = new Uint8Array(leaves.length);
  leaves.forEach(({ name, distribution }, i) => {
    if (!Object.hasOwn(flat, name)) return;
    values[i] = toUnit(distribution, flat[name] as Scalar);
    active[i] = 1;
  });
  return { values, active };
}

/** The active leaves of the point at these coordinates; those of leaves that do not exist there have no effect. */
export function decodeFlat(leaves: readonly Leaf[], values: ArrayLike<number>): FlatParams {
  if (values.length !== leaves.length) throw invalid(`${leaves.length} coordinates are needed`, String(values.length));
  return activeLeaves(leaves, ({ distribution, name }, i) => {
    const u = values[i] as number;
    if (!(u >= 0 && u <= 1)) throw invalid(`the coordinate of "${name}" must be in [0, 1]`, show(u));
    return fromUnit(distribution, u);
  });
}

/** The record of the leaves that exist, each with the value that `valueFor` gives it. */
export function activeLeaves(leaves: readonly Leaf[], valueFor: (leaf: Leaf, index: number) => Scalar): FlatParams {
  const flat = emptyRecord<Scalar>();
  leaves.forEach((leaf, i) => {
    const { condition } = leaf;
    // parents stand before their children
    const exists =
      condition === null ||
      (Object.hasOwn(flat, condition.parent) && condition.values.includes(flat[condition.parent] as Scalar));
    if (exists) flat[leaf.name] = valueFor(leaf, i);
  });
  return Object.freeze(flat);
}

function invalid(expected: string, got: string): ConfigError {
  return new ConfigError('SPACE_INVALID', { where: 'decode', expected, got, todo: 'correct the coordinates' });
}
