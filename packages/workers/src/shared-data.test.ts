import { deserialize, serialize } from 'node:v8';
import { dataHash, recordOf } from '@tangentlab/core';
import { inSharedMemory } from './shared-data.js';

test('typed arrays of every kind are copied into shared memory, bit for bit', () => {
  const memory = Float64Array.of(1, -0, Number.NaN, 4);
  const data = {
    x: memory.subarray(1, 3),
    y: Int32Array.of(0, -1),
    bytes: Uint8ClampedArray.of(300),
    big: BigInt64Array.of(-1n),
    names: ['a', null, undefined, true],
    own: recordOf([['constructor', Float32Array.of(0.1)]]),
    odd: JSON.parse('{ "__proto__": 1 }'),
  };
  const shared = inSharedMemory(data)?.data as typeof data;
  expect(dataHash(shared)).toBe(dataHash(data));
  for (const array of [shared.x, shared.y, shared.bytes, shared.big, shared.own['constructor']!])
    expect(Object.prototype.toString.call(array.buffer)).toBe('[object SharedArrayBuffer]');
  expect(shared.x).toHaveLength(2);
  memory[1] = 7; // a copy
  expect(shared.x[0]).toBe(-0);
});

test('what stands in two places stays one; data may contain itself', () => {
  const x = Float64Array.of(1);
  const data: Record<string, unknown> = { train: { x }, val: { x } };
  data['all'] = data;
  const shared = inSharedMemory(data)?.data as { train: { x: unknown }; val: { x: unknown }; all: unknown };
  expect(shared.train.x).toBe(shared.val.x);
  expect(shared.all).toBe(shared);
});

test('data from another realm is plain, too', () => {
  expect(inSharedMemory(deserialize(serialize({ x: Float64Array.of(1) })))).toBeDefined();
});

test.each([
  ['a function', { f: () => 1 }],
  ['a class', new (class Table {})()],
  ['a map', { m: new Map() }],
  ['a buffer', { b: Buffer.from('a') }],
  ['a data view', [new DataView(new ArrayBuffer(8))]],
  ['a symbol as a key', { [Symbol('s')]: 1 }],
  ['a symbol', { s: Symbol('s') }],
])('%s is not shared', (_, data) => {
  expect(inSharedMemory(data)).toBeUndefined();
});
