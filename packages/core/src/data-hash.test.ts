import { dataHash } from '@tangentlab/core';
import fc from 'fast-check';

test('16 hexadecimal digits, pinned: the hash in old headers must keep its meaning', () => {
  const table = { x: Float32Array.of(1, 2.5, -3), y: Int32Array.of(0, 1), features: 3, names: ['a', 'b'] };
  expect(dataHash(table)).toBe('ae271617227f805e');
});

test('equal data has an equal hash, whichever buffer it lies in', () => {
  const bytes = new Uint8Array(64).map((_, i) => i * 37);
  fc.assert(
    fc.property(fc.nat(16), fc.nat(32), (offset, length) => {
      const view = bytes.subarray(offset, offset + length);
      expect(dataHash({ view })).toBe(dataHash({ view: Uint8Array.from(view) }));
    }),
  );
  expect(dataHash(structuredClone({ a: [1, { b: null }] }))).toBe(dataHash({ a: [1, { b: null }] }));
});

test('every bit of a typed array counts', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(), fc.nat(7), (bytes, at, bit) => {
      const changed = Uint8Array.from(bytes);
      changed[at % bytes.length]! ^= 1 << bit;
      expect(dataHash(changed)).not.toBe(dataHash(bytes));
    }),
  );
});

test('the last sample of a large array counts, and so does the order of the samples', () => {
  const x = Float64Array.from({ length: 50_000 }, (_, i) => i / 7);
  const before = dataHash(x);
  x[49_999]! += 1e-12;
  const touched = dataHash(x);
  [x[0], x[1]] = [x[1]!, x[0]!];
  expect(new Set([before, touched, dataHash(x)]).size).toBe(3);
});

test('different plain data has different hashes', () => {
  const data = fc.jsonValue({ maxDepth: 3 });
  fc.assert(
    fc.property(data, data, (a, b) => {
      // 64 bits: a chance collision among 2000 pairs has probability 1e-16
      expect(dataHash(a) === dataHash(b)).toBe(spelled(a) === spelled(b));
    }),
    { numRuns: 2000 },
  );
});

/** JSON, but with -0, and with the order of keys that JSON keeps too. */
const spelled = (value: unknown) => JSON.stringify(value, (_key, v) => (Object.is(v, -0) ? '(-0)' : v));

const cycle: Record<string, unknown> = { name: 'loop' };
cycle['self'] = cycle;

test('what looks alike is told apart', () => {
  const alike: readonly unknown[] = [
    { a: { b: 1 }, c: 2 },
    { a: { b: 1, c: 2 } },
    { a: 1, b: 2 },
    { b: 2, a: 1 },
    {},
    [],
    [{}],
    [[]],
    [[], []],
    [undefined],
    [null],
    [0],
    [-0],
    ['0'],
    [0n],
    [false],
    [Number.NaN],
    '',
    '[0',
    new Uint8Array(0),
    new Uint8Array(1),
    new Uint8Array(2),
    [new Uint8Array(0), new Uint8Array(0)],
    new Date(0),
    new Date(1),
    new Map([['a', 1]]),
    new Map([['a', 2]]),
    new Set(['a']),
    Uint8Array.of(5, 0, 0, 0).buffer,
    cycle,
    { name: 'loop', self: {} },
  ];
  const hashes = alike.map(dataHash);
  expect(new Set(hashes).size).toBe(alike.length);
});

test('cyclic data has a hash, and shared data that of its copies', () => {
  expect(dataHash(cycle)).toMatch(/^[0-9a-f]{16}$/);
  const shared = { x: 1 };
  expect(dataHash([shared, shared])).toBe(dataHash([{ x: 1 }, { x: 1 }]));
});

test('what a function does is not data', () => {
  expect(dataHash({ f: () => 1 })).toBe(dataHash({ f: () => 2 }));
  expect(dataHash({ f: () => 1 })).not.toBe(dataHash({ g: () => 1 }));
});
