/**
 * Ranks modulo a prime: never more than the exact rank, equal to it but for primes that hide some of it, and able to decide
 * where rounding leaves everything open. The oracle computes networks in integers of any size.
 */
import { fc, test as property } from '@fast-check/jest';
import { Rng } from '@tangentlab/core';
import { layersOf, type Mlp, mlp, ntk, pytorchDefault } from '@tangentlab/nn';
import { createLinearAlgebraSync } from '@tangentlab/ops-wasm';
import { type ActivationName, defineActivation, referenceLinearAlgebra } from '@tangentlab/tensor';
import {
  activationPattern,
  certifyRank,
  exactColumnRank,
  exactRank,
  modularRank,
  numericalRank,
  PrimeField,
  rankModulo,
  structuralBound,
} from '@tangentlab/theory';
import { dyadic } from './dyadic.js';

const linearAlgebra = createLinearAlgebraSync();
const PRIME = 8388593;
const field = new PrimeField(PRIME);

describe('a prime field', () => {
  const remainder = (value: bigint, prime = PRIME) => Number(((value % BigInt(prime)) + BigInt(prime)) % BigInt(prime));

  property.prop([fc.bigInt({ min: 0n, max: 2n ** 53n - 1n })], { numRuns: 1000 })('remainders are exact', (value) => {
    expect(field.reduced(Number(value))).toBe(remainder(value));
  });

  test('remainders near multiples of the prime, where a quotient may be off by one', () => {
    for (let i = 1n; i < 2n ** 30n; i = 2n * i + 1n) {
      for (const value of [i * BigInt(PRIME) - 1n, i * BigInt(PRIME), i * BigInt(PRIME) + 1n])
        expect(field.reduced(Number(value))).toBe(remainder(value));
    }
  });

  property.prop([fc.double({ noNaN: true, noDefaultInfinity: true })], { numRuns: 1000 })(
    'a double is an integer times a power of two',
    (value) => {
      const { integer, exponent } = dyadic(value);
      // what times 2^-exponent is the integer, whatever the prime says of 2
      const power = Array.from({ length: Math.abs(exponent) }).reduce<number>((p) => field.multiply(p, 2), 1);
      const scaled =
        exponent < 0 ? field.multiply(field.of(value), power) : field.multiply(field.of(value), field.inverse(power));
      expect(scaled).toBe(remainder(BigInt(integer)));
      if (Math.abs(exponent) < 500) expect(integer * 2 ** exponent + 0).toBe(value + 0);
    },
  );

  property.prop([fc.integer({ min: 1, max: PRIME - 1 })])('inverses', (a) => {
    expect(field.multiply(a, field.inverse(a))).toBe(1);
  });

  test.each([2, 9, 2.5, 8388587 - 2, 8388617, Number.NaN])('%d is refused', (prime) => {
    expect(() => new PrimeField(prime)).toThrow(/^PrimeField: an odd prime below 2\^23 is needed, got /);
  });

  test('long inner products are exact, with the largest remainders', () => {
    const largest = new Float64Array(1000).fill(PRIME - 1);
    expect(field.dot(largest, 0, largest, 0, 1000)).toBe(1000);
  });
});

const matrix = (rows: number, cols: number) =>
  fc.array(fc.array(fc.integer({ min: -20, max: 20 }), { minLength: cols, maxLength: cols }), {
    minLength: rows,
    maxLength: rows,
  });
const anyMatrix = fc
  .tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 8 }))
  .chain(([rows, cols]) => matrix(rows, cols));
const product = (a: number[][], b: number[][]) =>
  a.map((row) => b[0]!.map((_, j) => row.reduce((sum, value, i) => sum + value * b[i]![j]!, 0)));

/** Of integer rows. */
function rankOf(rows: number[][], prime = PRIME): Promise<number> {
  const values = Float64Array.from(rows.flat());
  return rankModulo({ rows: rows.length, cols: rows[0]!.length, values }, new PrimeField(prime), { linearAlgebra });
}

