/**
 * Data in memory that threads share: the same tree, with its typed arrays copied into shared buffers once. Cloning such a
 * tree to a thread copies no number.
 */
import type { HandedOver } from '@tangentlab/core';

/**
 * The data with all its typed arrays in shared memory; undefined if it is not made of plain objects, lists, numbers, texts
 * and typed arrays alone: functions, classes and maps do not arrive as they were.
 *
 * *Cost*: O(bytes), once. What stands in two places is copied once.
 */
export function inSharedMemory(data: unknown): HandedOver | undefined {
  return isPlain(data, new Set()) ? { data: shared(data, new Map()) } : undefined;
}

function isPlain(value: unknown, seen: Set<object>): boolean {
  if (typeof value !== 'object' || value === null) return typeof value !== 'function' && typeof value !== 'symbol';
  if (ArrayBuffer.isView(value)) return arrayKind(value) !== undefined;
  if (seen.has(value)) return true;
  seen.add(value);
  if (!Array.isArray(value) && !isPlainObject(value)) return false;
  return Object.getOwnPropertySymbols(value).length === 0 && Object.values(value).every((item) => isPlain(item, seen));
}

/** A plain object's prototype is null or the root of its realm; by `instanceof`, those of another realm would not be plain. */
function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function shared(value: unknown, copies: Map<object, unknown>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (copies.has(value)) return copies.get(value);
  if (ArrayBuffer.isView(value)) {
    const array = sharedArray(value);
    copies.set(value, array);
    return array;
  }
  const copy = Array.isArray(value) ? [] : {};
  copies.set(value, copy); // before its items: data may contain itself
  for (const [key, item] of Object.entries(value)) {
    // defined, not assigned: a column may be called __proto__
    const field = { value: shared(item, copies), enumerable: true, writable: true, configurable: true };
    Object.defineProperty(copy, key, field);
  }
  return copy;
}

const ARRAYS = {
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
} as const;

/** Undefined of a DataView, and of what somebody derived from a typed array, as Buffer is. */
function arrayKind(view: ArrayBufferView): keyof typeof ARRAYS | undefined {
  const { name } = view.constructor;
  return Object.hasOwn(ARRAYS, name) ? (name as keyof typeof ARRAYS) : undefined;
}

/** A copy of the same kind. */
function sharedArray(view: ArrayBufferView): ArrayBufferView {
  const memory = new SharedArrayBuffer(view.byteLength);
  new Uint8Array(memory).set(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  const ArrayOf = ARRAYS[arrayKind(view)!] as new (memory: SharedArrayBuffer) => ArrayBufferView;
  return new ArrayOf(memory);
}
