import {
  choice,
  constrained,
  defineProvider,
  defineSource,
  experiment,
  int,
  lessThan,
  list,
  minimize,
  Rng,
  SEARCHER,
  Space,
  uniform,
  variant,
  when,
} from '@tangentlab/core';
import { of } from 'rxjs';
import { errorOf } from '../../../../test/thrown.js';

const SHAPE = { low: int(1, 5), high: int(1, 5), other: uniform(0, 1) };

test('only allowed points are drawn, and they are as likely as each other', () => {
  const space = new Space(constrained(SHAPE, lessThan('low', 'high')));
  const counts = new Map<string, number>();
  const n = 10_000;
  for (let i = 0; i < n; i++) {
    const { low, high } = space.sample(Rng.root(3).split('ask', i)) as { low: number; high: number };
    counts.set(`${low}<${high}`, (counts.get(`${low}<${high}`) ?? 0) + 1);
    expect(low).toBeLessThan(high);
  }
  expect(counts.size).toBe(10);
  const chi2 = [...counts.values()].reduce((sum, count) => sum + (count - n / 10) ** 2 / (n / 10), 0);
  expect(chi2).toBeLessThan(45.1); // 9 degrees of freedom, error rate 1e-6, seed frozen
});

test('a first draw that is allowed is that of the space without constraints', () => {
  const plain = new Space(SHAPE);
  const space = new Space(constrained(SHAPE, lessThan('low', 'high')));
  let kept = 0;
  for (let i = 0; i < 50; i++) {
    const params = plain.sample(Rng.root(i));
    if (!space.accepts(params)) continue;
    kept++;
    expect(space.sample(Rng.root(i))).toEqual(params);
  }
  expect(kept).toBeGreaterThan(5);
});

test('constraints add up, and survive the spread of a shape', () => {
  const both = constrained(constrained(SHAPE, lessThan('low', 'high')), (p) => p.other < 0.5);
  const space = new Space({ ...both, more: choice(1, 2) });
  for (const params of [0, 1, 2, 3].map((seed) => space.sample(Rng.root(seed)))) {
    expect((params as { low: number }).low).toBeLessThan((params as { high: number }).high);
    expect(params['other']).toBeLessThan(0.5);
  }
  expect(space.isConstrained).toBe(true);
  expect(new Space(SHAPE).isConstrained).toBe(false);
});

test('check refuses what is not allowed', () => {
  const space = new Space(constrained(SHAPE, lessThan('low', 'high')));
  expect(() => space.check({ low: 1, high: 2, other: 0 }, 'test')).not.toThrow();
  expect(errorOf(() => space.check({ low: 2, high: 2, other: 0 }, 'test'))).toMatchObject({
    code: 'SPACE_INVALID',
    message:
      'test: the point must satisfy `where`, got {"low":2,"high":2,"other":0}; suggest only points that space.accepts() allows.',
  });
});

test('a constraint that allows nothing ends after its budget, with the rate', () => {
  let calls = 0;
  const space = new Space(
    constrained(SHAPE, () => {
      calls++;
      return false;
    }),
  );
  expect(errorOf(() => space.sample(Rng.root(1)))).toMatchObject({
    code: 'SPACE_INVALID',
    message: expect.stringContaining('got 0 (acceptance rate below 0.03 %)'),
    details: { draws: 10_000, accepted: 0 },
  });
  expect(calls).toBe(10_000);
});

test.each([
  ['throws', () => JSON.parse('?') as boolean, /got the error "Unexpected token/],
  ['gives nothing', () => undefined as never, /must answer true or false for every point of the space, got undefined/],
  ['gives a promise', async () => true, /must answer true or false/],
])('a constraint that %s is SPACE_INVALID', (_, where, message) => {
  const error = errorOf(() => new Space(constrained(SHAPE, where as () => boolean)).sample(Rng.root(1)));
  expect([error.code, error.message]).toEqual(['SPACE_INVALID', expect.stringMatching(message)]);
});

test.each([
  ['no function', () => constrained(SHAPE, 'low < high' as never)],
  ['an unknown name', () => new Space(constrained(SHAPE, lessThan('low', 'hihg') as never))],
  ['an inherited name', () => new Space(constrained(SHAPE, lessThan('low', 'toString') as never))],
  ['texts', () => new Space(constrained({ a: choice('x'), b: int(1, 2) }, lessThan('a', 'b') as never))],
  [
    'a list',
    () => new Space(constrained({ a: list(int(1, 2), { min: 1, max: 2 }), b: int(1, 2) }, lessThan('a', 'b') as never)),
  ],
  [
    'a conditional number',
    () => new Space(constrained({ a: choice(1, 2), b: when('a', 1, int(1, 2)) }, lessThan('a', 'b') as never)),
  ],
])('a constraint on %s is SPACE_INVALID', (_, build) => {
  expect(errorOf(build).code).toBe('SPACE_INVALID');
});

const search = defineProvider({
  token: SEARCHER,
  name: 'random',
  create: () => ({ name: 'random', feedback: false, ask: ({ space, rng }) => space.sample(rng) }),
});
const common = {
  name: 'constrained',
  seed: 1,
  data: defineSource({ name: 'five', open: () => of(5) }),
  model: () => ({}),
  objective: minimize('loss'),
  search,
  trials: 20,
};
const fake = (loss: number) => ({ name: 'fake', requires: [], fit: () => of({ step: 1, values: { loss } }) });

test('an experiment tries only points that its role `where` allows, in nested spaces too', async () => {
  const { trials } = await experiment({
    ...common,
    space: { low: int(1, 5), high: int(1, 5), opt: variant({ adam: {}, sgd: { momentum: uniform(0, 0.9) } }) },
    where: (p) => p.low < p.high && (p.opt.kind === 'adam' || p.opt.momentum < 0.5),
    train: ({ params: p }) => fake(p.low + (p.opt.kind === 'sgd' ? p.opt.momentum : 0)),
  }).run().result;
  expect(trials).toHaveLength(20);
  for (const { params: p } of trials) {
    expect(p.low).toBeLessThan(p.high);
    if (p.opt.kind === 'sgd') expect(p.opt.momentum).toBeLessThan(0.5);
  }
  expect(new Set(trials.map(({ params }) => params.opt.kind))).toEqual(new Set(['adam', 'sgd']));
});

test('an experiment refuses, before anything is opened, what could never be drawn', () => {
  const spec = { ...common, space: SHAPE, train: () => fake(1) };
  expect(errorOf(() => experiment({ ...spec, where: () => false })).code).toBe('SPACE_INVALID');
  expect(errorOf(() => experiment({ ...spec, where: 'low' as never })).code).toBe('SPACE_INVALID');
  // @ts-expect-error no parameter of that name
  expect(errorOf(() => experiment({ ...spec, where: lessThan('low', 'hihg') })).code).toBe('SPACE_INVALID');
});
