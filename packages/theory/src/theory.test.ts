import { readFileSync } from 'node:fs';
import { fc, test as property } from '@fast-check/jest';
import { nextTurn, Rng } from '@tangentlab/core';
import { initialParameters, type Mlp, mlp, muP, ntk, predict, pytorchDefault, standard } from '@tangentlab/nn';
import {
  type ActivationName,
  type DenseMatrix,
  type LinearAlgebra,
  referenceLinearAlgebra as linearAlgebra,
} from '@tangentlab/tensor';
import { analyzerLaws } from '@tangentlab/testkit';
import {
  jacobian,
  jacobianRank,
  jacobianRankOf,
  layerTangents,
  linearize,
  numericalRank,
  numericalRankAsync,
  tangentCholesky,
  timesDirection,
  timesOutputs,
} from '@tangentlab/theory';

// n samples, k outputs, p parameters; J is (n k) x p, row-major

interface FixedNet {
  readonly act: ActivationName | 'gelu_exact';
  readonly param: 'standard' | 'ntk';
  readonly dims: number[];
  readonly X: number[][];
  readonly theta: number[];
  readonly Z: number[];
  readonly J: number[][];
  readonly v: number[];
  readonly Jv: number[];
  readonly rank: number;
  readonly svals: number[];
  readonly dtheta: number[];
  readonly Zlin: number[];
}
const NETS = JSON.parse(readFileSync(new URL('../fixtures/fixed_nets.json', import.meta.url), 'utf8')) as FixedNet[];

interface Case {
  readonly model: Mlp;
  readonly theta: Float64Array;
  readonly x: Float64Array;
  readonly n: number;
}

const shapes = {
  features: fc.integer({ min: 1, max: 6 }),
  hidden: fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 3 }),
  outputs: fc.integer({ min: 1, max: 3 }),
  n: fc.integer({ min: 1, max: 8 }),
  seed: fc.integer({ min: 0, max: 2 ** 31 }),
  mode: fc.constantFrom('generic', 'duplicate', 'collinear', 'zero'),
};
const smooth = fc.record({ ...shapes, activation: fc.constantFrom<ActivationName>('tanh', 'identity') });
const any = fc.record({ ...shapes, activation: fc.constantFrom<ActivationName>('tanh', 'identity', 'relu') });

type Recipe = {
  features: number;
  hidden: number[];
  outputs: number;
  n: number;
  seed: number;
  mode: string;
  activation: ActivationName;
};

/** A network with random parameters on bounded data, |x| <= 3, in a degenerate mode or none. */
function caseOf({ features, hidden, outputs, n, seed, mode, activation }: Recipe): Case {
  const model = mlp({ widths: [features, ...hidden, outputs], activation });
  const uniform = Rng.root(seed).stream();
  const x = Float64Array.from({ length: n * features }, () => 6 * uniform() - 3);
  for (let j = 0; j < features && n > 1; j++) {
    if (mode === 'duplicate') x[features + j] = x[j]!;
    if (mode === 'collinear') x[features + j] = x[j]! / 3;
    if (mode === 'zero') x[j] = 0;
  }
  return { model, theta: pytorchDefault(model, Rng.root(seed).split('theta')), x, n };
}

const direction = (length: number, seed: number) => {
  const uniform = Rng.root(seed).split('direction').stream();
  return Float64Array.from({ length }, () => 2 * uniform() - 1);
};
const moved = (theta: Float64Array, v: Float64Array, by: number) => theta.map((value, i) => value + by * v[i]!);
const product = (j: DenseMatrix, v: Float64Array) =>
  Float64Array.from({ length: j.rows }, (_, r) =>
    v.reduce((sum, value, c) => sum + value * j.values[r * j.cols + c]!, 0),
  );
const norm = (v: ArrayLike<number>) => Math.sqrt(Array.from(v).reduce((sum, value) => sum + value * value, 0));
const distance = (a: ArrayLike<number>, b: ArrayLike<number>) => norm(Array.from(a, (value, i) => value - b[i]!));

/** True if some ReLU is so close to its kink that a finite difference may step over it. */
function nearKink({ model, theta, x, n }: Case, step: number): boolean {
  if (model.activation.name !== 'relu') return false;
  const linear = mlp({ widths: model.widths, activation: 'relu' });
  const at = (by: number) =>
    layerTangents(linear, moved(theta, direction(theta.length, 1), by), x, n).map(({ h }) =>
      Array.from(h, (value) => value > 0),
    );
  const [here, up, down] = [at(0), at(step), at(-step)].map((pattern) => JSON.stringify(pattern));
  return here !== up || here !== down;
}