describe('elimination modulo a prime', () => {
  property.prop([anyMatrix], { numRuns: 200 })('finds the exact rank of integer matrices', async (rows) => {
    expect(await rankOf(rows)).toBe(exactRank(rows).rank);
  });

  property.prop([fc.integer({ min: 1, max: 3 }).chain((k) => fc.tuple(matrix(7, k), matrix(k, 6)))], { numRuns: 100 })(
    'finds the exact rank of products',
    async ([a, b]) => {
      expect(await rankOf(product(a, b))).toBe(exactRank(product(a, b)).rank);
    },
  );

  property.prop([anyMatrix, fc.constantFrom(3, 5, 7)], { numRuns: 200 })(
    'a small prime may hide some of it, and never adds any',
    async (rows, prime) => {
      expect(await rankOf(rows, prime)).toBeLessThanOrEqual(exactRank(rows).rank);
    },
  );

  test('a prime that divides the determinant hides a row', async () => {
    const rows = [
      [1, 2],
      [3, 13],
    ];
    expect([await rankOf(rows, 7), await rankOf(rows)]).toEqual([1, 2]);
    expect(await rankOf([[PRIME]])).toBe(0);
  });

  test('several hundred rows, by either linear algebra', async () => {
    const uniform = Rng.root(1).stream();
    const [m, r] = [300, 180];
    const draw = (rows: number, cols: number) =>
      Array.from({ length: rows }, () => Array.from({ length: cols }, () => Math.floor(1e4 * uniform()) - 5000));
    const rows = product(draw(m, r), draw(r, m));
    expect(await rankOf(rows)).toBe(r);
    const matrix = { rows: m, cols: m, values: Float64Array.from(rows.flat()) };
    expect(await rankModulo(matrix, field, { linearAlgebra: referenceLinearAlgebra })).toBe(r);
    // the largest remainders all over: sums of 64 products stay within the integers of doubles
    const ones = { ...matrix, values: new Float64Array(m * m).fill(-1) };
    expect(await rankModulo(ones, field, { linearAlgebra })).toBe(1);
  });
});

/** integer 2^exponent, of any size. */
interface Exact {
  readonly integer: bigint;
  readonly exponent: number;
}
const ZERO: Exact = { integer: 0n, exponent: 0 };
const exact = (value: number): Exact => {
  const { integer, exponent } = dyadic(value);
  return { integer: BigInt(integer), exponent };
};
const times = (a: Exact, b: Exact): Exact => ({
  integer: a.integer * b.integer,
  exponent: a.exponent + b.exponent,
});
const plus = (a: Exact, b: Exact): Exact => {
  const exponent = Math.min(a.exponent, b.exponent);
  const at = (c: Exact) => c.integer << BigInt(c.exponent - exponent);
  return { integer: at(a) + at(b), exponent };
};

/** The Jacobian in exact arithmetic, times powers of two that make its rows integers; undefined at a kink. */
function exactJacobian(model: Mlp, theta: Float64Array, x: Float64Array, n: number): bigint[][] | undefined {
  const layers = layersOf(model.widths);
  const k = model.widths.at(-1)!;
  const rows: bigint[][] = [];
  for (let i = 0; i < n; i++) {
    const read: Exact[][] = [Array.from(x.subarray(i * model.widths[0]!, (i + 1) * model.widths[0]!), exact)];
    const slopes: Exact[][] = [];
    for (const [l, { inputs, outputs, weights, biases }] of layers.slice(0, -1).entries()) {
      const [scale, biasScale] = [exact(model.layers[l]!.weightScale), exact(model.layers[l]!.biasScale)];
      const z = Array.from({ length: outputs }, (_, o) => {
        const sum = read[l]!.reduce((s, h, j) => plus(s, times(exact(theta[weights + o * inputs + j]!), h)), ZERO);
        return plus(times(scale, sum), times(biasScale, exact(theta[biases + o]!)));
      });
      if (model.activation.name !== 'identity' && z.some(({ integer }) => integer === 0n)) return undefined;
      slopes.push(z.map(({ integer }) => exact(model.activation.derivative(integer > 0n ? 1 : -1))));
      read.push(z.map((value, o) => times(value, slopes[l]![o]!)));
    }
    for (let c = 0; c < k; c++) {
      const row: Exact[][] = [];
      let delta = Array.from({ length: k }, (_, o) => exact(o === c ? 1 : 0));
      for (let l = layers.length - 1; l >= 0; l--) {
        const { inputs, weights } = layers[l]!;
        const [scale, biasScale] = [exact(model.layers[l]!.weightScale), exact(model.layers[l]!.biasScale)];
        row.unshift([
          ...delta.flatMap((d) => read[l]!.map((h) => times(times(d, scale), h))),
          ...delta.map((d) => times(d, biasScale)),
        ]);
        const above = delta;
        delta = Array.from({ length: inputs }, (_, j) => {
          const sum = above.reduce((s, d, o) => plus(s, times(d, exact(theta[weights + o * inputs + j]!))), ZERO);
          return l === 0 ? ZERO : times(times(scale, sum), slopes[l - 1]![j]!);
        });
      }
      const entries = row.flat();
      const lowest = Math.min(...entries.map(({ exponent }) => exponent));
      rows.push(entries.map(({ integer, exponent }) => integer << BigInt(exponent - lowest)));
    }
  }
  return rows;
}

