/**
 * Wide limits of models in their own parametrisation and with their own initialiser: against neural-tangents, and against
 * the mean kernel of many networks as they are drawn, at several widths.
 */
import { readFileSync } from 'node:fs';
import { Rng } from '@tangentlab/core';
import {
  he,
  initialParameters,
  type Mlp,
  meanField,
  mlp,
  normal,
  ntk,
  orthogonal,
  pytorch,
  standard,
  xavier,
} from '@tangentlab/nn';
import { type ActivationName, type DenseMatrix, referenceLinearAlgebra } from '@tangentlab/tensor';
import { analyticKernels, layerTangents, tangentKernel, type WideNetwork, wideNetwork } from '@tangentlab/theory';

interface Stored {
  readonly activation: ActivationName;
  readonly hidden: number[];
  readonly cw?: number;
  readonly cb?: number;
  readonly pytorch?: boolean;
  readonly nngp: number[][];
  readonly ntk: number[][];
}
const { X, cases } = JSON.parse(
  readFileSync(new URL('../../fixtures/standard-kernels.json', import.meta.url), 'utf8'),
) as { readonly X: number[][]; readonly cases: readonly Stored[] };
const matrix = (rows: readonly (readonly number[])[]): DenseMatrix => ({
  rows: rows.length,
  cols: rows[0]!.length,
  values: Float64Array.from(rows.flat()),
});
const gap = (ours: DenseMatrix, theirs: number[][]) => {
  const scale = Math.max(...theirs.flat().map(Math.abs));
  return Math.max(...theirs.flat().map((want, at) => Math.abs(ours.values[at]! - want))) / scale;
};

describe.each(cases.map((stored) => [`${stored.activation}, ${stored.hidden}`, stored] as const))('%s', (_, stored) => {
  const { activation, hidden, cw = 0, cb = 0 } = stored;
  const initialise = stored.pytorch ? pytorch() : normal({ cw, cb });
  const model = mlp({ widths: [3, ...hidden, 1], activation, parametrisation: standard(), initialise });

  test("neural-tangents' kernels in the standard parametrisation", async () => {
    const found = await analyticKernels(wideNetwork(model), matrix(X));
    // neural-tangents' own GELU is right to 1e-9
    const tolerance = activation === 'gelu' ? 1e-8 : 1e-12;
    expect(gap(found.nngp, stored.nngp)).toBeLessThan(tolerance);
    expect(gap(found.ntk, stored.ntk)).toBeLessThan(tolerance);
  });

  test('a bias gradient of cb, as in the NTK parametrisation, would be noticed', async () => {
    const { layers } = wideNetwork(model);
    const wrong = { activation, layers: layers.map((layer) => ({ ...layer, biasShare: layer.cb })) };
    expect(gap((await analyticKernels(wrong, matrix(X))).ntk, stored.ntk)).toBeGreaterThan(1e-4);
  });
});

test('in the NTK parametrisation the widths cancel', async () => {
  const model = mlp({ widths: [3, 7, 50, 2], activation: 'erf', parametrisation: ntk({ cw: 1.5, cb: 0.2 }) });
  const [layered, uniform] = [
    await analyticKernels(wideNetwork(model), matrix(X)),
    await analyticKernels({ depth: 2, activation: 'erf', cw: 1.5, cb: 0.2 }, matrix(X)),
  ];
  for (const kernel of ['nngp', 'ntk'] as const) {
    for (const [at, value] of uniform[kernel].values.entries())
      expect(Math.abs(layered[kernel].values[at]! / value - 1)).toBeLessThan(1e-14);
  }
});

test.each([
  ['PyTorch', standard(), pytorch(), { cw: 1 / 3, cb: 1 / 192, weightShare: 64, biasShare: 1 }],
  ['He', standard(), he(), { cw: 2, cb: 0, weightShare: 64, biasShare: 1 }],
  ['Xavier', standard(), xavier(), { cw: 128 / 66, cb: 0, weightShare: 64, biasShare: 1 }],
  [
    'mean field',
    meanField({ cw: 2, cb: 0.1 }),
    undefined,
    { cw: 2 / 64, cb: 0.1, weightShare: 2 / 64, biasShare: 0.1 },
  ],
])('the last layer of 3-64-2, %s', (_, parametrisation, initialise, wanted) => {
  const model = mlp({ widths: [3, 64, 2], parametrisation, ...(initialise === undefined ? {} : { initialise }) });
  const layer = wideNetwork(model).layers[1]!;
  for (const [name, value] of Object.entries(wanted)) expect(layer[name as 'cw']).toBeCloseTo(value, 14);
});

