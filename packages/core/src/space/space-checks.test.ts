/**
 * What a nested space says of its leaves, and what it refuses: points, flat records, coordinates, conditions and
 * arguments of factories.
 */
import { choice, int, labelled, list, logUniform, Space, uniform, variant, when } from '@tangentlab/core';
import { codeOf } from '../../../../test/thrown.js';

const SPACE = new Space({
  lr: logUniform(1e-4, 1e-1),
  hidden: list(int(8, 64), { min: 1, max: 3 }),
  optimizer: variant({
    adam: {},
    sgd: { momentum: uniform(0, 0.99), decay: when('nesterov', true, uniform(0, 1)), nesterov: choice(true, false) },
  }),
  taper: labelled({ a: [64, 32], b: [128, 64, 32] }),
  act: choice('relu', 'leaky'),
  slope: when('act', 'leaky', uniform(0, 1)),
});
const GOOD = { lr: 0.01, hidden: [8, 16], optimizer: { kind: 'adam' }, taper: [64, 32], act: 'relu' };
const SGD = { kind: 'sgd', momentum: 0.5, decay: 0.5, nesterov: true };

test('leaves stand under their storage names, parents before their children', () => {
  expect(SPACE.leaves.map(({ name }) => name)).toEqual([
    'lr',
    'hidden.length',
    'hidden.0',
    'hidden.1',
    'hidden.2',
    'optimizer',
    'optimizer.sgd.momentum',
    'optimizer.sgd.nesterov',
    'optimizer.sgd.decay',
    'taper',
    'act',
    'slope',
  ]);
  const conditionOf = (wanted: string) => SPACE.leaves.find((leaf) => leaf.name === wanted)?.condition;
  expect(conditionOf('hidden.0')).toBeNull();
  expect(conditionOf('hidden.2')).toEqual({ parent: 'hidden.length', values: [3] });
  expect(conditionOf('optimizer.sgd.decay')).toEqual({ parent: 'optimizer.sgd.nesterov', values: [true] });
  expect(SPACE.flatten({ ...GOOD, optimizer: SGD })).toEqual({
    lr: 0.01,
    'hidden.length': 2,
    'hidden.0': 8,
    'hidden.1': 16,
    optimizer: 'sgd',
    'optimizer.sgd.momentum': 0.5,
    'optimizer.sgd.nesterov': true,
    'optimizer.sgd.decay': 0.5,
    taper: 'a',
    act: 'relu',
  });
});

test('what must not exist may be undefined', () => {
  expect(() => SPACE.check({ ...GOOD, slope: undefined } as never, 'test')).not.toThrow();
});

test.each([
  ['a list that is too long', { ...GOOD, hidden: [8, 8, 8, 8] }, /"hidden" must be list of 1\.\.3/],
  ['a list that is empty', { ...GOOD, hidden: [] }, /"hidden" must be list of 1\.\.3/],
  ['no list', { ...GOOD, hidden: 8 }, /"hidden" must be list/],
  ['a value in a list', { ...GOOD, hidden: [8, 7] }, /test: "hidden\.1" must be integer 8\.\.64, got 7;/],
  ['a hole in a list', { ...GOOD, hidden: new Array(2) }, /"hidden\.0" must be integer/],
  ['an unknown branch', { ...GOOD, optimizer: { kind: 'adamw' } }, /"optimizer" must be adam \| sgd/],
  ['an inherited branch', { ...GOOD, optimizer: { kind: 'constructor' } }, /"optimizer" must be/],
  ['a branch by its name alone', { ...GOOD, optimizer: 'adam' }, /"optimizer" must be/],
  ['null for a branch', { ...GOOD, optimizer: null }, /"optimizer" must be/],
  [
    'a parameter of another branch',
    { ...GOOD, optimizer: { ...SGD, kind: 'adam' } },
    /optimizer\.adam\.kind\), got "optimizer\.adam\.momentum"/,
  ],
  [
    'a missing parameter of a branch',
    { ...GOOD, optimizer: { kind: 'sgd', nesterov: false } },
    /"optimizer\.sgd\.momentum" must be 0\.\.0\.99, got undefined/,
  ],
  [
    'a condition within a branch',
    { ...GOOD, optimizer: { ...SGD, nesterov: false } },
    /"optimizer\.sgd\.decay" exists only when "optimizer\.sgd\.nesterov" is true, got 0\.5 beside false; leave it out/,
  ],
  ['a label instead of its value', { ...GOOD, taper: 'a' }, /"taper" must be a \[64,32\] \| b/],
  ['another value', { ...GOOD, taper: [64] }, /"taper" must be/],
  [
    'a conditional parameter that must not be',
    { ...GOOD, slope: 0.1 },
    /"slope" exists only when "act" is "leaky", got 0\.1 beside "relu"/,
  ],
  ['a conditional parameter that must be', { ...GOOD, act: 'leaky' }, /"slope" must be 0\.\.1, got undefined/],
  ['a list for the whole', [GOOD], /a point of the space is needed/],
])('check rejects %s', (_, params, message) => {
  expect(codeOf(() => SPACE.check(params as never, 'test'))).toBe('SPACE_INVALID');
  expect(() => SPACE.check(params as never, 'test')).toThrow(message);
});

