import { Rng } from '@tangentlab/core';
import {
  he,
  type Initialiser,
  initialParameters,
  layersOf,
  mlp,
  muP,
  normal,
  orthogonal,
  pytorch,
  pytorchDefault,
  standardNormal,
  xavier,
} from '@tangentlab/nn';

const place = (inputs: number, outputs: number) => ({ index: 0, layers: 2, inputs, outputs });
const sampled = (initialiser: Initialiser, inputs: number, outputs: number, seed = 1) =>
  initialiser.sample(place(inputs, outputs), Rng.root(seed));

interface Wanted {
  readonly variance: number;
  readonly biasVariance: number;
  /** Largest magnitude, for uniform ones; else the kurtosis of the normal distribution is looked for. */
  readonly bound?: number;
}

const CASES: readonly (readonly [string, Initialiser, (inputs: number, outputs: number) => Wanted])[] = [
  ['pytorch', pytorch(), (n) => ({ variance: 1 / (3 * n), biasVariance: 1 / (3 * n), bound: 1 / Math.sqrt(n) })],
  ['normal', normal(), (n) => ({ variance: 2 / n, biasVariance: 0 })],
  ['normal with cw and cb', normal({ cw: 1.5, cb: 0.25 }), (n) => ({ variance: 1.5 / n, biasVariance: 0.25 })],
  ['standardNormal', standardNormal(), () => ({ variance: 1, biasVariance: 1 })],
  ['he', he(), (n) => ({ variance: 2 / n, biasVariance: 0 })],
  ['he, uniform', he({ uniform: true }), (n) => ({ variance: 2 / n, biasVariance: 0, bound: Math.sqrt(6 / n) })],
  ['xavier', xavier(), (n, m) => ({ variance: 2 / (n + m), biasVariance: 0, bound: Math.sqrt(6 / (n + m)) })],
  [
    'xavier, normal, with gain',
    xavier({ uniform: false, gain: 2 }),
    (n, m) => ({ variance: 8 / (n + m), biasVariance: 0 }),
  ],
];

const moment = (values: Float64Array, power: number) =>
  values.reduce((sum, value) => sum + value ** power, 0) / values.length;

describe.each(CASES)('%s', (_, initialiser, wanted) => {
  test.each([
    [64, 300],
    [300, 64],
  ])('has its mean, variance and shape at %d inputs, %d outputs', (inputs, outputs) => {
    const { variance, biasVariance, bound } = wanted(inputs, outputs);
    const declared = initialiser.variances!(place(inputs, outputs));
    expect(declared.weights).toBeCloseTo(variance, 15);
    expect(declared.biases).toBeCloseTo(biasVariance, 15);
    const { weights, biases } = sampled(initialiser, inputs, outputs);
    const n = weights.length;
    // mean and mean square within five standard errors; kurtosis 9/5 of a uniform, 3 of a normal distribution
    const kurtosis = bound === undefined ? 3 : 9 / 5;
    expect(Math.abs(moment(weights, 1))).toBeLessThan(5 * Math.sqrt(variance / n));
    expect(Math.abs(moment(weights, 2) / variance - 1)).toBeLessThan(5 * Math.sqrt((kurtosis - 1) / n));
    // the fourth moment of a normal distribution has a relative variance of 32/3, of a uniform one 16/9
    expect(Math.abs(moment(weights, 4) / variance ** 2 / kurtosis - 1)).toBeLessThan(5 * Math.sqrt(11 / n));
    if (bound !== undefined) {
      const largest = weights.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
      expect(largest).toBeLessThanOrEqual(bound);
      expect(largest).toBeGreaterThan(0.999 * bound);
    }
    expect(biases).toHaveLength(outputs);
    expect(Math.abs(moment(biases, 2) - biasVariance)).toBeLessThan(5 * biasVariance * Math.sqrt(2 / outputs) + 1e-300);
  });

  test('equal paths give equal bits, others others', () => {
    expect(sampled(initialiser, 5, 4)).toEqual(sampled(initialiser, 5, 4));
    expect(sampled(initialiser, 5, 4, 2)).not.toEqual(sampled(initialiser, 5, 4));
  });
});

