import { readFileSync } from 'node:fs';
import { isTangentError, Rng } from '@tangentlab/core';
import { classificationMetrics, layersOf, mlp, predict, pytorchDefault } from '@tangentlab/nn';
import { ACTIVATIONS, type ActivationName, defineActivation } from '@tangentlab/tensor';

interface FixedNet {
  readonly act: ActivationName;
  readonly dims: number[];
  readonly X: number[][];
  readonly theta: number[];
  readonly Z: number[];
  readonly labels: number[];
  readonly ce: number;
}
const NETS = JSON.parse(readFileSync(new URL('../../fixtures/fixed_nets.json', import.meta.url), 'utf8')) as FixedNet[];

const thrownBy = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
};
const codeOf = (act: () => unknown) => {
  const error = thrownBy(act);
  return isTangentError(error) ? error.code : error;
};

describe('mlp', () => {
  test('is an immutable description with its parameter count', () => {
    const model = mlp({ widths: [20, 64, 2], dropout: 0.3 });
    expect(model).toMatchObject({ kind: 'mlp', widths: [20, 64, 2], dropout: [0.3], parameterCount: 1474 });
    expect(model).toMatchObject({ parametrisation: 'standard', initialiser: { name: 'pytorch' } });
    expect(model.activation).toBe(ACTIVATIONS.relu);
    for (const part of [model, model.widths, model.dropout, model.layers]) expect(Object.isFrozen(part)).toBe(true);
  });

  test('takes activations by name, by their usual other name, and of the user', () => {
    const softsign = defineActivation({
      name: 'softsign',
      value: (z) => z / (1 + Math.abs(z)),
      derivative: (z) => 1 / (1 + Math.abs(z)) ** 2,
    });
    expect(mlp({ widths: [1, 1], activation: 'gelu' }).activation).toBe(ACTIVATIONS.gelu);
    expect(mlp({ widths: [1, 1], activation: 'linear' }).activation).toBe(ACTIVATIONS.identity);
    expect(mlp({ widths: [1, 1], activation: softsign }).activation).toBe(softsign);
    // @ts-expect-error a typo
    expect(() => mlp({ widths: [1, 1], activation: 'swosh' })).toThrow(/activation: must be one of .*erf, gelu, /);
  });

  test('takes a rate of dropout for every hidden layer, or for each', () => {
    expect(mlp({ widths: [3, 4, 5, 2], dropout: 0.2 }).dropout).toEqual([0.2, 0.2]);
    expect(mlp({ widths: [3, 4, 5, 2], dropout: [0.2, 0] }).dropout).toEqual([0.2, 0]);
    expect(mlp({ widths: [3, 2], dropout: 0.2 }).dropout).toEqual([]);
  });

  test.each([
    ['a width of 0', { widths: [20, 0, 2] }],
    ['a width of 2.5', { widths: [20, 2.5, 2] }],
    ['one width', { widths: [20] }],
    ['a dropout of 1', { widths: [2, 2], dropout: 1 }],
    ['a negative dropout', { widths: [2, 2], dropout: -0.1 }],
    ['a list of dropouts that is too long', { widths: [2, 3, 2], dropout: [0.1, 0.1] }],
    ['an initialiser that is none', { widths: [2, 2], initialise: 'he' }],
    ['a parametrisation that is none', { widths: [2, 2], parametrisation: 'ntk' }],
    ['an unknown activation', { widths: [2, 2], activation: 'swoosh' }],
    ['an unknown option', { widths: [2, 2], depth: 3 }],
  ])('refuses %s', (_, options) => {
    expect(codeOf(() => mlp(options as never))).toBe('CONFIG_INVALID');
    expect((thrownBy(() => mlp(options as never)) as Error).message).toMatch(
      /^mlp: valid options are needed \(.+\), got .+; correct the named options\.$/,
    );
  });
});

