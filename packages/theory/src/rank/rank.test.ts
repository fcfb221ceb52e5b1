/**
 * Ranks: exact ones of integers, bounds from the structure, certificates, and NumPy's ranks of families that are deficient.
 */
import { readFileSync } from 'node:fs';
import { fc, test as property } from '@fast-check/jest';
import { Rng } from '@tangentlab/core';
import { type Mlp, mlp, ntk, pytorchDefault } from '@tangentlab/nn';
import { createLinearAlgebraSync } from '@tangentlab/ops-wasm';
import { type ActivationName, defineActivation, referenceLinearAlgebra } from '@tangentlab/tensor';
import {
  certifyRank,
  exactRank,
  formatDependency,
  independentRows,
  jacobian,
  jacobianError,
  numericalRank,
  structuralBound,
} from '@tangentlab/theory';

const linearAlgebra = referenceLinearAlgebra;

describe('exact ranks', () => {
  test("the seed's example: rank 2, and what the third row is made of", () => {
    const found = exactRank([
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ]);
    expect(found).toEqual({ rank: 2, independent: [0, 1], dependencies: [{ row: 2, coefficients: [1n, -2n, 1n] }] });
    expect(found.dependencies.map(formatDependency)).toEqual(['v3 = -v1 + 2 v2']);
  });

  test.each([
    [[[0, 0]], 'v1 = 0'],
    [
      [
        [2, 4],
        [1, 2],
      ],
      'v2 = 1/2 v1',
    ],
    [
      [
        [1, 0],
        [0, 3],
        [2, 2],
      ],
      'v3 = 2 v1 + 2/3 v2',
    ],
    [
      [
        [1, 1],
        [1, 1],
      ],
      'v2 = v1',
    ],
    [
      [
        [1, 0],
        [0, 1],
        [-1, -1],
      ],
      'v3 = -v1 - v2',
    ],
  ])('%j: %s', (rows, want) => {
    expect(exactRank(rows).dependencies.map(formatDependency)).toContain(want);
  });

  const matrix = (rows: number, cols: number) =>
    fc.array(fc.array(fc.integer({ min: -20, max: 20 }), { minLength: cols, maxLength: cols }), {
      minLength: rows,
      maxLength: rows,
    });
  const any = fc
    .tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 8 }))
    .chain(([rows, cols]) => matrix(rows, cols));
  const factors = fc
    .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }))
    .chain(([m, k, n]) => fc.tuple(matrix(m, k), matrix(k, n)));

  property.prop([any], { numRuns: 200 })('are those of the singular values, and of the transpose', (rows) => {
    const values = Float64Array.from(rows.flat());
    const { rank } = exactRank(rows);
    expect(numericalRank({ rows: rows.length, cols: rows[0]!.length, values }, { linearAlgebra }).rank).toBe(rank);
    expect(exactRank(rows[0]!.map((_, j) => rows.map((row) => row[j]!))).rank).toBe(rank);
  });

  property.prop([any], { numRuns: 200 })('every dependency gives the row exactly', (rows) => {
    const { rank, independent, dependencies } = exactRank(rows);
    expect(independent.length + dependencies.length).toBe(rows.length);
    expect(exactRank(independent.map((i) => rows[i]!)).rank).toBe(rank);
    for (const { row, coefficients } of dependencies) {
      expect(coefficients[row]).toBeGreaterThan(0n);
      for (let j = 0; j < rows[0]!.length; j++) {
        const sum = coefficients.reduce((total, c, i) => total + c * BigInt(rows[i]![j]!), 0n);
        expect(sum).toBe(0n);
      }
    }
  });

  property.prop([factors], { numRuns: 100 })('a product has at most the rank of its factors', ([a, b]) => {
    const product = a.map((row) => b[0]!.map((_, j) => row.reduce((sum, value, i) => sum + value * b[i]![j]!, 0)));
    expect(exactRank(product).rank).toBeLessThanOrEqual(Math.min(exactRank(a).rank, exactRank(b).rank));
  });

  test('entries beyond doubles count in full', () => {
    const large = 10n ** 40n;
    expect(
      exactRank([
        [large, 1n],
        [large + 1n, 1n],
      ]).rank,
    ).toBe(2);
    expect(
      exactRank([
        [large, 1n],
        [2n * large, 2n],
      ]).rank,
    ).toBe(1);
    expect(exactRank([]).rank).toBe(0);
  });

  test('what is no matrix of integers is refused', () => {
    expect(() => exactRank([[1, 2], [3]])).toThrow('row 1 must have 2 entries');
    expect(() => exactRank([[1.5]])).toThrow('entry 0 of row 0 must be an integer, got 1.5');
  });
});

