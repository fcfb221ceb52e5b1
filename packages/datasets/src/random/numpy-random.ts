/**
 * The draws of NumPy's legacy `RandomState`, number for number, so that data sets published with a `random_state` can be
 * made again here. It is not NumPy's newer `Generator`, and covers only the draws that data sets need.
 *
 * Invariant: each method takes from the generator exactly the words that NumPy takes, in the same order.
 */
import { ConfigError, show } from '@tangentlab/core';
import { Mt19937 } from './mt19937.js';

/**
 * NumPy's legacy random state.
 *
 * *Determinism*: a function of the seed and of the calls made so far; integers and uniform numbers equal NumPy's to the
 * bit, normal numbers to the last place or two (`log` differs between platforms). *Source*: NumPy's `RandomState`, frozen
 * since NumPy 1.16.
 *
 * @example
 * [...new RandomState(42).permutation(5)] // => [1, 4, 2, 0, 3]
 */
export class RandomState {
  private readonly words: Mt19937;
  private spare: number | undefined;

  /**
   * @param seed An integer in 0..2^32-1.
   * @throws ConfigError CONFIG_INVALID for any other seed.
   */
  constructor(seed: number) {
    if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) {
      throw invalid('RandomState', 'the seed must be an integer in 0..4294967295', show(seed), 'pass such an integer');
    }
    this.words = new Mt19937(seed);
  }

  /** A uniform number, NumPy's `uniform(low, high)`; without arguments `random_sample()`. *Range*: [low, high). */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * this.words.nextDouble();
  }

  /**
   * A number of the standard normal distribution, NumPy's `standard_normal()`.
   *
   * *Source*: Marsaglia & Bray 1964, the polar method: two numbers per accepted point, the second kept for the next call.
   */
  standardNormal(): number {
    if (this.spare !== undefined) {
      const kept = this.spare;
      this.spare = undefined;
      return kept;
    }
    let a: number;
    let b: number;
    let r2: number;
    do {
      a = 2 * this.words.nextDouble() - 1;
      b = 2 * this.words.nextDouble() - 1;
      r2 = a * a + b * b;
    } while (r2 >= 1 || r2 === 0);
    const stretch = Math.sqrt((-2 * Math.log(r2)) / r2);
    // NumPy keeps the first coordinate and returns the second
    this.spare = stretch * a;
    return stretch * b;
  }

  /**
   * An integer, NumPy's `randint(low, high)`; with one argument `randint(0, high)`.
   *
   * *Range*: low..high-1.
   * @throws ConfigError CONFIG_INVALID unless both are safe integers with low < high < low + 2^53.
   */
  randint(low: number, high?: number): number {
    const [from, to] = high === undefined ? [0, low] : [low, high];
    if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from >= to || to - from >= 2 ** 53) {
      throw invalid(
        'RandomState.randint',
        'low and high must be safe integers with low < high < low + 2^53',
        `${show(from)} and ${show(to)}`,
        'the upper end is not drawn: give the largest value plus 1',
      );
    }
    return from + this.below(to - from - 1);
  }

  /**
   * The numbers 0..n-1 in random order, NumPy's `permutation(n)`.
   *
   * *Cost*: O(n).
   * @throws ConfigError CONFIG_INVALID unless n is an integer in 0..2^32.
   */
  permutation(n: number): Uint32Array {
    if (!Number.isInteger(n) || n < 0 || n > 2 ** 32) {
      throw invalid(
        'RandomState.permutation',
        'n must be an integer in 0..4294967296',
        show(n),
        'pass a number of items',
      );
    }
    return this.shuffle(Uint32Array.from({ length: n }, (_, i) => i));
  }

  /** The list itself, put in random order in place, NumPy's `shuffle(values)`. *Cost*: O(length). */
  shuffle<L extends unknown[] | Int32Array | Uint32Array | Float64Array>(values: L): L {
    const list: { [index: number]: unknown } = values;
    for (let i = values.length - 1; i > 0; i--) {
      const j = this.below(i);
      [list[i], list[j]] = [list[j], list[i]];
    }
    return values;
  }

  /** An integer in 0..max. Draws are cut to the bits of `max` and refused while too large; max = 0 takes no draw. */
  private below(max: number): number {
    if (max === 0) return 0;
    const high = Math.floor(max / 2 ** 32);
    // the top word keeps the bits of the bound's own top word; below 2^32 there is only that one
    const mask = 0xffffffff >>> Math.clz32(high === 0 ? max : high);
    for (;;) {
      const top = (this.words.nextUint32() & mask) >>> 0;
      const value = high === 0 ? top : top * 2 ** 32 + this.words.nextUint32();
      if (value <= max) return value;
    }
  }
}

function invalid(where: string, expected: string, got: string, todo: string): ConfigError {
  return new ConfigError('CONFIG_INVALID', { where, expected, got, todo });
}