describe.each(NETS)('a fixed $act network of widths $dims', (net) => {
  const activation = net.act === 'gelu_exact' ? 'gelu' : net.act;
  const parametrisation = net.param === 'ntk' ? ntk({ cw: 1, cb: 1 }) : standard();
  const model = mlp({ widths: net.dims, activation, parametrisation });
  const theta = Float64Array.from(net.theta);
  const x = Float64Array.from(net.X.flat());
  const n = net.X.length;
  const j = jacobian(model, theta, x, n);

  test("has NumPy's Jacobian and product Jv", () => {
    expect(distance(j.values, net.J.flat())).toBeLessThan(1e-13 * norm(j.values));
    expect(distance(product(j, Float64Array.from(net.v)), net.Jv)).toBeLessThan(1e-13 * norm(net.Jv));
  });

  test("has NumPy's singular values and rank, by both routes", async () => {
    expect(distance(linearAlgebra.singularValues(j), net.svals)).toBeLessThan(1e-13 * net.svals[0]!);
    expect(numericalRank(j, { linearAlgebra }).rank).toBe(net.rank);
    expect((await jacobianRankOf(model, theta, x, n, { linearAlgebra })).rank).toBe(net.rank);
  });

  test("has NumPy's linearisation", () => {
    const zlin = linearize(model, theta, x, n)(moved(theta, Float64Array.from(net.dtheta), 1));
    expect(distance(zlin, net.Zlin)).toBeLessThan(1e-13 * norm(net.Zlin));
  });
});

property.prop([any], { numRuns: 150 })('Jv is the central finite difference', (recipe) => {
  const c = caseOf(recipe);
  const step = 6e-6;
  fc.pre(!nearKink(c, step));
  const v = direction(c.theta.length, 1);
  const jv = product(jacobian(c.model, c.theta, c.x, c.n), v);
  const up = predict(c.model, moved(c.theta, v, step), c.x, c.n);
  const down = predict(c.model, moved(c.theta, v, -step), c.x, c.n);
  const difference = up.map((value, i) => (value - down[i]!) / (2 * step));
  // truncation ~ step^2 |Z'''|, rounding ~ eps |Z| / step: both near 4e-11 of values of order 1
  expect(distance(jv, difference)).toBeLessThan(1e-7 * (1 + norm(jv)));
});

test('a Jacobian with two rows exchanged is not that of finite differences', () => {
  const c = caseOf({ features: 3, hidden: [5], outputs: 2, n: 3, seed: 1, mode: 'generic', activation: 'tanh' });
  const j = jacobian(c.model, c.theta, c.x, c.n);
  const [first, second] = [j.values.slice(0, j.cols), j.values.slice(j.cols, 2 * j.cols)];
  j.values.set(second, 0);
  j.values.set(first, j.cols);
  const v = direction(c.theta.length, 1);
  const up = predict(c.model, moved(c.theta, v, 6e-6), c.x, c.n);
  const down = predict(c.model, moved(c.theta, v, -6e-6), c.x, c.n);
  const difference = up.map((value, i) => (value - down[i]!) / 1.2e-5);
  expect(distance(product(j, v), difference)).toBeGreaterThan(1e-2);
});

