/**
 * A double as what it is: an integer times a power of two.
 */

/** integer times 2^exponent */
export interface Dyadic {
  /** Its size is below 2^53. */
  readonly integer: number;
  /** -1074 to 971. */
  readonly exponent: number;
}

const BITS = new DataView(new ArrayBuffer(8));

/** The parts of a finite double; not in lowest terms. *Source*: IEEE 754. */
export function dyadic(value: number): Dyadic {
  BITS.setFloat64(0, value);
  const high = BITS.getUint32(0);
  const stored = (high >>> 20) & 0x7ff; // 0 for subnormal numbers, which lack the leading bit
  const size = ((high & 0xfffff) + (stored === 0 ? 0 : 2 ** 20)) * 2 ** 32 + BITS.getUint32(4);
  return { integer: value < 0 ? -size : size, exponent: Math.max(stored, 1) - 1075 };
}
