import { choice, isTangentError, type Params, Rng, Space, type SpaceShape, uniform, when } from '@tangentlab/core';
import { fanova, pedAnova } from '@tangentlab/optimizers';
import { growCells } from './regression-tree.js';

const SPACE = new Space({ a: uniform(0, 1), b: uniform(0, 1), c: choice('x', 'y', 'z'), d: uniform(0, 1) });

const trialsOf = (space: Space, count: number, f: (p: Params) => number) =>
  Array.from({ length: count }, (_, i) => {
    const params = space.sample(Rng.root(1).split(i));
    return { params, value: f(params) };
  });
const n = (p: Params, name: string) => p[name] as number;

describe.each([
  ['pedAnova', pedAnova],
  ['fanova', fanova],
] as const)('%s', (_, importance) => {
  test('puts hyperparameters in their order, with shares of 1', () => {
    const trials = trialsOf(SPACE, 300, (p) => 4 * n(p, 'a') + n(p, 'b') + (p['c'] === 'y' ? 0 : 2.5));
    const found = importance(SPACE, trials);
    expect(Object.keys(found).at(-1)).toBe('d');
    expect(Object.keys(found).slice(0, 2).sort()).toEqual(['a', 'c']);
    expect(Object.values(found).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  });

  test('equal values make all equal; huge, tiny and infinite ones are survived', () => {
    const flat = Object.values(
      importance(
        SPACE,
        trialsOf(SPACE, 30, () => 3),
      ),
    );
    expect(new Set(flat.map((share) => share.toFixed(12))).size).toBe(1);
    for (const scale of [1e300, 1e-300]) {
      const trials = trialsOf(SPACE, 200, (p) => scale * n(p, 'a'));
      expect(Object.keys(importance(SPACE, [...trials, { ...trials[0]!, value: Infinity }]))[0]).toBe('a');
    }
  });

  test('refuses too few trials and points of other spaces', () => {
    const codeOf = (trials: { params: Params; value: number }[]) => {
      try {
        importance(SPACE, trials);
      } catch (error) {
        return isTangentError(error) ? error.code : error;
      }
      return 'nothing was thrown';
    };
    expect(codeOf(trialsOf(SPACE, 1, () => 1))).toBe('CONFIG_INVALID');
    expect(codeOf([1, 2].map((value) => ({ params: { z: 1 }, value })))).toBe('SPACE_INVALID');
  });
});

test('conditional leaves count by the trials that have them', () => {
  const shape: SpaceShape = {
    opt: choice('adam', 'sgd'),
    momentum: when('opt', 'sgd', uniform(0, 1)),
    noise: uniform(0, 1),
  } as never;
  const space = new Space(shape);
  const trials = trialsOf(space, 400, (p) => (p['opt'] === 'sgd' ? (n(p, 'momentum') - 0.9) ** 2 : 0.5));
  const found = pedAnova(space, trials);
  expect(found['momentum']!).toBeGreaterThan(10 * found['noise']!);
  expect(pedAnova(space, trials, { direction: 'maximize' })).not.toEqual(found);
});

test('fanova finds the variances of a sum: with weights 2 and 1 they are as 4 to 1', () => {
  const space = new Space({ a: uniform(0, 1), b: uniform(0, 1) });
  const found = fanova(
    space,
    trialsOf(space, 400, (p) => 2 * n(p, 'a') + n(p, 'b')),
  );
  // a forest of 400 points smooths; a tenth is what it was off over ten seeds, doubled
  expect(Math.abs(found['a']! - 0.8)).toBeLessThan(0.1);
});

test('the cells of a tree fill the cube', () => {
  const uniformStream = Rng.root(2).stream();
  const x = Array.from({ length: 50 }, () => Float64Array.from({ length: 3 }, uniformStream));
  const y = x.map(([a = 0]) => a);
  const rows = x.map((_, i) => i);
  const cells = growCells(x, y, rows, { leafSize: 1, candidates: 3, uniform: uniformStream });
  const volumes = cells.map(({ low, high }) => low.reduce((product, from, j) => product * (high[j]! - from), 1));
  expect(volumes.reduce((sum, volume) => sum + volume, 0)).toBeCloseTo(1, 12);
  expect(cells.length).toBe(50);
  expect(growCells(x, y, rows, { leafSize: 50, candidates: 3, uniform: uniformStream }).length).toBe(1);
});