describe.each([
  ['NTK, GELU', mlp({ widths: [3, 8, 5, 2], activation: 'gelu', parametrisation: ntk({ cw: 1.5, cb: 0.3 }) })],
  ['muP, sine', mlp({ widths: [3, 8, 5, 2], activation: 'sine', parametrisation: muP({ baseWidth: 4 }) })],
])('a network in another parametrisation (%s)', (_, model) => {
  const [n, theta] = [6, initialParameters(model, Rng.root(5))];
  const x = direction(3 * n, 6);
  const [j, tangents] = [jacobian(model, theta, x, n), layerTangents(model, theta, x, n)];
  const [v, u] = [direction(j.cols, 7), direction(j.rows, 8)];

  test('Jv is the central finite difference', () => {
    const [up, down] = [6e-6, -6e-6].map((by) => predict(model, moved(theta, v, by), x, n));
    const difference = up!.map((value, i) => (value - down![i]!) / 1.2e-5);
    expect(distance(product(j, v), difference)).toBeLessThan(1e-7 * (1 + norm(difference)));
  });

  test("Jv, J'u and the pivots of Theta without J are those of J", async () => {
    expect(distance(timesDirection(tangents, 2, v), product(j, v))).toBeLessThan(1e-12 * norm(j.values));
    const dense = Float64Array.from({ length: j.cols }, (__, p) =>
      u.reduce((sum, value, r) => sum + value * j.values[r * j.cols + p]!, 0),
    );
    expect(distance(timesOutputs(tangents, 2, u), dense)).toBeLessThan(1e-12 * norm(j.values));
    const { rank } = numericalRank(j, { linearAlgebra });
    expect((await jacobianRankOf(model, theta, x, n, { linearAlgebra })).rank).toBe(rank);
    // and the largest pivot is the largest squared row
    const { pivots } = await tangentCholesky(tangents, 2, { linearAlgebra });
    const squares = Array.from({ length: j.rows }, (__, r) => norm(j.values.subarray(r * j.cols, (r + 1) * j.cols)));
    expect(squares[pivots[0]!]).toBeCloseTo(Math.max(...squares), 12);
    const byColumns = await tangentCholesky(tangents, 2, { linearAlgebra, denseRows: 0 });
    expect(byColumns.kept / byColumns.tolerance).toBeGreaterThan(1);
    expect(byColumns.pivots.length).toBe(pivots.length);
  });
});

test('a Jacobian that ignored the parametrisation would be noticed', () => {
  const model = mlp({ widths: [3, 8, 2], activation: 'gelu', parametrisation: ntk() });
  const plain = mlp({ widths: [3, 8, 2], activation: 'gelu' });
  const [theta, x] = [initialParameters(model, Rng.root(5)), direction(12, 6)];
  const difference = distance(jacobian(model, theta, x, 4).values, jacobian(plain, theta, x, 4).values);
  expect(difference).toBeGreaterThan(0.1 * norm(jacobian(model, theta, x, 4).values));
});

property.prop([any], { numRuns: 150 })('rank J <= min(n k, p), and duplicates add nothing', (recipe) => {
  const c = caseOf(recipe);
  const j = jacobian(c.model, c.theta, c.x, c.n);
  const { rank } = numericalRank(j, { linearAlgebra });
  expect(rank).toBeLessThanOrEqual(Math.min(j.rows, j.cols));
  if (recipe.mode === 'duplicate' && c.n > 1) expect(rank).toBeLessThanOrEqual((c.n - 1) * recipe.outputs);
});

property.prop([any], { numRuns: 150 })(
  'the pivots of Theta and the singular values of J agree where the gap is clear',
  async (recipe) => {
    const c = caseOf(recipe);
    const j = jacobian(c.model, c.theta, c.x, c.n);
    const sigma = linearAlgebra.singularValues(j);
    const { rank } = numericalRank(j, { linearAlgebra });
    // below 1e-6 of the largest a singular value is out of sight of Theta's pivots; rounding stays below 1e-14
    fc.pre(rank === 0 || sigma[rank - 1]! > 1e-6 * sigma[0]!);
    fc.pre((sigma[rank] ?? 0) < 1e-14 * (sigma[0] ?? 1));
    expect((await jacobianRankOf(c.model, c.theta, c.x, c.n, { linearAlgebra })).rank).toBe(rank);
    const tangents = layerTangents(c.model, c.theta, c.x, c.n);
    // with the kernel formed, and column by column
    for (const denseRows of [4096, 0]) {
      const { pivots } = await tangentCholesky(tangents, recipe.outputs, { linearAlgebra, denseRows });
      expect(new Set(pivots).size).toBe(pivots.length);
      // the chosen rows are independent: they alone have the full rank
      const rows = new Float64Array(pivots.length * j.cols);
      pivots.forEach((pivot, i) => {
        rows.set(j.values.subarray(pivot * j.cols, (pivot + 1) * j.cols), i * j.cols);
      });
      if (pivots.length === rank && rank > 0) {
        expect(numericalRank({ rows: rank, cols: j.cols, values: rows }, { linearAlgebra }).rank).toBe(rank);
      }
    }
  },
);

