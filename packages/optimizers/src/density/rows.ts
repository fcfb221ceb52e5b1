/**
 * Points of a space as rows of numbers: one place per leaf, on the leaf's own scale, NaN where it does not exist.
 */
import type { Params, Scalar, Space } from '@tangentlab/core';
import { fromScale, type LeafScale, leafScale, toScale } from './leaf-scale.js';

/** The rows of a space. */
export class Rows {
  readonly scales: readonly LeafScale[];
  readonly #space: Space;
  /** For each leaf the number of its parent and the places at which it exists; null for one that always does. */
  readonly #conditions: readonly ({ readonly parent: number; readonly places: ReadonlySet<number> } | null)[];

  constructor(space: Space) {
    this.#space = space;
    this.scales = space.leaves.map(leafScale);
    this.#conditions = space.leaves.map(({ condition }) => {
      if (condition === null) return null;
      const parent = space.leaves.findIndex(({ name }) => name === condition.parent);
      return { parent, places: new Set(condition.values.map((value) => toScale(this.scales[parent]!, value))) };
    });
  }

  /** Whether the leaf exists beside the leaves before it. */
  exists = (leaf: number, row: ArrayLike<number>): boolean => {
    const condition = this.#conditions[leaf]!;
    return condition === null || condition.places.has(row[condition.parent]!);
  };

  /** *Throws* SPACE_INVALID unless `params` is a point of the space. */
  rowOf(params: Params): Float64Array {
    const flat = this.#space.flatten(params);
    return Float64Array.from(this.scales, (scale) => {
      const { name } = scale.leaf;
      return Object.hasOwn(flat, name) ? toScale(scale, flat[name] as Scalar) : Number.NaN;
    });
  }

  paramsOf(row: ArrayLike<number>): Params {
    const flat: Record<string, Scalar> = Object.create(null);
    this.scales.forEach((scale, j) => {
      if (!Number.isNaN(row[j]!)) flat[scale.leaf.name] = fromScale(scale, row[j]!);
    });
    return this.#space.unflatten(flat);
  }
}

const known = new WeakMap<Space, Rows>(); // functions of their spaces, kept so as not to be built for every slot

/** The rows of a space. *Cost*: O(leaves^2) the first time. */
export function rowsOf(space: Space): Rows {
  const rows = known.get(space) ?? new Rows(space);
  known.set(space, rows);
  return rows;
}