const FLAT = SPACE.flatten(GOOD as never);
const without = (key: string) => Object.fromEntries(Object.entries(FLAT).filter(([other]) => other !== key));

test.each([
  ['a leaf that does not exist there', { ...FLAT, slope: 0.5 }],
  ['a leaf that is not of the space', { ...FLAT, momentum: 0.5 }],
  ['an item past the length', { ...FLAT, 'hidden.2': 8 }],
  ['a missing leaf', without('hidden.1')],
  ['a missing length', without('hidden.length')],
  ['a length of 2.5', { ...FLAT, 'hidden.length': 2.5 }],
  ['an unknown label', { ...FLAT, taper: 'c' }],
  ['an inherited label', { ...FLAT, taper: 'toString' }],
  ['an unknown branch', { ...FLAT, optimizer: 'rms' }],
  ['a value outside', { ...FLAT, lr: 1 }],
  ['no record', null],
])('unflatten rejects %s', (_, flat) => {
  expect(codeOf(() => SPACE.unflatten(flat as never))).toBe('SPACE_INVALID');
});

test.each([
  ['too few coordinates', [0.5]],
  ['NaN', [Number.NaN, ...new Array(11).fill(0.5)]],
  ['a coordinate above 1', [1.01, ...new Array(11).fill(0.5)]],
])('decode rejects %s', (_, values) => {
  expect(SPACE.leaves).toHaveLength(12);
  expect(codeOf(() => SPACE.decode(values))).toBe('SPACE_INVALID');
  expect(() => SPACE.decode(values)).toThrow(/^decode: .*coordinate/);
});

test.each([[-1], [0.5], [Number.NaN], ['0']])('point rejects %p', (index) => {
  expect(codeOf(() => new Space({ a: choice(1, 2) }).point(index as never))).toBe('SPACE_INVALID');
});

test('the last leaf changes fastest, and what depends on a leaf changes with it', () => {
  const space = new Space({ o: variant({ a: {}, b: { x: int(1, 2), y: choice('p', 'q') } }), z: choice(0, 1) });
  const points = Array.from({ length: space.size }, (_, i) => Object.values(space.flatten(space.point(i))).join(' '));
  expect(points).toEqual([
    'a 0',
    'a 1',
    'b 1 p 0',
    'b 1 p 1',
    'b 1 q 0',
    'b 1 q 1',
    'b 2 p 0',
    'b 2 p 1',
    'b 2 q 0',
    'b 2 q 1',
  ]);
  // the second item depends on the length, and so changes with it; the first always exists
  const list2 = new Space({ h: list(choice(1, 2), { min: 1, max: 2 }) });
  expect(Array.from({ length: 6 }, (_, i) => list2.point(i)['h'])).toEqual([[1], [2], [1, 1], [2, 1], [1, 2], [2, 2]]);
});

test('the points of a space without end, or past 2^53, have no numbers', () => {
  expect(codeOf(() => new Space({ a: uniform(0, 1) }).point(0))).toBe('SPACE_INVALID');
  expect(codeOf(() => new Space({ a: list(choice(1, 2), { min: 60, max: 60 }) }).point(0))).toBe('SPACE_INVALID');
});

test.each([
  [
    'an unknown parent',
    { opt: choice(1), m: when('optt', 1, uniform(0, 1)) },
    /space\.m: its parent "optt" must be one of "opt", "m";/,
  ],
  ['an inherited parent', { m: when('toString', 1, uniform(0, 1)) }, /its parent "toString"/],
  [
    'a value that the parent never takes',
    { opt: choice('a'), m: when('opt', 'b', uniform(0, 1)) },
    /space\.m: its parent "opt" never takes the value "b"/,
  ],
  ['a number past the range', { n: int(1, 4), m: when('n', [2, 5], uniform(0, 1)) }, /never takes the value 5/],
  [
    'a real parent',
    { n: uniform(0, 1), m: when('n', 0.5, uniform(0, 1)) },
    /its parent "n" must be a choice, a labelled choice or an integer/,
  ],
  [
    'a variant as parent',
    { n: variant({ a: {} }), m: when('n', 'a', uniform(0, 1)) },
    /its parent "n" must be a choice/,
  ],
  ['itself as parent', { m: when('m', 1, int(1, 2)) }, /its parents must not depend on it \(m < m\)/],
  [
    'a circle',
    { a: when('b', 1, int(1, 2)), b: when('c', 1, int(1, 2)), c: when('a', 1, int(1, 2)) },
    /must not depend on it \(a < c < b < a\)/,
  ],
  [
    'a parent outside of the branch',
    { opt: choice(1), v: variant({ a: { m: when('opt', 1, int(1, 2)) } } as never) },
    /space\.v\.a\.m: its parent "opt"/,
  ],
  [
    'two leaves of one name',
    { h: list(int(1, 2), { min: 1, max: 2 }), 'h.0': int(1, 2) },
    /space\.h\.0: two parameters would be stored under this name/,
  ],
  [
    'two leaves of one name in a variant',
    { o: variant({ a: { 'b.c': int(1, 2) }, 'a.b': { c: int(1, 2) } }) },
    /two parameters would be stored/,
  ],
])('%s is SPACE_INVALID', (_, shape, message) => {
  expect(codeOf(() => new Space(shape as never))).toBe('SPACE_INVALID');
  expect(() => new Space(shape as never)).toThrow(message);
});