property.prop([any], { numRuns: 150 })("Jv and J'u without J are those of J", (recipe) => {
  const c = caseOf(recipe);
  const j = jacobian(c.model, c.theta, c.x, c.n);
  const tangents = layerTangents(c.model, c.theta, c.x, c.n);
  const [v, u] = [direction(j.cols, 4), direction(j.rows, 5)];
  const jv = timesDirection(tangents, recipe.outputs, v);
  const jtu = timesOutputs(tangents, recipe.outputs, u);
  expect(distance(jv, product(j, v))).toBeLessThanOrEqual(1e-12 * norm(j.values) * norm(v));
  const dense = Float64Array.from({ length: j.cols }, (_, p) =>
    u.reduce((sum, value, r) => sum + value * j.values[r * j.cols + p]!, 0),
  );
  expect(distance(jtu, dense)).toBeLessThanOrEqual(1e-12 * norm(j.values) * norm(u));
});

property.prop([any])('Zlin(theta0) = Z(theta0), bit for bit', (recipe) => {
  const c = caseOf(recipe);
  expect(linearize(c.model, c.theta, c.x, c.n)(c.theta)).toEqual(predict(c.model, c.theta, c.x, c.n));
});

property.prop([smooth], { numRuns: 150 })('the remainder of the linearisation is of second order', (recipe) => {
  const c = caseOf(recipe);
  const v = direction(c.theta.length, 2);
  const zlin = linearize(c.model, c.theta, c.x, c.n);
  const remainder = (by: number) => {
    const theta = moved(c.theta, v, by);
    return distance(predict(c.model, theta, c.x, c.n), zlin(theta));
  };
  const [coarse, fine] = [remainder(1e-3), remainder(1e-4)];
  // without curvature along v there is no second order to see: rounding would decide
  fc.pre(fine > 1e-11 && coarse > 1e-3 * 1e-3 * 1e-3 * norm(jacobian(c.model, c.theta, c.x, c.n).values));
  const slope = Math.log10(coarse / fine);
  expect(slope).toBeGreaterThan(1.9);
  expect(slope).toBeLessThan(2.1);
});

test('a linearisation with a wrong slope has a remainder of first order', () => {
  const c = caseOf({ features: 3, hidden: [5], outputs: 2, n: 4, seed: 2, mode: 'generic', activation: 'tanh' });
  const v = direction(c.theta.length, 2);
  const zlin = linearize(c.model, c.theta, c.x, c.n);
  const z0 = predict(c.model, c.theta, c.x, c.n);
  const remainder = (by: number) => {
    const theta = moved(c.theta, v, by);
    const wrong = zlin(theta).map((value, i) => z0[i]! + 1.01 * (value - z0[i]!));
    return distance(predict(c.model, theta, c.x, c.n), wrong);
  };
  expect(Math.log10(remainder(1e-3) / remainder(1e-4))).toBeLessThan(1.9);
});

describe('numericalRank', () => {
  const matrix = (rows: number[][]): DenseMatrix => ({
    rows: rows.length,
    cols: rows[0]!.length,
    values: Float64Array.from(rows.flat()),
  });

  test("the seed's worked example has rank 2", () => {
    const { rank, kept, dropped, tolerance } = numericalRank(
      matrix([
        [1, 2, 3],
        [4, 5, 6],
        [7, 8, 9],
      ]),
      { linearAlgebra },
    );
    expect(rank).toBe(2);
    expect(kept).toBeCloseTo(1.0683695145547096, 12);
    expect(dropped).toBeLessThan(tolerance);
  });

  test('a stated tolerance decides', () => {
    const a = matrix([
      [1, 0],
      [0, 1e-3],
    ]);
    expect(numericalRank(a, { linearAlgebra }).rank).toBe(2);
    expect(numericalRank(a, { linearAlgebra, tolerance: 1e-2 }).rank).toBe(1);
  });

  test('zero and empty matrices have rank 0', () => {
    expect(numericalRank(matrix([[0, 0]]), { linearAlgebra }).rank).toBe(0);
    expect(numericalRank({ rows: 0, cols: 4, values: new Float64Array(0) }, { linearAlgebra }).rank).toBe(0);
  });

  test('a tolerance that is negative or no number is refused', async () => {
    const a = matrix([[1, 2]]);
    for (const tolerance of [-1e-9, Number.NaN]) {
      expect(() => numericalRank(a, { linearAlgebra, tolerance })).toThrow(
        `numericalRank: "tolerance" must be at least 0, got ${tolerance}; correct it, or leave it out.`,
      );
      await expect(numericalRankAsync(a, { linearAlgebra, tolerance })).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
      });
    }
    expect(numericalRank(a, { linearAlgebra, tolerance: 0 }).rank).toBe(1);
  });

  test('values that do not fill the matrix are refused', async () => {
    const short = { rows: 2, cols: 2, values: new Float64Array(3) };
    expect(() => numericalRank(short, { linearAlgebra })).toThrow(/a \(2,2\) matrix has 4 values, got 3/);
    await expect(numericalRankAsync(short, { linearAlgebra })).rejects.toMatchObject({ code: 'SHAPE_MISMATCH' });
  });

  test('is the same where the linear algebra cannot give way, except that aborts are heard at the start only', async () => {
    const { singularValuesAsync: _, ...plain } = linearAlgebra;
    const a = matrix([
      [1, 2],
      [2, 4],
    ]);
    expect(await numericalRankAsync(a, { linearAlgebra: plain })).toEqual(numericalRank(a, { linearAlgebra }));
    expect(await numericalRankAsync(a, { linearAlgebra })).toEqual(numericalRank(a, { linearAlgebra }));
    const failing = numericalRankAsync(a, { linearAlgebra: plain, signal: AbortSignal.abort('enough') });
    await expect(failing).rejects.toBe('enough');
  });
});

