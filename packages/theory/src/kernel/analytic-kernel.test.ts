/**
 * Kernels of infinitely wide networks against NumPy's, which were checked against neural-tangents; against networks that are
 * very wide; and the properties that kernels have.
 */
import { readFileSync } from 'node:fs';
import { fc, test as property } from '@fast-check/jest';
import { Rng } from '@tangentlab/core';
import { ACTIVATIONS, type DenseMatrix, referenceLinearAlgebra } from '@tangentlab/tensor';
import { analyticKernels, dualOf, pairOf, piecewiseLinearDual, type WideNetwork } from '@tangentlab/theory';
import { quadratureDual } from './gaussian-quadrature.js';

interface Stored {
  readonly act: string;
  readonly L: number;
  readonly Cw: number;
  readonly Cb: number;
  readonly nngp: number[][];
  readonly ntk: number[][];
}
const { X, cases } = JSON.parse(readFileSync(new URL('../../fixtures/kernels.json', import.meta.url), 'utf8')) as {
  readonly X: number[][];
  readonly cases: readonly Stored[];
};
const x: DenseMatrix = { rows: X.length, cols: X[0]!.length, values: Float64Array.from(X.flat()) };

function networkOf({ act, L: depth, Cw: cw, Cb: cb }: Stored): WideNetwork {
  const shared = { depth, cw, cb };
  if (act === 'abs') return { ...shared, activation: 'relu', dual: piecewiseLinearDual(-1, 1) };
  if (act === 'leaky_relu_0.1') return { ...shared, activation: 'relu', dual: piecewiseLinearDual(0.1, 1) };
  const names = { linear: 'identity', sin: 'sine' } as const;
  return { ...shared, activation: (names as Record<string, keyof typeof ACTIVATIONS>)[act] ?? (act as 'relu') };
}

test.each(
  cases.map((stored) => [`${stored.act}, ${stored.L} layers, cw ${stored.Cw}, cb ${stored.Cb}`, stored] as const),
)('%s', async (_, stored) => {
  const { nngp, ntk } = await analyticKernels(networkOf(stored), x);
  // their difference to neural-tangents is 6.4e-10 at worst, for GELU
  const tolerance = stored.act === 'gelu' ? 1e-9 : 1e-10;
  for (const [ours, theirs] of [
    [nngp, stored.nngp],
    [ntk, stored.ntk],
  ] as const) {
    const scale = Math.max(...theirs.flat().map(Math.abs));
    for (const [at, want] of theirs.flat().entries())
      expect(Math.abs(ours.values[at]! - want)).toBeLessThanOrEqual(tolerance * scale);
  }
});

const variance = fc.double({ min: 0.05, max: 4, noNaN: true });
const correlation = fc.double({ min: -0.99, max: 0.99, noNaN: true });

property.prop([variance, variance, correlation, fc.constantFrom('erf', 'sine', 'gelu')], { numRuns: 60 })(
  'closed forms are what quadrature comes to',
  (a, b, rho, name) => {
    const activation = ACTIVATIONS[name as 'erf'];
    const c = rho * Math.sqrt(a * b);
    const pair = pairOf(a, b, c);
    const [closed, numeric] = [dualOf(activation)(pair), quadratureDual(activation)(pair)];
    for (const key of ['a', 'b', 'c'] as const)
      expect(Math.abs(closed.out[key] - numeric.out[key])).toBeLessThanOrEqual(
        1e-11 * (1 + Math.abs(numeric.out[key])),
      );
    expect(Math.abs(closed.slopes - numeric.slopes)).toBeLessThanOrEqual(1e-11 * (1 + Math.abs(numeric.slopes)));
  },
);

test.each([
  [1, 2, 0.5, 0.1467541154603874, 0.2991720213930359],
  [8, 3, -4, -0.4893088748408103, 0.1550236776338771],
])('tanh of variances %d and %d, covariance %d: as mpmath 1.3.0 has it at 20 digits', (a, b, c, product, slopes) => {
  for (const pair of [pairOf(a, b, c), pairOf(b, a, c)]) {
    const dual = dualOf(ACTIVATIONS.tanh)(pair);
    expect(Math.abs(dual.out.c - product)).toBeLessThan(1e-14);
    expect(Math.abs(dual.slopes - slopes)).toBeLessThan(1e-14);
  }
});

test('a wrong dual is far from quadrature', () => {
  const pair = pairOf(1, 2, 0.5);
  const [sine, erf] = [dualOf(ACTIVATIONS.sine)(pair), quadratureDual(ACTIVATIONS.erf)(pair)];
  expect(Math.abs(sine.out.c - erf.out.c)).toBeGreaterThan(1e-2);
});

test('ReLU near a duplicate: the difference is right to the last digits', async () => {
  // in exact arithmetic 1 - rho' = [pi (1 - cos t) - sin t + t cos t]/pi; as a series in t
  for (const t of [1e-2, 1e-5, 1e-8]) {
    const { out } = piecewiseLinearDual(0, 1)({ a: 1, b: 1, c: Math.cos(t), loss: 2 * Math.sin(t / 2) ** 2 });
    const loss = t ** 2 / 2 - t ** 3 / (3 * Math.PI) - t ** 4 / 24 + t ** 5 / (30 * Math.PI) + t ** 6 / 720;
    expect(Math.abs(out.loss / loss - 1)).toBeLessThan(1e-12);
  }
});

