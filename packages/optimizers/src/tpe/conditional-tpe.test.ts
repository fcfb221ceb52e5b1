import { fc, test as property } from '@fast-check/jest';
import {
  askTell,
  choice,
  constrained,
  int,
  lessThan,
  list,
  logUniform,
  minimize,
  type Params,
  Rng,
  Space,
  uniform,
  variant,
  when,
} from '@tangentlab/core';
import { tpeSearcher } from '@tangentlab/optimizers';
import { determinismLaws, searcherLaws } from '@tangentlab/testkit';
import { KernelSet } from '../density/kernel-set.js';
import { normalStream } from '../density/normal.js';
import { rowsOf } from '../density/rows.js';

const NESTED = new Space({
  opt: variant({ adam: {}, sgd: { momentum: uniform(0, 0.9) } }),
  hidden: list(int(8, 64), { min: 1, max: 3 }),
  act: choice('relu', 'leaky'),
  slope: when('act', 'leaky', uniform(0, 1)),
});
const CONSTRAINED = new Space(constrained({ a: int(1, 9), b: int(1, 9) }, lessThan('a', 'b')));
const WIDE = new Space({ lr: logUniform(1e-6, 1e6), one: list(choice(1, 2), { min: 2, max: 2 }) });

searcherLaws('tpe', () => tpeSearcher());
searcherLaws('tpe, early, in nested, constrained and wide spaces', () => tpeSearcher({ startup: 3 }), {
  spaces: [NESTED, CONSTRAINED, WIDE],
});
determinismLaws('tpe', () => ({ searcher: tpeSearcher({ startup: 4 }) }));

const rows = rowsOf(NESTED);
const rowsFrom = (seed: number, count: number) =>
  Array.from({ length: count }, (_, i) => rows.rowOf(NESTED.sample(Rng.root(seed).split(i))));

property.prop([fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 1, max: 130 })], { numRuns: 25 })(
  'kernels added and taken away in any order are those of the trials that are left',
  (seed, count) => {
    const all = rowsFrom(seed, count);
    const plain = new KernelSet(rows.scales);
    const wild = new KernelSet(rows.scales);
    all.forEach((row, trial) => {
      if (trial % 3 !== 0) plain.add(trial, row);
    });
    const order = all.map((_, trial) => trial).sort((a, b) => ((a * 7919) % 131) - ((b * 7919) % 131) || a - b);
    for (const trial of order) {
      wild.add(trial, all[trial]!);
      if (trial % 5 === 0) wild.logDensity(all[0]!); // brings it up to date in between
    }
    for (const trial of order) if (trial % 3 === 0) wild.remove(trial);
    for (const row of rowsFrom(seed + 1, 5)) expect(wild.logDensity(row)).toBe(plain.logDensity(row));
    plain.add(count, all[0]!);
    expect(wild.logDensity(all[0]!)).not.toBe(plain.logDensity(all[0]!));
  },
);

test('the density of a conditional space sums to 1', () => {
  const space = new Space({
    a: choice('x', 'y', 'z'),
    b: when('a', 'y', int(1, 5)),
    c: when('a', 'z', choice(1, 2)),
    d: int(1, 3),
  });
  const of = rowsOf(space);
  const set = new KernelSet(of.scales);
  for (let trial = 0; trial < 9; trial++) set.add(trial, of.rowOf(space.sample(Rng.root(trial))));
  let sum = 0;
  for (let i = 0; i < space.size; i++) sum += Math.exp(set.logDensity(of.rowOf(space.point(i))));
  expect(sum).toBeCloseTo(1, 12);
  // draws come as often as the density says: five standard errors of 4000 draws
  const uniformStream = Rng.root(3).stream();
  const normal = normalStream(uniformStream);
  const counts = new Map<string, number>();
  const draw = new Float64Array(of.scales.length);
  for (let i = 0; i < 4000; i++) {
    set.sample(uniformStream, normal, of.exists, draw);
    const key = JSON.stringify(of.paramsOf(draw));
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  for (let i = 0; i < space.size; i++) {
    const share = Math.exp(set.logDensity(of.rowOf(space.point(i))));
    const seen = (counts.get(JSON.stringify(space.point(i))) ?? 0) / 4000;
    expect(Math.abs(seen - share)).toBeLessThan(5 * Math.sqrt(share / 4000) + 1e-9);
  }
});

test('no point of a finite space is tried twice, and then it is spent', () => {
  const search = askTell({ a: int(1, 6), b: choice('x', 'y', 'z') }, tpeSearcher(), { objectives: [minimize('y')] });
  const seen = new Set<string>();
  for (let asked = search.ask(); asked !== null && asked !== 'wait'; asked = search.ask()) {
    seen.add(JSON.stringify(asked.params));
    search.tell(asked.slot, asked.params.a);
  }
  expect(seen.size).toBe(18);
  const again = askTell({ a: int(1, 2) }, tpeSearcher({ repeats: true }));
  expect(Array.from({ length: 5 }, () => again.ask()).every((asked) => asked !== null)).toBe(true);
});

test('a large space with a narrow constraint is searched without counting it through', () => {
  const shape = constrained({ a: int(0, 999_999), b: int(0, 999_999) }, (p) => p.a % 50 === 0 && p.b > 10);
  const search = askTell(shape, tpeSearcher({ startup: 3 }), { objectives: [minimize('f')] });
  for (let i = 0; i < 8; i++) {
    const asked = search.ask() as { slot: number; params: { a: number } };
    expect(asked.params.a % 50).toBe(0);
    search.tell(asked.slot, asked.params.a);
  }
});

/** The regret of the best of `trials` trials. */
function regret(make: () => ReturnType<typeof tpeSearcher>, seed: number, trials: number, fail: boolean): number {
  const search = askTell({ x: uniform(-5, 5), y: logUniform(1e-3, 1e3), c: choice('a', 'b', 'c') }, make(), {
    objectives: [minimize('f')],
    seed,
  });
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < trials; i++) {
    const asked = search.ask();
    if (asked === null || asked === 'wait') break;
    const { x, y, c } = asked.params as { x: number; y: number; c: string };
    const value = (x - 1.3) ** 2 + (Math.log10(y) - 0.6) ** 2 + (c === 'b' ? 0 : 1);
    if (fail && x < 0) search.tell(asked.slot, { failed: new Error('diverged') });
    else {
      best = Math.min(best, value);
      search.tell(asked.slot, value);
    }
  }
  return best;
}

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

test('it learns: better than its even start goes on, also when half of the space fails', () => {
  const seeds = Array.from({ length: 9 }, (_, seed) => seed);
  for (const fail of [false, true]) {
    const learned = median(seeds.map((seed) => regret(() => tpeSearcher(), seed, 40, fail)));
    const even = median(seeds.map((seed) => regret(() => tpeSearcher({ startup: 1000 }), seed, 40, fail)));
    expect(learned).toBeLessThan(0.5 * even);
  }
});

test('running trials repel', () => {
  const search = askTell({ x: uniform(0, 1) }, tpeSearcher({ startup: 3 }), { objectives: [minimize('f')] });
  for (let i = 0; i < 20; i++) {
    const asked = search.ask() as { slot: number; params: Params };
    search.tell(asked.slot, ((asked.params['x'] as number) - 0.5) ** 2);
  }
  const parallel = Array.from({ length: 8 }, () => (search.ask() as { params: { x: number } }).params.x);
  expect(new Set(parallel).size).toBe(8);
});