describe('vectors of another length are refused', () => {
  const model = mlp({ widths: [3, 4, 2] });
  const theta = pytorchDefault(model, Rng.root(1));
  const [p, n] = [model.parameterCount, 5];
  const x = direction(3 * n, 1);
  const tangents = layerTangents(model, theta, x, n);

  test.each([p - 1, p + 1])('%d parameters', (length) => {
    const v = new Float64Array(length);
    expect(() => linearize(model, theta, x, n)(v)).toThrow(
      `linearize: a vector with one entry per parameter has ${p}, got ${length}; `,
    );
    expect(() => timesDirection(tangents, 2, v)).toThrow(/^timesDirection: .*per parameter has 26, got \d+; /);
  });

  test.each([2 * n - 1, 2 * n + 1])('%d outputs', (length) => {
    expect(() => timesOutputs(tangents, 2, new Float64Array(length))).toThrow(
      `timesOutputs: a vector with one entry per output of every sample has 10, got ${length}; `,
    );
  });
});

test.each([-1, 2.5, Number.NaN])('%d samples are refused', (n) => {
  const model = mlp({ widths: [2, 4, 2] });
  const theta = pytorchDefault(model, Rng.root(1));
  const x = new Float64Array(n > 0 ? 2 * n : 0);
  const refused = new RegExp(`the number of samples must be 0, 1, 2, \\.\\.\\., got ${n}; `);
  for (const act of [layerTangents, jacobian, linearize]) expect(() => act(model, theta, x, n)).toThrow(refused);
});