interface Family {
  readonly label: string;
  readonly dims: number[];
  readonly act: ActivationName | 'linear';
  readonly n: number;
  readonly P: number;
  readonly ranks: number[];
  readonly pred: number;
}
const { cases } = JSON.parse(readFileSync(new URL('../../fixtures/ranks.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly Family[];
};

/** A network of a family and its data, drawn afresh. */
function member({ label, dims, act, n, P }: Family, seed: number) {
  const biased = P === dims.slice(1).reduce((sum, width, l) => sum + (dims[l]! + 1) * width, 0);
  const rng = Rng.root(seed);
  const noise = (name: string, length: number) => {
    const normal = rng.split(name).stream();
    return Float64Array.from(
      { length },
      () => Math.sqrt(-2 * Math.log(1 - normal())) * Math.cos(2 * Math.PI * normal()),
    );
  };
  const model = mlp({ widths: dims, activation: act, parametrisation: ntk({ cw: 2, cb: biased ? 0.1 : 0 }) });
  const x = noise('x', n * dims[0]!);
  const d = dims[0]!;
  for (let j = 0; j < d; j++) {
    if (label.startsWith('collinear')) x[d + j] = 3 * x[j]!;
    if (label.startsWith('x,-x')) x[d + j] = -x[j]!;
    if (label.startsWith('x=0')) x[j] = 0;
  }
  const theta = label.startsWith('zero')
    ? new Float64Array(model.parameterCount)
    : noise('theta', model.parameterCount);
  return { model, theta, x, n };
}

test.each(cases.map((family) => [family.label, family] as const))("%s: NumPy's ranks", (_, family) => {
  const ranks = [1, 2, 3, 4, 5].map((seed) => {
    const { model, theta, x, n } = member(family, seed);
    const { bound } = structuralBound(model, theta, x, n, { linearAlgebra });
    const { rank } = numericalRank(jacobian(model, theta, x, n), { linearAlgebra });
    expect(rank).toBeLessThanOrEqual(bound);
    return rank;
  });
  if (new Set(family.ranks).size === 1) expect(new Set(ranks)).toEqual(new Set([family.pred]));
  else for (const rank of ranks) expect(rank).toBeLessThanOrEqual(family.pred);
});

const shapes = {
  features: fc.integer({ min: 1, max: 6 }),
  hidden: fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 3 }),
  outputs: fc.integer({ min: 1, max: 3 }),
  n: fc.integer({ min: 1, max: 12 }),
  seed: fc.nat(100_000),
  mode: fc.constantFrom('generic', 'duplicate', 'collinear', 'zero', 'dead'),
  biased: fc.boolean(),
  activation: fc.constantFrom<ActivationName>(
    'tanh',
    'erf',
    'gelu',
    'softplus',
    'sigmoid',
    'relu',
    'leakyRelu',
    'identity',
  ),
};
const network = fc.record(shapes);
type Recipe = typeof network extends fc.Arbitrary<infer T> ? T : never;

function caseOf({ features, hidden, outputs, n, seed, mode, biased, activation }: Recipe) {
  const parametrisation = ntk({ cw: 2, cb: biased ? 0.5 : 0 });
  const model = mlp({ widths: [features, ...hidden, outputs], activation, parametrisation });
  const uniform = Rng.root(seed).stream();
  const draw = (length: number) => Float64Array.from({ length }, () => 4 * uniform() - 2);
  const [theta, x] = [draw(model.parameterCount), draw(n * features)];
  for (let j = 0; j < features && n > 1; j++) {
    if (mode === 'duplicate') x[features + j] = x[j]!;
    if (mode === 'collinear') x[features + j] = x[j]! / 3;
    if (mode === 'zero') x[j] = 0;
  }
  if (mode === 'dead') theta.fill(0, 0, features);
  return { model, theta, x, n };
}

property.prop([network], { numRuns: 300 })('the rank is never above the structural bound', (recipe) => {
  const { model, theta, x, n } = caseOf(recipe);
  const { rank } = numericalRank(jacobian(model, theta, x, n), { linearAlgebra });
  expect(rank).toBeLessThanOrEqual(structuralBound(model, theta, x, n, { linearAlgebra }).bound);
});