const samples = fc.record({ n: fc.integer({ min: 1, max: 6 }), d: fc.integer({ min: 1, max: 4 }), seed: fc.nat(1000) });
const wide = fc.record({
  depth: fc.integer({ min: 0, max: 4 }),
  activation: fc.constantFrom('relu', 'erf', 'sine', 'gelu', 'identity', 'leakyRelu'),
  cw: fc.constantFrom(1, 1.5, 2),
  cb: fc.constantFrom(0, 0.1),
}) as fc.Arbitrary<WideNetwork>;

function noise({ n, d, seed }: { readonly n: number; readonly d: number; readonly seed: number }): DenseMatrix {
  const uniform = Rng.root(seed).stream();
  return { rows: n, cols: d, values: Float64Array.from({ length: n * d }, () => 4 * uniform() - 2) };
}

property.prop([wide, samples], { numRuns: 80 })(
  'both kernels are symmetric and positive semidefinite',
  async (network, drawn) => {
    const points = noise(drawn);
    for (const kernel of Object.values(await analyticKernels(network, points)) as DenseMatrix[]) {
      const values = referenceLinearAlgebra.symmetricEigenvalues(kernel);
      expect(values[0]).toBeGreaterThanOrEqual(-1e-12 * Math.max(1e-300, values.at(-1)!));
    }
  },
);

property.prop([wide, samples], { numRuns: 60 })(
  'an orthogonal map of the inputs changes nothing',
  async (network, drawn) => {
    const points = noise(drawn);
    const turned = { ...points, values: points.values.slice() };
    const [cos, sin] = [Math.cos(0.7), Math.sin(0.7)];
    if (points.cols > 1) {
      for (let i = 0; i < points.rows; i++) {
        const [p, q] = [points.values[i * points.cols]!, points.values[i * points.cols + 1]!];
        turned.values[i * points.cols] = cos * p - sin * q;
        turned.values[i * points.cols + 1] = sin * p + cos * q;
      }
    }
    const [one, other] = [await analyticKernels(network, points), await analyticKernels(network, turned)];
    for (const [at, value] of one.ntk.values.entries())
      expect(Math.abs(other.ntk.values[at]! - value)).toBeLessThanOrEqual(1e-11 * (1 + Math.abs(value)));
  },
);

property.prop([samples, fc.constantFrom(0.1, 3, 10)], { numRuns: 40 })(
  'ReLU without biases is homogeneous',
  async (drawn, by) => {
    const points = noise(drawn);
    const network = { depth: 3, activation: 'relu', cb: 0 } as const;
    const larger = { ...points, values: points.values.map((value) => by * value) };
    const [one, other] = [await analyticKernels(network, points), await analyticKernels(network, larger)];
    for (const [at, value] of one.ntk.values.entries())
      expect(Math.abs(other.ntk.values[at]! / (by * by) - value)).toBeLessThanOrEqual(1e-12 * (1 + Math.abs(value)));
  },
);

property.prop([samples, fc.constantFrom('relu', 'identity'), fc.constantFrom(0, 0.3)], { numRuns: 40 })(
  'K(x, x) follows its recursion',
  async (drawn, activation, cb) => {
    const points = noise(drawn);
    const [cw, depth] = [1.7, 3];
    const { nngp } = await analyticKernels({ depth, activation: activation as 'relu', cw, cb }, points);
    for (let i = 0; i < points.rows; i++) {
      const row = points.values.subarray(i * points.cols, (i + 1) * points.cols);
      let q = (cw * row.reduce((sum, value) => sum + value * value, 0)) / points.cols + cb;
      for (let l = 0; l < depth; l++) q = cw * (activation === 'relu' ? q / 2 : q) + cb;
      expect(Math.abs(nngp.values[i * (points.rows + 1)]! - q)).toBeLessThanOrEqual(1e-12 * q);
    }
  },
);

test('without hidden layers both are the linear kernel', async () => {
  const { nngp, ntk } = await analyticKernels({ depth: 0, activation: 'relu', cw: 1, cb: 0.5 }, x);
  expect(ntk.values).toEqual(nngp.values);
  expect(nngp.values[0]).toBeCloseTo((1.691 ** 2 + 0.466 ** 2 + 0.033 ** 2) / 3 + 0.5, 12);
});

test('what makes no sense is refused', async () => {
  await expect(analyticKernels({ depth: -1, activation: 'relu' }, x)).rejects.toThrow('a depth of 0, 1, 2');
  await expect(analyticKernels({ depth: 1, activation: 'relu', cw: 0 }, x)).rejects.toThrow('cw above 0');
  await expect(analyticKernels({ depth: 1, activation: 'relu' }, x, noise({ n: 2, d: 2, seed: 1 }))).rejects.toThrow(
    '3 features',
  );
});