const network = fc.record({
  features: fc.integer({ min: 1, max: 3 }),
  hidden: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 2 }),
  outputs: fc.integer({ min: 1, max: 2 }),
  n: fc.integer({ min: 1, max: 5 }),
  seed: fc.nat(100_000),
  mode: fc.constantFrom('generic', 'duplicate', 'collinear', 'a feature twice', 'a feature and a third', 'zero'),
  biased: fc.boolean(),
  scaled: fc.boolean(),
  activation: fc.constantFrom<ActivationName>('relu', 'leakyRelu', 'identity'),
});
type Recipe = typeof network extends fc.Arbitrary<infer T> ? T : never;

function caseOf({ features, hidden, outputs, n, seed, mode, biased, scaled, activation }: Recipe) {
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
  for (let i = 0; i < n && features > 1; i++) {
    if (mode === 'a feature twice') x[i * features + 1] = 2 * x[i * features]!;
    if (mode === 'a feature and a third') x[i * features + 1] = x[i * features]! / 3;
  }
  return { model, theta: scaled ? rescaled(model, theta) : theta, x, n };
}

/** The same function of a ReLU network, its units scaled by powers of two from 2^-40 to 2^40. */
function rescaled(model: Mlp, theta: Float64Array): Float64Array {
  const scaled = theta.slice();
  const layers = layersOf(model.widths);
  for (const [l, { inputs, outputs, weights, biases }] of layers.slice(0, -1).entries()) {
    const out = layers[l + 1]!;
    for (let o = 0; o < outputs; o++) {
      const factor = 2 ** (((37 * (o + 1) + 11 * l) % 81) - 40);
      for (let j = 0; j < inputs; j++) scaled[weights + o * inputs + j]! *= factor;
      scaled[biases + o]! *= factor;
      for (let j = 0; j < out.outputs; j++) scaled[out.weights + j * out.inputs + o]! /= factor;
    }
  }
  return scaled;
}

property.prop([network], { numRuns: 150 })(
  'a rank modulo a prime is the exact rank of the Jacobian',
  async (recipe) => {
    const { model, theta, x, n } = caseOf(recipe);
    const rows = exactJacobian(model, theta, x, n);
    const found = await modularRank(model, theta, x, n, { linearAlgebra });
    if (rows === undefined) {
      expect(found).toHaveProperty('unknown');
      return;
    }
    fc.pre('rank' in found); // a pattern that intervals cannot prove, near a kink
    expect(found).toEqual({ rank: exactRank(rows).rank, prime: expect.any(Number) });
  },
);

property.prop([network, fc.constantFrom(3, 5, 7)], { numRuns: 100 })(
  'small primes give less, and never more',
  async (recipe, prime) => {
    const { model, theta, x, n } = caseOf(recipe);
    const rows = exactJacobian(model, theta, x, n);
    const found = await modularRank(model, theta, x, n, { linearAlgebra, primes: [prime] });
    fc.pre(rows !== undefined && 'rank' in found);
    expect('rank' in found && found.rank).toBeLessThanOrEqual(exactRank(rows!).rank);
  },
);

property.prop([network], { numRuns: 150 })('a certificate brackets the exact rank', async (recipe) => {
  const { model, theta, x, n } = caseOf(recipe);
  const rows = exactJacobian(model, theta, x, n);
  fc.pre(rows !== undefined);
  const { rank } = exactRank(rows!);
  const { lower, upper, certified, method } = await certifyRank(model, theta, x, n, { linearAlgebra });
  expect(lower).toBeLessThanOrEqual(rank);
  expect(certified).toBe(lower === upper);
  // dependencies of inputs within rounding count above, unless elimination was used
  if (method === 'elimination') expect(rank).toBeLessThanOrEqual(upper);
  expect(rank).toBeLessThanOrEqual(structuralBound(model, theta, x, n, { linearAlgebra, inputs: 'exact' }).bound);
});

property.prop([network], { numRuns: 100 })('what Cholesky certifies, elimination finds', async (recipe) => {
  const { model, theta, x, n } = caseOf({ ...recipe, mode: 'generic' });
  const certificate = await certifyRank(model, theta, x, n, { linearAlgebra, elimination: false });
  const found = await modularRank(model, theta, x, n, { linearAlgebra });
  fc.pre(certificate.certified && 'rank' in found);
  expect(found).toMatchObject({ rank: certificate.lower });
});