property.prop([network], { numRuns: 150 })('a certificate brackets the rank', async (recipe) => {
  const { model, theta, x, n } = caseOf(recipe);
  // elimination is about exact arithmetic, and has a test of its own
  const options = { linearAlgebra, elimination: false };
  const { lower, upper, certified } = await certifyRank(model, theta, x, n, options);
  expect(lower).toBeLessThanOrEqual(upper);
  expect(certified).toBe(lower === upper);
  const sigma = linearAlgebra.singularValues(jacobian(model, theta, x, n));
  // what is certified is far above rounding
  expect(sigma.filter((value) => value > 1e-15 * sigma[0]!).length).toBeGreaterThanOrEqual(lower);
});

property.prop([network], { numRuns: 100 })(
  'the Jacobian is closer to that of twice the digits than its bound',
  (recipe) => {
    const { model, theta, x, n } = caseOf(recipe);
    const error = jacobianError(model, theta, x, n);
    if ('unknown' in error) return;
    // the same function with its rows and columns summed in another order: both are within the bound
    const flipped = reversedUnits(model, theta);
    const [one, other] = [jacobian(model, theta, x, n), jacobian(model, flipped.theta, x, n)];
    let squares = 0;
    for (let r = 0; r < one.rows; r++)
      for (const [c, from] of flipped.order.entries())
        squares += (other.values[r * one.cols + c]! - one.values[r * one.cols + from]!) ** 2;
    expect(Math.sqrt(squares)).toBeLessThanOrEqual(2 * error.bound);
  },
);

/** The network with the hidden units of each layer in reverse, and where each of its parameters came from. */
function reversedUnits(model: Mlp, theta: Float64Array) {
  const order: number[] = [];
  let offset = 0;
  const { widths } = model;
  for (let l = 0; l < widths.length - 1; l++) {
    const [inputs, outputs] = [widths[l]!, widths[l + 1]!];
    const unit = (o: number) => (l === widths.length - 2 ? o : outputs - 1 - o);
    const source = (j: number) => (l === 0 ? j : inputs - 1 - j);
    for (let o = 0; o < outputs; o++)
      for (let j = 0; j < inputs; j++) order.push(offset + unit(o) * inputs + source(j));
    for (let o = 0; o < outputs; o++) order.push(offset + outputs * inputs + unit(o));
    offset += (inputs + 1) * outputs;
  }
  return { order, theta: Float64Array.from(order, (from) => theta[from]!) };
}

test('a network that is certified, and what keeps others from it', async () => {
  const x = Float64Array.from({ length: 40 }, (_, i) => Math.sin(3 * i + 1));
  const wide = mlp({ widths: [4, 30, 1], activation: 'tanh' });
  const theta = pytorchDefault(wide, Rng.root(1));
  const certificate = await certifyRank(wide, theta, x, 10, { linearAlgebra: createLinearAlgebraSync() });
  expect(certificate).toMatchObject({ lower: 10, upper: 10, certified: true, method: 'cholesky' });
  expect(certificate.jacobianError).toBeLessThan(1e-12);

  // duplicates: the structure knows nothing of them, so that an interval is left
  const twice = x.slice();
  twice.copyWithin(4, 0, 4);
  expect(await certifyRank(wide, theta, twice, 10, { linearAlgebra })).toMatchObject({
    lower: 9,
    upper: 10,
    certified: false,
  });

  const own = defineActivation({ name: 'mine', value: Math.tanh, derivative: (z) => 1 - Math.tanh(z) ** 2 });
  const unknown = await certifyRank(mlp({ widths: [4, 30, 1], activation: own }), theta, x, 10, { linearAlgebra });
  expect(unknown).toMatchObject({ lower: 0, certified: false, method: 'none' });
  expect(unknown.reason).toBe('nothing is known of the slope of mine');

  const dead = mlp({ widths: [4, 30, 1] });
  const zeros = new Float64Array(dead.parameterCount);
  expect((await certifyRank(dead, zeros, x, 10, { linearAlgebra })).reason).toBe(
    'neuron 0 of layer 1 is too near its kink on sample 0',
  );
});

test('independent rows: a duplicate is left out', async () => {
  const x = Float64Array.from({ length: 20 }, (_, i) => Math.sin(3 * i + 1));
  x.copyWithin(8, 0, 4);
  const model = mlp({ widths: [4, 30, 1], activation: 'tanh' });
  const rows = await independentRows(model, pytorchDefault(model, Rng.root(1)), x, 5, { linearAlgebra });
  const samples = rows.map(({ sample }) => sample);
  expect(samples).toHaveLength(4);
  expect(samples.includes(0) && samples.includes(2)).toBe(false);
});
