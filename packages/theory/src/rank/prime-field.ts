/**
 * Arithmetic modulo a prime, in doubles. Primes stay below 2^23, so that 64 products can be added before a remainder is
 * taken, and nothing is ever rounded: not for cryptography, but for ranks that no rounding can reach.
 */
import { ConfigError } from '@tangentlab/core';
import { dyadic } from './dyadic.js';

// looked up once: a sandbox (jest) makes every look-up of a global expensive
const { floor } = Math;

/** Products below 2^46 that may be added to a number below 2^46 without leaving the integers that doubles hold. */
export const DELAY = 64;
/** Exponents of two in doubles as integers times a power of two: 2^-1074 to 2^971. */
const [LEAST_EXPONENT, MOST_EXPONENT] = [-1074, 971];

/** The integers modulo a prime, as doubles in [0, prime). */
export class PrimeField {
  readonly prime: number;
  readonly #inverse: number;
  /** Entry i: 2^(i + LEAST_EXPONENT). */
  readonly #powers: Float64Array;

  /** *Throws* CONFIG_INVALID unless `prime` is an odd prime below 2^23: of another number a rank would prove nothing. */
  constructor(prime: number) {
    checkPrime(prime);
    this.prime = prime;
    this.#inverse = 1 / prime;
    const powers = new Float64Array(MOST_EXPONENT - LEAST_EXPONENT + 1);
    powers[-LEAST_EXPONENT] = 1;
    for (let i = -LEAST_EXPONENT + 1; i < powers.length; i++) powers[i] = (2 * powers[i - 1]!) % prime;
    const half = (prime + 1) / 2;
    for (let i = -LEAST_EXPONENT - 1; i >= 0; i--) powers[i] = (half * powers[i + 1]!) % prime;
    this.#powers = powers;
  }

  /** The remainder of an integer in [0, 2^53). */
  reduced(value: number): number {
    // the quotient may be off by one
    const rest = value - floor(value * this.#inverse) * this.prime;
    return rest < 0 ? rest + this.prime : rest >= this.prime ? rest - this.prime : rest;
  }

  multiply(a: number, b: number): number {
    return this.reduced(a * b);
  }

  /** A finite double, which is an integer times a power of two, exactly. */
  of(value: number): number {
    const { integer, exponent } = dyadic(value);
    const size = Math.abs(integer);
    const high = floor(size / 2 ** 32);
    // below 2^44 + 2^32
    const mantissa = this.reduced(high * this.#power(32) + (size - high * 2 ** 32));
    const remainder = this.multiply(mantissa, this.#power(exponent));
    return integer > 0 || remainder === 0 ? remainder : this.prime - remainder;
  }

  #power(exponent: number): number {
    return this.#powers[exponent - LEAST_EXPONENT]!;
  }

  /** 1/a for a other than 0. *Source*: Fermat: a^(p - 2). */
  inverse(a: number): number {
    let [result, base] = [1, a];
    for (let exponent = this.prime - 2; exponent > 0; exponent = floor(exponent / 2)) {
      if (exponent % 2 === 1) result = this.multiply(result, base);
      base = this.multiply(base, base);
    }
    return result;
  }

  /** The inner product of `length` entries of `a` and of `b`, from these places on. */
  dot(a: Float64Array, fromA: number, b: Float64Array, fromB: number, length: number): number {
    let sum = 0;
    for (let start = 0; start < length; start += DELAY) {
      const end = start + DELAY < length ? start + DELAY : length;
      for (let j = start; j < end; j++) sum += a[fromA + j]! * b[fromB + j]!;
      sum = this.reduced(sum);
    }
    return sum;
  }
}

/** By division: at most 1448 of them. */
function checkPrime(prime: number): void {
  let usable = Number.isInteger(prime) && prime > 2 && prime < 2 ** 23 && prime % 2 === 1;
  for (let divisor = 3; usable && divisor * divisor <= prime; divisor += 2) usable = prime % divisor !== 0;
  if (usable) return;
  throw new ConfigError('CONFIG_INVALID', {
    where: 'PrimeField',
    expected: 'an odd prime below 2^23 is needed',
    got: String(prime),
    todo: 'take 8388593, say',
  });
}