test('names with dots are names like any other as long as nothing else is stored under them', () => {
  const space = new Space({ 'opt.lr': choice(1, 2), opt: variant({ adam: {} }) });
  expect(space.unflatten({ 'opt.lr': 2, opt: 'adam' })).toEqual({ 'opt.lr': 2, opt: { kind: 'adam' } });
});

test.each([
  ['list of nothing', () => list(undefined as never, { min: 1, max: 2 })],
  ['list of a condition', () => list(when('a', 1, int(1, 2)) as never, { min: 1, max: 2 })],
  ['list without range', () => list(int(1, 2), undefined as never)],
  ['list min -1', () => list(int(1, 2), { min: -1, max: 2 })],
  ['list max below min', () => list(int(1, 2), { min: 3, max: 2 })],
  ['list max 0', () => list(int(1, 2), { min: 0, max: 0 })],
  ['list max 257', () => list(int(1, 2), { min: 0, max: 257 })],
  ['labelled nothing', () => labelled({})],
  ['labelled list', () => labelled([1, 2] as never)],
  ['labelled null', () => labelled(null as never)],
  ['labelled equal values', () => labelled({ a: { x: 1, y: [2] }, b: { y: [2], x: 1 } })],
  ['labelled NaN', () => labelled({ a: [Number.NaN] })],
  ['labelled function', () => labelled({ a: (() => 1) as never })],
  ['labelled undefined', () => labelled({ a: undefined as never })],
  ['labelled typed array', () => labelled({ a: new Float32Array(2) as never })],
  ['labelled Map', () => labelled({ a: new Map() as never })],
  ['labelled sparse list', () => labelled({ a: new Array(2) as never })],
  ['variant of nothing', () => variant({})],
  ['variant null', () => variant(null as never)],
  ['variant of a list', () => variant([{ a: int(1, 2) }] as never)],
  ['variant with a value as branch', () => variant({ a: 1 } as never)],
  ['variant with a distribution as branch', () => variant({ a: int(1, 2) } as never)],
  ['variant with a value as parameter', () => variant({ a: { x: 1 } } as never)],
  // @ts-expect-error that is the name of the branch
  ['variant with a parameter named kind', () => variant({ a: { kind: int(1, 2) } })],
  ['when without values', () => when('a', [], int(1, 2))],
  ['when with equal values', () => when('a', [1, 1], int(1, 2))],
  ['when without distribution', () => when('a', 1, undefined as never)],
  ['when of a condition', () => when('a', 1, when('b', 1, int(1, 2)) as never)],
  ['when of no name', () => when(1 as never, 1, int(1, 2))],
  ['a forged list', () => new Space({ a: { kind: 'list', of: { kind: 'choice' }, min: 1, max: 2 } as never })],
  [
    'a forged variant',
    () => new Space({ a: { kind: 'variant', branches: { x: { y: { kind: 'int', low: 2, high: 1 } } } } as never }),
  ],
  ['a forged condition', () => new Space({ a: { kind: 'when', parent: 'b', equals: [1], distribution: 3 } as never })],
  ['forged labels', () => new Space({ a: { kind: 'labelled' } as never })],
])('%s is SPACE_INVALID', (_, build) => {
  expect(codeOf(build)).toBe('SPACE_INVALID');
});

test('what the user changes later does not reach the space', () => {
  const widths = [64, 32];
  const branch = { momentum: choice(0, 0.9) };
  const space = new Space({ taper: labelled({ a: widths }), opt: variant({ sgd: branch }) });
  widths.push(8);
  branch.momentum = choice(1 as never, 2 as never);
  expect(space.point(0)).toEqual({ taper: [64, 32], opt: { kind: 'sgd', momentum: 0 } });
});
