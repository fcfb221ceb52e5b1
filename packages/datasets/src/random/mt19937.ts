/**
 * The Mersenne Twister MT19937, seeded from one 32-bit integer as NumPy's `RandomState(seed)` seeds it.
 *
 * It is not the framework's source of randomness (core's `Rng` is), nor fit for secrets: it is here because published
 * data sets are defined by its numbers. Invariant: word for word the sequence of the authors' reference generator.
 */

// the recurrence's degree N and middle word M, and the words of its twist matrix, as in the paper's table II
const N = 624;
const M = 397;
const TWIST = 0x9908b0df;
const UPPER = 0x80000000;
const LOWER = 0x7fffffff;

/**
 * A generator of 32-bit words.
 *
 * *Determinism*: a function of the seed alone. *Source*: Matsumoto & Nishimura 1998, with their seeding of 2002.
 */
export class Mt19937 {
  private readonly state = new Uint32Array(N);
  private position = N;

  /** @param seed An integer in 0..2^32-1; the caller has checked it. */
  constructor(seed: number) {
    let word = seed >>> 0;
    for (let i = 0; i < N; i++) {
      this.state[i] = word;
      word = (Math.imul(1812433253, word ^ (word >>> 30)) + i + 1) >>> 0;
    }
  }

  /** The next word, in 0..2^32-1. */
  nextUint32(): number {
    if (this.position === N) this.twist();
    let word = this.state[this.position++] as number;
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  }

  /** The next number of [0, 1), a multiple of 2^-53, made of 27 bits of one word and 26 of the next. */
  nextDouble(): number {
    const high = this.nextUint32() >>> 5;
    const low = this.nextUint32() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  private twist(): void {
    const { state } = this;
    for (let i = 0; i < N; i++) {
      // the indices wrap: from here on, word i + M may already be one of the new round, as the recurrence wants
      const mixed = ((state[i] as number) & UPPER) | ((state[(i + 1) % N] as number) & LOWER);
      state[i] = (state[(i + M) % N] as number) ^ (mixed >>> 1) ^ (mixed & 1 ? TWIST : 0);
    }
    this.position = 0;
  }
}