describe('jacobianRankOf', () => {
  test.each<[string, (theta: Float64Array, x: Float64Array) => void, RegExp]>([
    ['NaN in theta', (theta) => theta.fill(Number.NaN), /output 0 of sample 0 must be finite, got NaN; look for NaN/],
    ['one NaN in theta', (theta) => theta.fill(Number.NaN, 0, 1), /output 0 of sample 0 must be finite, got NaN/],
    ['one NaN in x', (_, x) => x.fill(Number.NaN, 7, 8), /output 0 of sample 3 must be finite, got NaN/],
    ['an infinite input', (_, x) => x.fill(Number.NEGATIVE_INFINITY, 2, 3), /of sample 1 must be finite, got /],
    ['inputs of 1e200', (_, x) => x.fill(1e200), /of sample 0 must be finite, got /],
    ['1e200 all over', (theta, x) => [theta, x].map((v) => v.fill(1e200)), /of sample 0 must be finite, got /],
  ])('%s has no rank', async (_, spoil, message) => {
    for (const activation of ['tanh', 'relu', 'identity'] as const) {
      const model = mlp({ widths: [2, 4, 2], activation });
      const [theta, x] = [pytorchDefault(model, Rng.root(1)), direction(2 * 6, 1)];
      spoil(theta, x);
      const failing = jacobianRankOf(model, theta, x, 6, { linearAlgebra });
      await expect(failing).rejects.toMatchObject({
        code: 'NUMERIC_NOT_FINITE',
        message: expect.stringMatching(message),
      });
    }
  });

  test('large numbers whose squares do not overflow have one, and no samples have rank 0', async () => {
    const model = mlp({ widths: [2, 3], activation: 'identity' });
    const theta = pytorchDefault(model, Rng.root(1));
    const big = direction(2 * 6, 1).map((value) => value * 1e100);
    const j = jacobian(model, theta, big, 6);
    const { rank } = await jacobianRankOf(model, theta, big, 6, { linearAlgebra });
    expect(rank).toBe(numericalRank(j, { linearAlgebra }).rank);
    const none = await jacobianRankOf(model, theta, new Float64Array(0), 0, { linearAlgebra });
    expect(none).toEqual({ rank: 0, rows: 0, cols: 9, method: 'pivots' });
  });

  test('where pivots are not clear, the singular values decide', async () => {
    // hidden units that differ by 1e-9 leave singular values near 1e-9: out of sight of J J', well in sight of J
    const model = mlp({ widths: [2, 4, 1], activation: 'tanh' });
    const theta = pytorchDefault(model, Rng.root(4));
    for (let j = 0; j < 2; j++) theta[2 + j] = theta[j]! + 1e-9;
    theta[9] = theta[8]! + 1e-9;
    const x = direction(2 * 40, 3);
    const found = await jacobianRankOf(model, theta, x, 40, { linearAlgebra });
    expect(found).toMatchObject({
      method: 'singularValues',
      rank: numericalRank(jacobian(model, theta, x, 40), { linearAlgebra }).rank,
      rows: 40,
      cols: 17,
    });
  });

  test('can be aborted while it works', async () => {
    const model = mlp({ widths: [20, 64, 2] });
    const reason = new Error('enough');
    const abort = new AbortController();
    const working = jacobianRankOf(model, pytorchDefault(model, Rng.root(1)), direction(20 * 500, 1), 500, {
      linearAlgebra,
      signal: abort.signal,
    });
    setImmediate(() => abort.abort(reason));
    await expect(working).rejects.toBe(reason);
  });

  test('can be aborted while the singular values decide', async () => {
    // units that differ by 1e-9 again, in a network whose singular values take a second
    const hidden = 128;
    const model = mlp({ widths: [4, hidden, 1], activation: 'tanh' });
    const theta = pytorchDefault(model, Rng.root(4));
    for (let j = 0; j < 4; j++) theta[4 + j] = theta[j]! + 1e-9;
    theta[5 * hidden + 1] = theta[5 * hidden]! + 1e-9;
    const n = 600;
    const abort = new AbortController();
    const reason = new Error('enough');
    let [turnsLeft, turns, settled] = [0, 0, false];
    const watched: LinearAlgebra = {
      ...linearAlgebra,
      singularValuesAsync: (a, signal) => {
        turnsLeft = 3;
        return linearAlgebra.singularValuesAsync!(a, signal);
      },
    };
    const options = { linearAlgebra: watched, signal: abort.signal };
    const working = jacobianRankOf(model, theta, direction(4 * n, 3), n, options).finally(() => {
      settled = true;
    });
    const rejected = expect(working).rejects.toBe(reason);
    while (!settled) {
      await nextTurn();
      if (abort.signal.aborted) turns++;
      else if (turnsLeft > 0 && --turnsLeft === 0) abort.abort(reason);
    }
    await rejected;
    expect(turns).toBeGreaterThan(0);
    expect(turns).toBeLessThanOrEqual(2);
  });

  test('inputs of another width are refused', async () => {
    const model = mlp({ widths: [3, 4, 2] });
    const failing = jacobianRankOf(model, pytorchDefault(model, Rng.root(1)), direction(8, 1), 4, { linearAlgebra });
    await expect(failing).rejects.toMatchObject({ code: 'SHAPE_MISMATCH' });
  });
});

analyzerLaws('jacobianRank', () => {
  const model = mlp({ widths: [3, 4, 2], activation: 'tanh' });
  const table = { x: direction(15, 6), y: Int32Array.of(0, 1, 0, 1, 0), samples: 5, features: 3, classes: 2 };
  return {
    provider: jacobianRank({ samples: 4 }),
    dependencies: [linearAlgebra],
    model,
    data: { train: table, val: table, features: 3, classes: 2 },
    parameters: pytorchDefault(model, Rng.root(7)),
  };
});
