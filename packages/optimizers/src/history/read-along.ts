/**
 * What searchers know of a search, read along with its views: slot after slot is taken in once, and what is kept is what
 * a cold call would compute from the view.
 */
import type { View } from '@tangentlab/core';

/** Something that takes in the outcomes of slots 0, 1, 2, ... in turn. */
export interface Reading {
  /** Takes in the outcome of a slot. */
  read(view: View, slot: number): void;
}

/** The readings of searches, each kept under `view.search`. */
export class ReadAlong<R extends Reading> {
  readonly #searches = new WeakMap<object, { readonly reading: R; told: number }>();

  /**
   * The reading of the view's search, up to the view.
   *
   * *Cost*: that of the slots that are new. A view that shows less than was read - a slot whose searcher had waited came
   * before it - is read from its start.
   */
  of(view: View, start: () => R): R {
    let known = this.#searches.get(view.search);
    if (known === undefined || known.told > view.told) {
      known = { reading: start(), told: 0 };
      this.#searches.set(view.search, known);
    }
    for (; known.told < view.told; known.told++) known.reading.read(view, known.told);
    return known.reading;
  }
}
