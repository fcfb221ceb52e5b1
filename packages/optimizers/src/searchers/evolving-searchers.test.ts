import { fc, test as property } from '@fast-check/jest';
import {
  askTell,
  choice,
  constrained,
  type Distribution,
  fromUnit,
  int,
  lessThan,
  list,
  logUniform,
  maximize,
  minimize,
  type Objective,
  type Params,
  Rng,
  type Searcher,
  Space,
  type SpaceShape,
  searchTrials,
  uniform,
  variant,
  when,
} from '@tangentlab/core';
import { cmaEsSearcher, hypervolume, localSearcher, nsga2Searcher, randomSearcher } from '@tangentlab/optimizers';
import { determinismLaws, searcherLaws } from '@tangentlab/testkit';
import { bordersAt } from '../cma/cells.js';
import { Cma, norm } from '../cma/cma.js';
import { symmetricEigen } from '../cma/symmetric-eigen.js';
import { normalStream } from '../density/normal.js';
import { binaryCrossover, polynomialMutation } from '../evolution/genome.js';

const NESTED = new Space({
  opt: variant({ adam: {}, sgd: { momentum: uniform(0, 0.9) } }),
  hidden: list(int(8, 64), { min: 1, max: 3 }),
  act: choice('relu', 'leaky'),
  slope: when('act', 'leaky', uniform(0, 1)),
});
const CONSTRAINED = new Space(constrained({ a: int(1, 9), b: int(1, 9) }, lessThan('a', 'b')));
const MIXED = new Space({
  lr: logUniform(1e-6, 1e6),
  drop: uniform(0, 0.5, { step: 0.1 }),
  width: int(8, 256, { log: true }),
  act: choice('relu', 'tanh'),
});

const numeric = { spaces: [MIXED, NESTED, CONSTRAINED] };
searcherLaws('cmaEs', () => cmaEsSearcher({ startup: 3, population: 4 }), numeric);
searcherLaws('cmaEs with adapted rates', () => cmaEsSearcher({ startup: 2, population: 4, adaptRates: true }), numeric);
determinismLaws('cmaEs', () => ({ searcher: cmaEsSearcher({ startup: 3, population: 4 }) }));
for (const [name, make] of [
  ['nsga2', () => nsga2Searcher({ startup: 4, population: 6 })],
  ['local', () => localSearcher({ startup: 4 })],
] as const) {
  searcherLaws(name, make);
  searcherLaws(`${name}, in nested and constrained spaces`, make, { spaces: [NESTED, CONSTRAINED] });
  determinismLaws(name, () => ({ searcher: make() }));
}

/** The losses of a search, in the order of its slots. */
function search(
  space: SpaceShape,
  searcher: Searcher,
  trials: number,
  seed: number,
  f: (p: Params) => readonly number[],
  maximized = false,
): (readonly number[])[] {
  const losses: (readonly number[])[] = [];
  const count = f(new Space(space).sample(Rng.root(0))).length;
  const objectives = Array.from({ length: count }, (_, i) => (maximized ? maximize : minimize)(`m${i}`));
  const options = { space, searcher, trials, rng: Rng.root(seed), objectives: objectives as unknown as [Objective] };
  searchTrials(options as never, ({ params }: { params: unknown }) => {
    const own = f(params as Params);
    losses.push(own);
    return [{ step: 1, values: Object.fromEntries(own.map((loss, i) => [`m${i}`, maximized ? -loss : loss])) }];
  }).subscribe();
  return losses;
}

const ellipsoid = (p: Params) => [
  [0.3, 0.7, 0.45].reduce((sum, c, i) => sum + 10 ** i * ((p[`x${i}`] as number) - c) ** 2, 0),
];
const CUBE: SpaceShape = { x0: uniform(0, 1), x1: uniform(0, 1), x2: uniform(0, 1) };
const least = (losses: (readonly number[])[]) => Math.min(...losses.map(([loss]) => loss!));