describe('orthogonal', () => {
  test('declares no variances: its weights depend on each other', () => {
    expect(orthogonal().variances).toBeUndefined();
  });

  test.each([
    [6, 6],
    [8, 5],
    [5, 8],
    [1, 4],
  ])('%d inputs, %d outputs: all singular values are the gain', (inputs, outputs) => {
    const gain = 1.5;
    const { weights, biases } = sampled(orthogonal({ gain }), inputs, outputs);
    const [count, length] = [Math.min(inputs, outputs), Math.max(inputs, outputs)];
    const entry = (k: number, i: number) => (outputs <= inputs ? weights[k * inputs + i]! : weights[i * inputs + k]!);
    for (let a = 0; a < count; a++) {
      for (let b = 0; b < count; b++) {
        let product = 0;
        for (let i = 0; i < length; i++) product += entry(a, i) * entry(b, i);
        expect(Math.abs(product - (a === b ? gain ** 2 : 0))).toBeLessThan(1e-14);
      }
    }
    expect(biases.every((bias) => bias === 0)).toBe(true);
  });

  test('has no preferred direction: entries have mean 0 and variance 1/n', () => {
    const entries = Float64Array.from({ length: 2000 }, (_, seed) => sampled(orthogonal(), 4, 4, seed).weights[5]!);
    expect(Math.abs(moment(entries, 1))).toBeLessThan(5 * Math.sqrt(1 / 4 / 2000));
    // the square of an entry of a random direction in four dimensions has the variance 1/4 (3/6 - 1/4) = 1/16
    expect(Math.abs(moment(entries, 2) - 1 / 4)).toBeLessThan(5 * Math.sqrt(1 / 16 / 2000));
  });
});

describe('initial parameters of a model', () => {
  test("are PyTorch's unless it says otherwise, layer by layer from children of the path", () => {
    const model = mlp({ widths: [3, 4, 2] });
    expect(initialParameters(model, Rng.root(1))).toEqual(pytorchDefault(model, Rng.root(1)));
    const first = sampled(pytorch(), 3, 4);
    const { weights } = pytorch().sample(place(3, 4), Rng.root(1).split(0));
    expect(weights).not.toEqual(first.weights);
    expect(initialParameters(model, Rng.root(1)).subarray(0, 12)).toEqual(weights);
  });

  test('are scaled where the parametrisation says so', () => {
    const options = { widths: [3, 16, 2], initialise: pytorch() };
    const [plain, scaled] = [mlp(options), mlp({ ...options, parametrisation: muP({ baseWidth: 4 }) })];
    const [a, b] = [plain, scaled].map((model) => initialParameters(model, Rng.root(1)));
    const { weights, biases } = layersOf(plain.widths)[1]!;
    // r = 16/4: the last weights by its root, the biases as they were
    for (let i = 0; i < a!.length; i++) expect(b![i]).toBe(i >= weights && i < biases ? a![i]! / 2 : a![i]!);
  });

  test('of an initialiser that draws too little are refused', () => {
    const short: Initialiser = {
      name: 'short',
      sample: () => ({ weights: new Float64Array(1), biases: new Float64Array(1) }),
    };
    expect(() => initialParameters(mlp({ widths: [3, 2], initialise: short }), Rng.root(1))).toThrow(
      /^initialiser "short": a layer of 3 inputs and 2 outputs has 6 weights and 2 biases, got 1 and 1; /,
    );
  });

  test.each<[string, () => unknown]>([
    ['a negative cw', () => normal({ cw: -1 })],
    ['a gain of 0', () => orthogonal({ gain: 0 })],
    ['an unknown option', () => he({ unifrom: true } as never)],
    ['a negative gain', () => xavier({ gain: -1 })],
  ])('%s is refused', (_, make) => {
    expect(make).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });
});