function samples(n: number, d: number): Float64Array {
  const uniform = Rng.root(5).stream();
  return Float64Array.from({ length: n * d }, () => 4 * uniform() - 2);
}

describe('a network whose units are scaled by 2^-40 to 2^40', () => {
  const model = mlp({ widths: [3, 12, 2] });
  const [n, x] = [60, samples(60, 3)];
  const plain = pytorchDefault(model, Rng.root(1));
  const theta = rescaled(model, plain);

  test('is certified by elimination, with the rank that it had before', async () => {
    const before = await certifyRank(model, plain, x, n, { linearAlgebra });
    expect(before).toMatchObject({ certified: true, method: 'cholesky', lower: 62 });
    const after = await certifyRank(model, theta, x, n, { linearAlgebra });
    expect(after).toMatchObject({ certified: true, method: 'elimination', lower: 62, upper: 62, prime: PRIME });
  });

  test("without it rounding and Weyl's inequality decide nothing", async () => {
    const open = await certifyRank(model, theta, x, n, { linearAlgebra, elimination: false });
    expect(open.certified).toBe(false);
    expect(open.lower).toBeLessThan(62);
    // and the numerical rank is simply wrong
    const rank = numericalRank({ rows: 120, cols: 74, values: jacobianOf(model, theta, x, n) }, { linearAlgebra }).rank;
    expect(rank).toBeLessThan(62);
  });

  test('a network with less rank is not given more', async () => {
    // three samples, again and again
    const twice = x.slice();
    for (let i = 3; i < n; i++) twice.copyWithin(3 * i, 3 * (i % 3), 3 * (i % 3) + 3);
    const found = await certifyRank(model, theta, twice, n, { linearAlgebra });
    expect(found.lower).toBeLessThanOrEqual(6);
    expect(found.certified).toBe(false);
  });
});

function jacobianOf(model: Mlp, theta: Float64Array, x: Float64Array, n: number): Float64Array {
  const rows = exactJacobian(model, theta, x, n)!;
  // each row over its largest entry: the rank is what it was
  return Float64Array.from(
    rows.flatMap((row) => {
      const largest = row.reduce(
        (most, entry) => (entry < 0n ? (-entry > most ? -entry : most) : entry > most ? entry : most),
        1n,
      );
      return row.map((entry) => Number((entry << 60n) / largest) / 2 ** 60);
    }),
  );
}

test('inputs that depend on each other within rounding are independent to the last bit', async () => {
  const model = mlp({ widths: [2, 4, 1] });
  const theta = rescaled(model, pytorchDefault(model, Rng.root(3)));
  const x = samples(30, 2).map((value, i, all) => (i % 2 === 0 ? value : all[i - 1]! / 3));
  expect(structuralBound(model, theta, x, 30, { linearAlgebra }).inputRank).toBe(2);
  expect(structuralBound(model, theta, x, 30, { linearAlgebra, inputs: 'exact' }).inputRank).toBe(3);
  const twice = x.map((value, i, all) => (i % 2 === 0 ? value : all[i - 1]! / 4));
  expect(structuralBound(model, theta, twice, 30, { linearAlgebra, inputs: 'exact' }).inputRank).toBe(2);
  const found = await certifyRank(model, theta, x, 30, { linearAlgebra });
  expect(found.method).toBe('elimination');
  expect(found.structure.inputRank).toBe(3);
  expect(found.lower).toBe(exactRank(exactJacobian(model, theta, x, 30)!).rank);
});

property.prop([anyMatrix, fc.array(fc.integer({ min: -1070, max: 900 }), { minLength: 8, maxLength: 8 })])(
  'the exact rank of columns, whatever they are scaled by',
  (rows, exponents) => {
    const values = Float64Array.from(rows.flatMap((row) => row.map((entry, j) => entry * 2 ** exponents[j]!)));
    expect(exactColumnRank({ rows: rows.length, cols: rows[0]!.length, values })).toBe(exactRank(rows).rank);
  },
);

