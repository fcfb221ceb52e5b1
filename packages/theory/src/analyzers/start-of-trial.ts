/**
 * What an analyzer computes at the start of a trial, kept for its later measurements: never anything but what a cold call
 * would compute. It is kept by the model, of which each trial has its own, and goes when that goes.
 */
import type { Mlp } from '@tangentlab/nn';
import type { Samples, Split } from '@tangentlab/tensor';

interface Kept<T> {
  readonly train: Samples;
  readonly initial: Float64Array;
  readonly value: T;
}

/** Values of the start of trials. */
export class StartOfTrial<T> {
  readonly #kept = new WeakMap<Mlp, Kept<T>>();

  /**
   * The value for a model, its training samples and the parameters that it began from: that which was computed for the same
   * three before - the folds of a cross-validation share a model -, or else what `compute` makes.
   */
  async of(model: Mlp, { train }: Split<Samples>, initial: Float64Array, compute: () => Promise<T>): Promise<T> {
    const kept = this.#kept.get(model);
    if (kept?.train === train && sameNumbers(kept.initial, initial)) return kept.value;
    const value = await compute();
    this.#kept.set(model, { train, initial: initial.slice(), value });
    return value;
  }
}

function sameNumbers(a: Float64Array, b: Float64Array): boolean {
  return a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
}
