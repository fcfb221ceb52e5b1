import { choice, type Dist, int, logUniform, type Params, Rng, Space, uniform } from '@tangentlab/core';
import fc from 'fast-check';
import { codeOf } from '../../../../test/thrown.js';

const DISTRIBUTIONS: readonly Dist<unknown>[] = [
  choice('relu', 'tanh', null),
  uniform(0, 1),
  logUniform(1e-4, 1e-1),
  int(8, 256, { log: true }),
];
const names = fc.uniqueArray(
  fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom('__proto__', 'constructor', 'toString', 'a/b', '')),
  { maxLength: 6 },
);
/** A space whose parameters keep their distribution whatever other names stand beside them. */
const spaceOf = (keys: readonly string[]) =>
  new Space(Object.fromEntries(keys.map((key) => [key, DISTRIBUTIONS[key.length % DISTRIBUTIONS.length]!])));

test('a sample is a point of the space, with its parameters in the order of the space', () => {
  fc.assert(
    fc.property(names, fc.integer(), (keys, seed) => {
      const space = spaceOf(keys);
      const params = space.sample(Rng.root(seed));
      expect(() => space.check(params, 'test')).not.toThrow();
      expect(Object.keys(params)).toEqual(space.parameters.map(([name]) => name));
      expect(Object.isFrozen(params)).toBe(true);
      expect(() => space.check(structuredClone(params), 'test')).not.toThrow();
    }),
  );
});

test('each parameter draws from the child of its own name', () => {
  const rng = Rng.root(5).split('ask', 3);
  const params = new Space({ a: uniform(0, 1), b: uniform(0, 1) }).sample(rng);
  expect(params).toEqual({ a: rng.split('a').stream()(), b: rng.split('b').stream()() });
  expect(params['a']).not.toBe(params['b']);
});

test('adding parameters leaves the samples of the others as they were', () => {
  fc.assert(
    fc.property(names, names, fc.integer(), (keys, more, seed) => {
      const before = spaceOf(keys).sample(Rng.root(seed));
      const after = spaceOf([...more.filter((key) => !keys.includes(key)), ...keys]).sample(Rng.root(seed));
      for (const key of keys) expect(after[key]).toBe(before[key]);
    }),
  );
});

test('__proto__ and constructor are parameters like any other', () => {
  const space = new Space(
    Object.fromEntries([
      ['__proto__', choice(1, 2)],
      ['constructor', choice('a', 'b')],
    ]),
  );
  const [first, second] = Object.entries(space.sample(Rng.root(1)));
  expect(first).toEqual(['__proto__', expect.any(Number)]);
  expect(second).toEqual(['constructor', expect.any(String)]);
  // inherited values are none: a plain record has a `constructor` without saying so
  expect(codeOf(() => space.check({} as Params, 'test'))).toBe('SPACE_INVALID');
});

test('size is the number of points', () => {
  expect(new Space({}).size).toBe(1);
  expect(new Space({ a: choice(1, 2, 3), b: int(0, 9, { step: 3 }) }).size).toBe(12);
  expect(new Space({ a: choice(1, 2, 3), b: uniform(0, 1) }).size).toBe(Number.POSITIVE_INFINITY);
});

test('check names the parameter, its distribution and the value', () => {
  const space = new Space({ lr: logUniform(1e-4, 1e-1), act: choice('relu', 'tanh') });
  expect(() => space.check({ lr: 2, act: 'relu' }, 'searcher "gp", slot 3')).toThrow(
    'searcher "gp", slot 3: "lr" must be 0.0001..0.1 log, got 2; suggest only points of the space.',
  );
});

test.each([
  ['a missing parameter', { lr: 0.5 }],
  ['one too many', { lr: 0.5, act: 'relu', momentum: 0.9 }],
  ['a value outside', { lr: 2, act: 'relu' }],
  ['a value of another type', { lr: '0.5', act: 'relu' }],
  ['no record', undefined],
  ['a number', 3],
  ['null', null],
  ['a promise', Promise.resolve({ lr: 0.5, act: 'relu' })],
])('check rejects %s', (_, params) => {
  const space = new Space({ lr: uniform(0, 1), act: choice('relu', 'tanh') });
  expect(codeOf(() => space.check(params as never, 'test'))).toBe('SPACE_INVALID');
});

test('no record is a point even of the empty space', () => {
  expect(codeOf(() => new Space({}).check(undefined as never, 'test'))).toBe('SPACE_INVALID');
  expect(() => new Space({}).check({}, 'test')).not.toThrow();
});

test.each([
  ['null', null],
  ['undefined', undefined],
  ['a number', 5],
  ['text', 'abc'],
  ['a list', [choice(1)]],
  ['a function', () => ({})],
  ['an entry that is a list', { lr: [1, 2] }],
  ['an entry that is a value', { lr: 0.1 }],
  ['a factory without its parentheses', { lr: uniform }],
  ['a forged choice', { lr: { kind: 'choice' } }],
  ['a forged choice of nothing', { lr: { kind: 'choice', choices: [] } }],
  ['a forged range', { lr: { kind: 'float', low: 1, high: 0, log: false } }],
  ['a forged range of texts', { lr: { kind: 'float', low: '0', high: '1', log: false } }],
  ['a forged integer', { lr: { kind: 'int', low: 0.5, high: 2, log: false, step: 1 } }],
])('%s is no space', (_, shape) => {
  expect(codeOf(() => new Space(shape as never))).toBe('SPACE_INVALID');
});

test('an entry that is no distribution is named', () => {
  expect(() => new Space({ hidden: [32, 64] as never })).toThrow(
    'space.hidden: a distribution is needed, got [32,64]; write choice(...), uniform(...), logUniform(...) or int(...).',
  );
});

test('a space that went through JSON gives the same samples', () => {
  const shape = Object.fromEntries(DISTRIBUTIONS.map((distribution, i) => [`p${i}`, distribution]));
  const again = new Space(JSON.parse(JSON.stringify(shape)));
  expect(again.sample(Rng.root(8))).toEqual(new Space(shape).sample(Rng.root(8)));
});
