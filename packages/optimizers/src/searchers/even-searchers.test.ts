import {
  askTell,
  choice,
  constrained,
  int,
  isTangentError,
  lessThan,
  list,
  type Provider,
  type Searcher,
  Space,
  uniform,
  variant,
  when,
} from '@tangentlab/core';
import { exhaustiveSearch, haltonSearch, latinSearch, pointKey, sobolSearch } from '@tangentlab/optimizers';
import { determinismLaws, searcherLaws } from '@tangentlab/testkit';

const create = (provider: Provider<Searcher>) => (provider.create as () => Searcher)();
const FINITE = new Space({ a: choice(1, 2, 3), b: choice('x', 'y'), c: int(0, 3) });
const NESTED = new Space({
  opt: variant({ adam: {}, sgd: { momentum: uniform(0, 0.9) } }),
  hidden: list(int(8, 64), { min: 1, max: 3 }),
  act: choice('relu', 'leaky'),
  slope: when('act', 'leaky', uniform(0, 1)),
});
const FINITE_NESTED = new Space({
  opt: variant({ adam: {}, sgd: { momentum: choice(0, 0.9) } }),
  hidden: list(choice(8, 16), { min: 1, max: 2 }),
});
const CONSTRAINED = new Space(constrained({ a: int(1, 9), b: int(1, 9) }, lessThan('a', 'b')));

const EVEN: [name: string, make: () => Searcher][] = [
  ['sobol', () => create(sobolSearch())],
  ['halton', () => create(haltonSearch())],
  ['latin', () => create(latinSearch({ trials: 16 }))],
];
for (const [name, make] of EVEN) {
  searcherLaws(name, make);
  searcherLaws(`${name}, in nested and constrained spaces`, make, { spaces: [NESTED, CONSTRAINED] });
  determinismLaws(name, () => ({ searcher: make() }));
}
searcherLaws('exhaustive', () => create(exhaustiveSearch()), { spaces: [FINITE, FINITE_NESTED, CONSTRAINED] });
determinismLaws('exhaustive', () => ({ searcher: create(exhaustiveSearch()) }));

test.each(EVEN)('%s fills each quarter of a range with four of sixteen trials', (_, make) => {
  const search = askTell({ x: uniform(0, 4), y: uniform(0, 4) }, make());
  const xs = Array.from({ length: 16 }, () => (search.ask() as { params: { x: number } }).params.x);
  const counts = [0, 1, 2, 3].map((cell) => xs.filter((x) => Math.floor(x) === cell).length);
  // Halton's first prime is 2 as well, so that 16 points are even in the first dimension
  expect(counts).toEqual([4, 4, 4, 4]);
});

test('another seed is another scramble', () => {
  const first = (seed: number) => askTell({ x: uniform(0, 1) }, create(sobolSearch()), { seed }).ask();
  expect(first(1)).toEqual(first(1));
  expect(first(1)).not.toEqual(first(2));
});

describe('exhaustiveSearch', () => {
  test('visits every point of a conditional space once, then is spent', () => {
    const search = askTell({ a: choice(1, 2), b: when('a', 2, int(1, 3)) }, create(exhaustiveSearch()));
    const seen = new Set<string>();
    for (let asked = search.ask(); asked !== null && asked !== 'wait'; asked = search.ask()) {
      seen.add(JSON.stringify(asked.params));
      search.tell(asked.slot, 1);
    }
    expect(seen.size).toBe(1 + 3);
    expect(search.ask()).toBeNull();
  });

  test('passes over enqueued points', () => {
    const shape = { a: int(1, 4) };
    const search = askTell(shape, create(exhaustiveSearch({ order: 'lexicographic' })));
    search.enqueue({ a: 2 });
    const asked = Array.from({ length: 5 }, () => search.ask());
    expect(asked.map((one) => (one as { params: { a: number } } | null)?.params.a)).toEqual([2, 1, 3, 4, undefined]);
  });

  test('refuses what has no end', () => {
    const search = () => askTell({ lr: uniform(0, 1) }, create(exhaustiveSearch()));
    expect(search).toThrow('exhaustiveSearch, "lr"');
  });
});

test('pointKey tells points apart, and not their rounding', () => {
  const space = new Space({ x: uniform(0, 0.5, { step: 0.1 }), y: when('z', 'a', int(1, 2)), z: choice('a', 'b') });
  expect(pointKey(space, { x: 0.1 + 0.2, z: 'b' })).toBe(pointKey(space, { x: 0.3, z: 'b' }));
  expect(pointKey(space, { x: 0.3, z: 'b' })).not.toBe(pointKey(space, { x: 0.3, z: 'a', y: 1 }));
});

test('bad options are refused', () => {
  const codeOf = (act: () => unknown) => {
    try {
      act();
    } catch (error) {
      return isTangentError(error) ? error.code : error;
    }
    return 'nothing was thrown';
  };
  expect(codeOf(() => latinSearch({ trials: 0 }))).toBe('CONFIG_INVALID');
  expect(codeOf(() => latinSearch({} as never))).toBe('CONFIG_INVALID');
  expect(codeOf(() => exhaustiveSearch({ order: 'random' as never }))).toBe('CONFIG_INVALID');
});
