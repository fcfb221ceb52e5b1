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
  absorb(hash, value, new Set());
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

/** Every node starts with its kind and its size, so that no two trees spell the same sequence of words. */
function absorb(hash: Fnv, value: unknown, ancestors: Set<object>): void {
  if (typeof value !== 'object' || value === null) {
    if (typeof value === 'function' || typeof value === 'symbol') hash.text('opaque');
    else hash.text(`${typeof value} ${Object.is(value, -0) ? '-0' : String(value)}`);
  } else if (ArrayBuffer.isView(value)) {
    absorbBytes(hash, new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  } else if (ancestors.has(value)) {
    hash.text('cycle');
  } else {
    ancestors.add(value);
    absorbItems(hash, value, ancestors);
    ancestors.delete(value);
  }
}

function absorbBytes(hash: Fnv, bytes: Uint8Array): void {
  hash.text(`bytes ${bytes.length}`);
  for (let i = 0; i < bytes.length; i += 4) {
    hash.word((bytes[i] ?? 0) | ((bytes[i + 1] ?? 0) << 8) | ((bytes[i + 2] ?? 0) << 16) | ((bytes[i + 3] ?? 0) << 24));
  }
}

function absorbItems(hash: Fnv, value: object, ancestors: Set<object>): void {
  // the tag, not instanceof: data may come from another realm
  const tag = Object.prototype.toString.call(value);
  if (Array.isArray(value) || tag === '[object Map]' || tag === '[object Set]') {
    const items = [...(value as Iterable<unknown>)];
    hash.text(`${tag} ${items.length}`);
    for (const item of items) absorb(hash, item, ancestors);
  } else if (tag === '[object Date]') {
    hash.text(`date ${(value as Date).getTime()}`);
  } else if (tag === '[object ArrayBuffer]' || tag === '[object SharedArrayBuffer]') {
    absorbBytes(hash, new Uint8Array(value as ArrayBuffer));
  } else {
    const entries = Object.entries(value);
    hash.text(`object ${entries.length}`);
    for (const [key, item] of entries) {
      hash.text(key);
      absorb(hash, item, ancestors);
    }
  }
}
