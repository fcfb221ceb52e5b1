import {
  choice,
  compareSpaces,
  int,
  labelled,
  list,
  Space,
  type SpaceShape,
  uniform,
  variant,
  when,
} from '@tangentlab/core';

const compare = (before: SpaceShape, after: SpaceShape) => compareSpaces(new Space(before), new Space(after));
const OPT = { adam: { beta: uniform(0, 1) }, sgd: { momentum: uniform(0, 1) } };
const FLAT = { opt: choice('adam', 'sgd'), momentum: when('opt', 'sgd', uniform(0, 1)) };

test.each<[string, SpaceShape, SpaceShape]>([
  ['equal spaces', { opt: variant(OPT), a: int(1, 2) }, { opt: variant(OPT), a: int(1, 2) }],
  ['another order of parameters', { a: int(1, 2), b: uniform(0, 1) }, { b: uniform(0, 1), a: int(1, 2) }],
  [
    'another order of the values of a condition',
    { a: int(1, 3), b: when('a', [1, 2], int(1, 2)) },
    { a: int(1, 3), b: when('a', [2, 1], int(1, 2)) },
  ],
  ['labels for texts', { a: labelled({ x: 1, y: 2 }) }, { a: choice('x', 'y') }],
  ['nothing', {}, {}],
])('%s are the same', (_, before, after) => {
  expect(compare(before, after)).toEqual({ relation: 'same', names: [] });
});

test.each<[string, SpaceShape, SpaceShape, string[]]>([
  ['a choice', { a: choice(1, 2) }, { a: choice(1, 2, 3) }, ['a']],
  [
    'a choice in a list',
    { h: list(choice(1), { min: 1, max: 2 }) },
    { h: list(choice(1, 2), { min: 1, max: 2 }) },
    ['h.0', 'h.1'],
  ],
  [
    'a branch with its parameters',
    { o: variant(OPT) },
    { o: variant({ ...OPT, rms: { rho: list(int(1, 2), { min: 1, max: 2 }) } }) },
    ['o', 'o.rms.rho.length', 'o.rms.rho.0', 'o.rms.rho.1'],
  ],
  ['a label', { t: labelled({ a: [1] }) }, { t: labelled({ a: [1], b: [2] }) }, ['t']],
  [
    'a choice, and a condition that takes it in',
    FLAT,
    { opt: choice('adam', 'sgd', 'nag'), momentum: when('opt', ['sgd', 'nag'], uniform(0, 1)) },
    ['opt', 'momentum'],
  ],
  [
    'a choice, and what exists under it',
    FLAT,
    { ...FLAT, opt: choice('adam', 'sgd', 'rms'), rho: when('opt', 'rms', uniform(0, 1)) },
    ['opt', 'rho'],
  ],
])('%s may be appended', (_, before, after, names) => {
  expect(compare(before, after)).toEqual({ relation: 'grown', names });
  expect(compare(after, before).relation).toBe('different');
});

test.each<[string, SpaceShape, SpaceShape, string[]]>([
  ['a new parameter', { a: choice(1) }, { a: choice(1, 2), b: int(1, 2) }, ['b']],
  ['a parameter that is gone', { a: choice(1), b: int(1, 2) }, { a: choice(1, 2) }, ['b']],
  ['another range', { a: uniform(0, 1) }, { a: uniform(0, 2) }, ['a']],
  ['another scale', { a: int(1, 9) }, { a: int(1, 9, { log: true }) }, ['a']],
  ['another kind', { a: int(1, 2) }, { a: choice(1, 2) }, ['a']],
  ['choices in another order', { a: choice(1, 2) }, { a: choice(2, 1, 3) }, ['a']],
  ['a choice put in between', { a: choice(1, 3) }, { a: choice(1, 2, 3) }, ['a']],
  [
    'a longer list',
    { h: list(int(1, 2), { min: 1, max: 2 }) },
    { h: list(int(1, 2), { min: 1, max: 3 }) },
    ['h.length', 'h.1', 'h.2'],
  ],
  [
    'a parameter in an old branch',
    { o: variant(OPT) },
    { o: variant({ ...OPT, sgd: { ...OPT.sgd, decay: uniform(0, 1) } }) },
    ['o.sgd.decay'],
  ],
  [
    'a condition on an old choice',
    FLAT,
    { ...FLAT, momentum: when('opt', ['adam', 'sgd'], uniform(0, 1)) },
    ['momentum'],
  ],
  ['a condition taken away', FLAT, { ...FLAT, momentum: uniform(0, 1) }, ['momentum']],
  [
    'a condition that loses a value',
    { a: int(1, 3), b: when('a', [1, 2], int(1, 2)) },
    { a: int(1, 3), b: when('a', 1, int(1, 2)) },
    ['b'],
  ],
])('%s makes another space', (_, before, after, names) => {
  expect(compare(before, after)).toEqual({ relation: 'different', names });
});