describe('parameters', () => {
  test('layers stand one after the other: weights, then biases', () => {
    expect(layersOf([3, 4, 2])).toEqual([
      { inputs: 3, outputs: 4, weights: 0, biases: 12, end: 16 },
      { inputs: 4, outputs: 2, weights: 16, biases: 24, end: 26 },
    ]);
  });

  test("PyTorch's default: uniform in +-1/sqrt(inputs), variance 1/(3 inputs)", () => {
    const model = mlp({ widths: [25, 400, 100] });
    const theta = pytorchDefault(model, Rng.root(1));
    for (const { inputs, weights, end } of layersOf(model.widths)) {
      const layer = theta.subarray(weights, end);
      const bound = 1 / Math.sqrt(inputs);
      expect(layer.every((value) => Math.abs(value) <= bound)).toBe(true);
      const n = layer.length;
      const second = layer.reduce((sum, value) => sum + value * value, 0) / n;
      // x^2 of a uniform +-b has mean b^2/3 and variance 4 b^4/45; five standard errors
      expect(Math.abs(second - bound ** 2 / 3)).toBeLessThan(5 * bound ** 2 * Math.sqrt(4 / 45 / n));
      // and five of the mean, whose variance is b^2/3
      expect(Math.abs(layer.reduce((a, b) => a + b, 0) / n)).toBeLessThan(5 * bound * Math.sqrt(1 / 3 / n));
      // a normal initialiser of the same variance would leave the range: 8 % of its values lie beyond sqrt(3) sigma
    }
    expect(pytorchDefault(model, Rng.root(1))).toEqual(theta);
    expect(pytorchDefault(model, Rng.root(2))).not.toEqual(theta);
  });
});

describe.each(NETS)('a fixed $act network of widths $dims', ({ act, dims, X, theta, Z, labels, ce }) => {
  const model = mlp({ widths: dims, activation: act });
  const x = Float64Array.from(X.flat());
  const z = predict(model, Float64Array.from(theta), x, X.length);

  test("has NumPy's logits", () => {
    const worst = Math.max(...Z.map((value, i) => Math.abs(value - z[i]!)));
    expect(worst).toBeLessThan(1e-13);
  });

  test("has NumPy's cross-entropy", () => {
    const { loss } = classificationMetrics(z, Int32Array.from(labels), dims.at(-1)!);
    expect(Math.abs(loss - ce)).toBeLessThan(1e-13);
  });

  test('refuses parameters of another model and inputs of another width', () => {
    expect(codeOf(() => predict(model, new Float64Array(3), x, X.length))).toBe('SHAPE_MISMATCH');
    expect(codeOf(() => predict(model, Float64Array.from(theta), x, X.length + 1))).toBe('SHAPE_MISMATCH');
    for (const rows of [-1, 0.5, Number.NaN])
      expect(codeOf(() => predict(model, Float64Array.from(theta), new Float64Array(0), rows))).toBe('SHAPE_MISMATCH');
    expect(predict(model, Float64Array.from(theta), new Float64Array(0), 0)).toHaveLength(0);
  });
});

describe('classificationMetrics', () => {
  const logits = (rows: number[][]) => Float64Array.from(rows.flat());

  test('two classes: F1 of class 1', () => {
    // predictions 1 1 0 0 1 against 1 0 1 0 1: two hits, three predicted, three present
    const z = logits([
      [0, 1],
      [0, 1],
      [1, 0],
      [1, 0],
      [0, 1],
    ]);
    const { accuracy, f1 } = classificationMetrics(z, Int32Array.of(1, 0, 1, 0, 1), 2);
    expect(accuracy).toBe(3 / 5);
    expect(f1).toBeCloseTo(2 / 3, 15);
  });

  test('more classes: the unweighted mean over those that occur or are predicted', () => {
    const z = logits([
      [1, 0, 0],
      [1, 0, 0],
      [0, 1, 0],
    ]);
    const { f1 } = classificationMetrics(z, Int32Array.of(0, 1, 1), 3);
    expect(f1).toBeCloseTo((2 / 3 + 2 / 3) / 2, 15);
  });

  test('a row with NaN predicts nothing, and the loss says so', () => {
    const { loss, accuracy } = classificationMetrics(
      logits([
        [Number.NaN, 0],
        [0, 1],
      ]),
      Int32Array.of(0, 1),
      2,
    );
    expect([loss, accuracy]).toEqual([Number.NaN, 0.5]);
  });

  test('huge logits do not overflow', () => {
    const { loss } = classificationMetrics(
      logits([
        [1e4, -1e4],
        [1e4, -1e4],
      ]),
      Int32Array.of(0, 1),
      2,
    );
    expect(loss).toBe(1e4);
  });

  test('of equal logits the first counts', () => {
    expect(classificationMetrics(logits([[2, 2]]), Int32Array.of(0), 2).accuracy).toBe(1);
    expect(classificationMetrics(logits([[2, 2]]), Int32Array.of(1), 2).accuracy).toBe(0);
  });
});
