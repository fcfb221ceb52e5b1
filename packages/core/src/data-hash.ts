/**
 * A fingerprint of data, printed in a run's header: two runs can only be compared bit for bit when it is the same.
 * Not for security.
 */

/**
 * A 64-bit hash of a tree of plain data and typed arrays, as 16 hexadecimal digits.
 *
 * Keys count, in their order; functions and symbols do not. Typed arrays count by their bytes. *Cost*: O(bytes).
 * *Source*: the multiply-xor step of Fowler, Noll and Vo (FNV-1a), on two lanes of 32 bits.
 */
export function dataHash(value: unknown): string {
  const hash = new Fnv();
  absorb(hash, value);
  return hash.digest();
}

/** Two lanes of 32 bits: products of 64 bits would need a BigInt for every word. */
class Fnv {
  #a = 0x811c9dc5;
  #b = 0xcbf29ce4;

  word(bits: number): void {
    this.#a = Math.imul(this.#a ^ bits, 0x01000193);
    this.#b = Math.imul(this.#b ^ (bits >>> 16) ^ (bits << 16), 0x01000193) ^ (this.#a >>> 15);
  }

  text(text: string): void {
    this.word(text.length);
    for (let i = 0; i < text.length; i++) this.word(text.charCodeAt(i));
  }

  digest(): string {
    return [this.#a, this.#b].map((lane) => (lane >>> 0).toString(16).padStart(8, '0')).join('');
  }
}

function absorb(hash: Fnv, value: unknown): void {
  if (ArrayBuffer.isView(value)) {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    hash.word(bytes.length);
    for (let i = 0; i < bytes.length; i += 4) {
      hash.word(
        (bytes[i] ?? 0) | ((bytes[i + 1] ?? 0) << 8) | ((bytes[i + 2] ?? 0) << 16) | ((bytes[i + 3] ?? 0) << 24),
      );
    }
  } else if (Array.isArray(value)) {
    hash.text(`[${value.length}`);
    for (const item of value) absorb(hash, item);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      hash.text(key);
      absorb(hash, item);
    }
  } else if (typeof value !== 'function' && typeof value !== 'symbol') {
    hash.text(`${typeof value} ${String(value)}`);
  }
}