describe('a pattern of activations', () => {
  const one = mlp({ widths: [1, 1, 1] });
  const pattern = (w: number, b: number, x: number) =>
    activationPattern(one, Float64Array.of(w, b, 1, 0), Float64Array.of(x), 1);

  test('is known where signs are clear, and not where rounding could turn them', () => {
    expect(pattern(1, 1, 1)).toEqual({ slopes: [Float64Array.of(1)] });
    expect(pattern(1, -3, 1)).toEqual({ slopes: [Float64Array.of(0)] });
    const near = { unknown: 'neuron 0 of layer 1 is too near its kink on sample 0' };
    expect(pattern(1, -1, 1)).toEqual(near);
    // 5.6e-17 as computed, 2.8e-17 in exact arithmetic
    expect(0.1 * 3 - 0.3).not.toBe(0);
    expect(pattern(0.1, -0.3, 3)).toEqual(near);
    expect(pattern(0, 0, 1)).toEqual(near);
    expect(pattern(1e200, 1, 1e100)).toEqual({ slopes: [Float64Array.of(1)] });
    const beyond = { unknown: 'neuron 0 of layer 1 is beyond the range of doubles on sample 0' };
    expect(pattern(1e200, 1, 1e200)).toEqual(beyond);
    expect(pattern(1e300, -1e300, 1e300)).toEqual(beyond);
    expect(pattern(Number.MIN_VALUE, 0, 0.25)).toEqual(near); // the product is lost
  });

  test('is the slope of leaky ReLU, and 1 without any kink', () => {
    const [leaky, linear] = (['leakyRelu', 'identity'] as const).map((activation) =>
      activationPattern(mlp({ widths: [1, 1, 1], activation }), Float64Array.of(1, -3, 1, 0), Float64Array.of(1), 1),
    );
    expect(leaky).toEqual({ slopes: [Float64Array.of(0.01)] });
    expect(linear).toEqual({ slopes: [Float64Array.of(1)] });
  });

  property.prop([network], { numRuns: 100 })('is that of exact arithmetic', (recipe) => {
    const { model, theta, x, n } = caseOf(recipe);
    const found = activationPattern(model, theta, x, n);
    fc.pre('slopes' in found);
    // at a kink the oracle has no Jacobian: the pattern must not be known there
    expect(exactJacobian(model, theta, x, n)).toBeDefined();
  });

  test('bends and activations of the user have none', async () => {
    const theta = Float64Array.of(1, 1, 1, 0);
    const own = defineActivation({ name: 'own', value: Math.abs, derivative: (z) => Math.sign(z) });
    for (const activation of ['tanh', own] as const) {
      const model = mlp({ widths: [1, 1, 1], activation });
      const found = await modularRank(model, theta, Float64Array.of(1), 1, { linearAlgebra });
      expect(found).toEqual({ unknown: `${model.activation.name} is not linear on both sides of a kink at 0` });
    }
  });
});

test('a network at a kink is refused in words, and certified no further', async () => {
  const model = mlp({ widths: [2, 3, 1] });
  const found = await certifyRank(model, new Float64Array(13), samples(4, 2), 4, { linearAlgebra });
  expect(found).toMatchObject({
    lower: 0,
    certified: false,
    method: 'none',
    reason: 'neuron 0 of layer 1 is too near its kink on sample 0',
  });
});

test('it ends where enough is shown, tries primes in turn, and can be aborted', async () => {
  const model = mlp({ widths: [3, 8, 2] });
  const [theta, x] = [pytorchDefault(model, Rng.root(2)), samples(20, 3)];
  expect(await modularRank(model, theta, x, 20, { linearAlgebra, enough: 7 })).toEqual({ rank: 7, prime: PRIME });
  const threes = x.map((value) => 3 * Math.round(100 * value));
  const thirds = theta.map((value) => 3 * Math.round(100 * value) + 0.5);
  const one = await modularRank(model, thirds, threes, 20, { linearAlgebra, primes: [3] });
  const two = await modularRank(model, thirds, threes, 20, { linearAlgebra, primes: [3, PRIME] });
  expect('rank' in one && 'rank' in two && one.rank < two.rank && two.prime).toBe(PRIME);
  const reason = new Error('enough');
  const big = mlp({ widths: [3, 64, 2] });
  const working = modularRank(big, pytorchDefault(big, Rng.root(2)), samples(400, 3), 400, {
    linearAlgebra,
    signal: AbortSignal.abort(reason),
  });
  await expect(working).rejects.toBe(reason);
});

test('numbers that are not finite have no remainders', async () => {
  const model = mlp({ widths: [1, 2, 1] });
  const theta = pytorchDefault(model, Rng.root(1));
  await expect(
    modularRank(model, theta.with(1, Number.NaN), Float64Array.of(1), 1, { linearAlgebra }),
  ).rejects.toMatchObject({
    code: 'NUMERIC_NOT_FINITE',
    message: expect.stringMatching(/^modularRank, parameters of a .* matrix: .*NaN/),
  });
  await expect(
    modularRank(model, theta, Float64Array.of(Number.POSITIVE_INFINITY), 1, { linearAlgebra }),
  ).rejects.toThrow('modularRank, inputs');
});
