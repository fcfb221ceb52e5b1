/**
 * The points that a search has tried, read along with its views: whether one was tried before, in O(1).
 */
import type { Params, Space, View } from '@tangentlab/core';
import { pointKey } from './point-key.js';

/** The proposals of a search's slots. What it holds is a function of the view alone. */
export class TriedPoints {
  #asked = 0;
  readonly #space: Space;
  /** How many slots each point was given to. */
  readonly #keys = new Map<string, number>();

  constructor(space: Space) {
    this.#space = space;
  }

  /** How many different points were proposed. */
  get distinct(): number {
    return this.#keys.size;
  }

  /** Takes in the proposals up to the view's. False for a view that shows fewer than were taken in. */
  upTo(view: View): boolean {
    if (view.asked < this.#asked) return false;
    for (; this.#asked < view.asked; this.#asked++) {
      const key = pointKey(this.#space, view.params(this.#asked));
      this.#keys.set(key, (this.#keys.get(key) ?? 0) + 1);
    }
    return true;
  }

  has(params: Params): boolean {
    return this.#keys.has(pointKey(this.#space, params));
  }
}

/** The tried points of each search, kept under `view.search`. */
export class TriedPointsCache {
  readonly #searches = new WeakMap<object, TriedPoints>();

  /** *Cost*: O(leaves) for each slot that is new; of all slots for a cold call. */
  of(space: Space, view: View): TriedPoints {
    const known = this.#searches.get(view.search);
    if (known?.upTo(view)) return known;
    const fresh = new TriedPoints(space);
    fresh.upTo(view);
    this.#searches.set(view.search, fresh);
    return fresh;
  }
}