describe('cmaEs', () => {
  test('finds the minimum of an ill-scaled quadratic to 1e-8, whichever way the objective points', () => {
    expect(least(search(CUBE, cmaEsSearcher(), 500, 1, ellipsoid))).toBeLessThan(1e-8);
    const [down, up] = [false, true].map((turned) => search(CUBE, cmaEsSearcher(), 60, 3, ellipsoid, turned));
    expect(up).toEqual(down);
  });

  test('goes on after it came to rest: restarts find another valley', () => {
    // a wide valley at 0.2 and a narrow, deeper one at 0.8
    const valleys = (p: Params) => {
      const x = p['x0'] as number;
      return [Math.min((x - 0.2) ** 2, 400 * (x - 0.8) ** 2 - 0.01)];
    };
    const found = (trials: number) =>
      Array.from({ length: 4 }, (_, seed) =>
        least(search({ x0: uniform(0, 1) }, cmaEsSearcher({ startup: 2, population: 4 }), trials, seed, valleys)),
      ).filter((loss) => loss < -0.009).length;
    expect(found(600)).toBeGreaterThan(found(60));
  });

  test('keeps integers moving: a sphere of integers is solved, with adapted rates as well', () => {
    const space: SpaceShape = { a: int(0, 20), b: int(0, 20), x: uniform(0, 1) };
    const f = (p: Params) => [
      ((p['a'] as number) - 13) ** 2 + ((p['b'] as number) - 4) ** 2 + ((p['x'] as number) - 0.6) ** 2,
    ];
    for (const adaptRates of [false, true])
      expect(least(search(space, cmaEsSearcher({ adaptRates }), 300, 2, f))).toBeLessThan(0.01);
  });

  test('refuses spaces without numbers', () => {
    expect(() => askTell({ a: choice(1, 2) }, cmaEsSearcher())).toThrow('at least one number');
  });
});

test('symmetricEigen takes a matrix apart', () => {
  const n = 6;
  const random = Rng.root(4).stream();
  const a = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      a[i * n + j] = random() - 0.5;
      a[j * n + i] = a[i * n + j]!;
    }
  const { values, vectors } = symmetricEigen(a, n);
  let worst = 0;
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += vectors[i * n + k]! * values[k]! * vectors[j * n + k]!;
      worst = Math.max(worst, Math.abs(sum - a[i * n + j]!));
    }
  expect(worst).toBeLessThan(1e-14); // n eps of entries below 1
});

test('a strategy of its own narrows down a sphere', () => {
  const cma = new Cma([0.5, 0.5, 0.5, 0.5], 0.3, 8, false);
  const normal = normalStream(Rng.root(1).stream());
  for (let g = 0; g < 60; g++) {
    const points = Array.from({ length: 8 }, () => cma.sample(normal));
    cma.tell(points.sort((a, b) => norm(a) - norm(b)));
  }
  expect(norm(cma.mean)).toBeLessThan(1e-4);
});

property.prop([
  fc.constantFrom<Distribution>(
    int(1, 4),
    int(1, 300, { log: true }),
    int(0, 100, { step: 5 }),
    uniform(0, 1, { step: 0.25 }),
  ),
  fc.double({ min: 0, max: 1, noNaN: true }),
])('the borders of a cell are where the value changes', (distribution, u) => {
  const { low, high } = bordersAt(distribution, u);
  const value = fromUnit(distribution, u);
  const eps = 1e-9;
  if (low < u && u < high) {
    expect(fromUnit(distribution, low + eps)).toBe(value);
    expect(fromUnit(distribution, high - eps)).toBe(value);
  }
  expect(fromUnit(distribution, low - eps)).not.toBe(fromUnit(distribution, low + eps));
  expect(fromUnit(distribution, high - eps)).not.toBe(fromUnit(distribution, high + eps));
});

property.prop([fc.double({ min: 0, max: 1, noNaN: true }), fc.integer()])(
  'mutation and crossover stay in the unit interval, and their steps balance',
  (u, seed) => {
    const stream = Rng.root(seed).stream();
    for (let i = 0; i < 20; i++) {
      for (const child of [polynomialMutation(u, 20, stream), binaryCrossover(u, 1 - u, 15, stream)])
        expect(child >= 0 && child <= 1).toBe(true);
    }
    expect(binaryCrossover(u, u, 15, stream)).toBe(u);
  },
);

describe('what is bred', () => {
  const zdt1 = (p: Params) => {
    const x = [0, 1, 2].map((i) => p[`x${i}`] as number);
    const g = 1 + 4.5 * (x[1]! + x[2]!);
    return [x[0]!, g * (1 - Math.sqrt(x[0]! / g))];
  };
  const volume = (losses: (readonly number[])[]) => hypervolume(losses, [1.1, 11]);

  test('nsga2 covers a front better than random search', () => {
    const [own, random] = [nsga2Searcher(), randomSearcher()].map((searcher) =>
      volume(search(CUBE, searcher, 200, 5, zdt1)),
    );
    expect(own! - random!).toBeGreaterThan(0.5);
  });

  test('localSearch climbs', () => {
    expect(least(search(CUBE, localSearcher(), 150, 5, ellipsoid))).toBeLessThan(1e-3);
    expect(least(search(CUBE, randomSearcher(), 150, 5, ellipsoid))).toBeGreaterThan(1e-3);
  });

  test('a finite space is spent', () => {
    const trials = search({ a: int(1, 5), b: choice('x', 'y') }, localSearcher(), 50, 1, (p) => [p['a'] as number]);
    expect(trials.length).toBe(10);
    expect(search({ a: int(1, 2) }, localSearcher({ repeats: true }), 50, 1, (p) => [p['a'] as number]).length).toBe(
      50,
    );
  });
});