test('what has no such limit is refused', async () => {
  const model = mlp({ widths: [3, 4, 1], initialise: orthogonal() });
  expect(() => wideNetwork(model)).toThrow(/wideNetwork: an initialiser is needed .* got orthogonal/);
  const none: WideNetwork = { layers: [], activation: 'relu' };
  await expect(analyticKernels(none, matrix(X))).rejects.toThrow('at least one layer is needed');
  const layer = { cw: 1, cb: -1, weightShare: 1, biasShare: 1 };
  await expect(analyticKernels({ layers: [layer], activation: 'relu' }, matrix(X))).rejects.toThrow('layer 0');
});

/** Student's t with 300 degrees of freedom and more leaves a millionth beyond this, on both sides together. */
const CRITICAL = 5.1;

/** Mean and standard error of the first entries of the tangent kernels of networks as they are drawn. */
async function drawnKernels(model: Mlp, x: DenseMatrix, draws: number) {
  const entries = x.rows * x.rows;
  const [sums, squares] = [new Float64Array(entries), new Float64Array(entries)];
  for (let draw = 0; draw < draws; draw++) {
    const theta = initialParameters(model, Rng.root(11).split('draw', draw));
    const { values } = await tangentKernel(layerTangents(model, theta, x.values, x.rows), 1, referenceLinearAlgebra);
    for (let at = 0; at < entries; at++) {
      sums[at]! += values[at]! / draws;
      squares[at]! += values[at]! ** 2 / draws;
    }
  }
  const errors = squares.map((square, at) => Math.sqrt((square - sums[at]! ** 2) / (draws - 1)));
  return { means: sums, errors };
}

/** How far the means are from a kernel, in standard errors, beyond a share of it that is allowed. */
async function furthest(
  network: WideNetwork,
  x: DenseMatrix,
  drawn: Awaited<ReturnType<typeof drawnKernels>>,
  bias = 0,
) {
  const { values } = (await analyticKernels(network, x)).ntk;
  const distances = values.map((value, at) => {
    const beyond = Math.abs(drawn.means[at]! - value) - bias * Math.abs(value);
    return Math.max(0, beyond) / drawn.errors[at]!;
  });
  return Math.max(...distances);
}

describe.each([8, 32, 128])('hidden layers of %d units, as they are drawn (frozen seeds)', (width) => {
  const x = matrix(X.slice(0, 3));
  const initialise = normal({ cw: 1.5, cb: 0.2 });
  const of = (activation: ActivationName, hidden: number[]) =>
    mlp({ widths: [3, ...hidden, 1], activation, parametrisation: standard(), initialise });

  test.each<ActivationName>(['relu', 'erf'])(
    'one of %s: the mean kernel is the analytic one at every width',
    async (activation) => {
      const model = of(activation, [width]);
      const drawn = await drawnKernels(model, x, 1200);
      expect(await furthest(wideNetwork(model), x, drawn)).toBeLessThan(CRITICAL);
      // those of the NTK parametrisation, of other variances and of another activation are not
      const { layers } = wideNetwork(model);
      const wrong: WideNetwork[] = [
        { depth: 1, activation, cw: 1.5, cb: 0.2 },
        { activation, layers: layers.map((layer) => ({ ...layer, biasShare: layer.cb })) },
        wideNetwork({ ...model, initialiser: he() }),
        { activation: 'sine', layers },
      ];
      for (const network of wrong) expect(await furthest(network, x, drawn)).toBeGreaterThan(CRITICAL);
    },
  );

  test('two of ReLU: the mean kernel departs from it by O(1/width)', async () => {
    const model = of('relu', [width, width]);
    const drawn = await drawnKernels(model, x, 400);
    expect(await furthest(wideNetwork(model), x, drawn, 2 / width)).toBeLessThan(CRITICAL);
    expect(await furthest({ depth: 2, activation: 'relu', cw: 1.5, cb: 0.2 }, x, drawn, 2 / width)).toBeGreaterThan(
      CRITICAL,
    );
  });
});

test.each([16, 64])(
  "PyTorch's default with %d hidden units: uniform weights over 40 inputs are nearly normal",
  async (width) => {
    const inputs = 40;
    const noise = Rng.root(3).stream();
    const x = matrix([0, 1, 2].map(() => Array.from({ length: inputs }, () => 4 * noise() - 2)));
    const model = mlp({ widths: [inputs, width, 1], activation: 'relu' });
    const drawn = await drawnKernels(model, x, 400);
    expect(await furthest(wideNetwork(model), x, drawn, 1 / inputs)).toBeLessThan(CRITICAL);
    // normal weights of variance 2/inputs, which the analytic kernel takes elsewhere
    const other = mlp({ widths: [inputs, width, 1], activation: 'relu', initialise: normal() });
    expect(await furthest(wideNetwork(other), x, drawn, 1 / inputs)).toBeGreaterThan(CRITICAL);
  },
);
