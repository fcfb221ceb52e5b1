/**
 * Derivatives by three routes that must agree - the dense Jacobian, forward mode, reverse mode -, and curvature against
 * finite differences and against its own definition.
 */
import { fc, test as property } from '@fast-check/jest';
import { Rng } from '@tangentlab/core';
import { lossGradient, type Mlp, mlp, ntk, pytorchDefault } from '@tangentlab/nn';
import {
  type Activation,
  type ActivationName,
  defineActivation,
  defineLoss,
  hinge,
  huber,
  type LossSpec,
  mse,
  type RegressionTable,
  softmaxCrossEntropy,
} from '@tangentlab/tensor';
import {
  forwardTangent,
  gaussNewtonProduct,
  hvp,
  jacobian,
  jvp,
  layerBlock,
  layerTangents,
  outputCurvature,
  vjp,
} from '@tangentlab/theory';

const softsign = defineActivation({
  name: 'softsign',
  value: (z) => z / (1 + Math.abs(z)),
  derivative: (z) => 1 / (1 + Math.abs(z)) ** 2,
});
const logCosh = defineLoss({
  name: 'log-cosh',
  targets: 'values',
  value: (z, t) => z.reduce((sum, value, j) => sum + Math.log(Math.cosh(value - t[j]!)), 0),
  gradient: (z, t, out) => out.set(z.map((value, j) => Math.tanh(value - t[j]!))),
});

const smooth: readonly ActivationName[] = ['tanh', 'erf', 'gelu', 'softplus', 'sigmoid', 'sine', 'identity'];
const shape = {
  features: fc.integer({ min: 1, max: 5 }),
  hidden: fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 3 }),
  outputs: fc.integer({ min: 1, max: 3 }),
  n: fc.integer({ min: 1, max: 6 }),
  seed: fc.nat(10_000),
  scaled: fc.boolean(),
};
const network = fc.record({ ...shape, activation: fc.constantFrom<ActivationName | Activation>(...smooth, softsign) });
const anyNetwork = fc.record({
  ...shape,
  activation: fc.constantFrom<ActivationName | Activation>(...smooth, softsign, 'relu', 'leakyRelu'),
});
const loss = fc.constantFrom<LossSpec>(softmaxCrossEntropy(), mse(), logCosh);

interface Case {
  readonly model: Mlp;
  readonly theta: Float64Array;
  readonly table: RegressionTable;
  /** Directions in parameters and in outputs. */
  readonly v: Float64Array;
  readonly w: Float64Array;
  readonly u: Float64Array;
}

type Recipe = typeof anyNetwork extends fc.Arbitrary<infer T> ? T : never;

function caseOf({ features, hidden, outputs, n, seed, scaled, activation }: Recipe): Case {
  const parametrisation = scaled ? { parametrisation: ntk({ cw: 1.5, cb: 0.2 }) } : {};
  const model = mlp({ widths: [features, ...hidden, outputs], activation, ...parametrisation });
  const rng = Rng.root(seed);
  const noise = (name: string, length: number) => {
    const uniform = rng.split(name).stream();
    return Float64Array.from({ length }, () => 2 * uniform() - 1);
  };
  const raw = noise('targets', n * outputs).map(Math.abs);
  // rows that sum to 1 serve every loss
  const targets = raw.map((value, at) => {
    const row = Math.floor(at / outputs) * outputs;
    return value / raw.subarray(row, row + outputs).reduce((a, b) => a + b, 0);
  });
  return {
    model,
    theta: scaled ? noise('theta', model.parameterCount) : pytorchDefault(model, rng.split('theta')),
    table: { x: noise('x', n * features), targets, samples: n, features, outputs },
    v: noise('v', model.parameterCount),
    w: noise('w', model.parameterCount),
    u: noise('u', n * outputs),
  };
}

const inner = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
const norm = (a: Float64Array) => Math.sqrt(inner(a, a));
const distance = (a: Float64Array, b: Float64Array) => norm(a.map((value, i) => value - b[i]!));
const moved = (theta: Float64Array, v: Float64Array, by: number) => theta.map((value, i) => value + by * v[i]!);

property.prop([anyNetwork], { numRuns: 200 })(
  "forward mode, reverse mode and J agree, and <J v, u> = <v, J' u>",
  (recipe) => {
    const { model, theta, table, v, u } = caseOf(recipe);
    const { x, samples: n } = table;
    const j = jacobian(model, theta, x, n);
    const row = (r: number) => j.values.subarray(r * j.cols, (r + 1) * j.cols);
    const dense = Float64Array.from({ length: j.rows }, (_, r) => inner(row(r), v));
    const transposed = new Float64Array(j.cols);
    for (let r = 0; r < j.rows; r++) for (let c = 0; c < j.cols; c++) transposed[c]! += u[r]! * row(r)[c]!;
    const [forward, reverse] = [jvp(model, theta, x, n, v), vjp(model, theta, x, n, u)];
    const size = norm(j.values);
    expect(distance(forward, dense)).toBeLessThanOrEqual(1e-12 * size * norm(v));
    expect(distance(reverse, transposed)).toBeLessThanOrEqual(1e-12 * size * norm(u));
    expect(Math.abs(inner(forward, u) - inner(v, reverse))).toBeLessThanOrEqual(1e-12 * size * norm(v) * norm(u));
  },
);

test('the routes are told apart: a transposed weight changes one of them', () => {
  const { model, theta, table, v } = caseOf({
    features: 3,
    hidden: [3],
    outputs: 2,
    n: 3,
    seed: 1,
    scaled: false,
    activation: 'tanh',
  });
  const other = theta.slice();
  [other[1], other[3]] = [theta[3]!, theta[1]!];
  const [one, two] = [jvp(model, theta, table.x, 3, v), jvp(model, other, table.x, 3, v)];
  expect(distance(one, two)).toBeGreaterThan(1e-3);
});

property.prop([anyNetwork], { numRuns: 100 })('blocks of layers make the Jacobian', (recipe) => {
  const { model, theta, table } = caseOf(recipe);
  const j = jacobian(model, theta, table.x, table.samples);
  const blocks = layerTangents(model, theta, table.x, table.samples).map(layerBlock);
  expect(blocks.reduce((sum, { cols }) => sum + cols, 0)).toBe(j.cols);
  for (let r = 0; r < j.rows; r++) {
    const row = blocks.flatMap(({ values, cols }) => Array.from(values.subarray(r * cols, (r + 1) * cols)));
    expect(row).toEqual(Array.from(j.values.subarray(r * j.cols, (r + 1) * j.cols)));
  }
});

property.prop([network, loss], { numRuns: 150 })(
  'H v is the change of the gradient, and H is symmetric',
  (recipe, given) => {
    const { model, theta, table, v, w } = caseOf(recipe);
    const gradientAt = (by: number) => lossGradient(model, moved(theta, v, by), table, given).gradient;
    const step = 1e-5;
    const [up, down] = [gradientAt(step), gradientAt(-step)];
    const difference = up.map((value, i) => (value - down[i]!) / (2 * step));
    const [hv, hw] = [hvp(model, theta, table, given, v), hvp(model, theta, table, given, w)];
    // truncation step^2 |H''|, rounding eps |g| / step; softsign bends at 0, where its second derivative jumps
    const kinked = model.activation.name === 'softsign';
    if (!kinked) expect(distance(hv, difference)).toBeLessThanOrEqual(1e-6 * (1 + norm(hv)));
    const symmetric = kinked || given === logCosh ? 1e-7 : 1e-10;
    expect(Math.abs(inner(hv, w) - inner(v, hw))).toBeLessThanOrEqual(symmetric * (1 + norm(hv) * norm(w)));
  },
);

property.prop([network, loss], { numRuns: 150 })("G v is J' H J v, symmetric and never negative", (recipe, given) => {
  const { model, theta, table, v, w } = caseOf(recipe);
  const { x, samples: n, targets, outputs } = table;
  const gv = gaussNewtonProduct(model, theta, table, given, v);
  const jv = jvp(model, theta, x, n, v);
  const z = jvpOutputs(model, theta, x, n);
  const curvature = outputCurvature(given);
  const bent = new Float64Array(jv.length);
  for (let i = 0; i < n; i++) {
    const row = (values: Float64Array) => values.subarray(i * outputs, (i + 1) * outputs);
    curvature(row(z), row(targets), row(jv), row(bent));
  }
  const want = vjp(
    model,
    theta,
    x,
    n,
    bent.map((value) => value / n),
  );
  expect(distance(gv, want)).toBeLessThanOrEqual(1e-12 * (1 + norm(want)));
  const gw = gaussNewtonProduct(model, theta, table, given, w);
  expect(Math.abs(inner(gv, w) - inner(v, gw))).toBeLessThanOrEqual(1e-8 * (1 + norm(gv) * norm(w)));
  expect(inner(gv, v)).toBeGreaterThanOrEqual(-1e-8 * (1 + norm(gv) * norm(v)));
});

/** The outputs. */
function jvpOutputs(model: Mlp, theta: Float64Array, x: Float64Array, n: number): Float64Array {
  const { pass } = forwardTangent(model, theta, x, n, new Float64Array(theta.length));
  return pass.preActivations.at(-1)!;
}

test('a linear network with squares: H is G, whatever the parameters of the last layer', () => {
  const { model, theta, table, v } = caseOf({
    features: 3,
    hidden: [],
    outputs: 2,
    n: 4,
    seed: 2,
    scaled: false,
    activation: 'tanh',
  });
  const [h, g] = [hvp(model, theta, table, mse(), v), gaussNewtonProduct(model, theta, table, mse(), v)];
  expect(distance(h, g)).toBeLessThan(1e-15 * (1 + norm(h)));
  // a network with a hidden layer has more curvature than that
  const deep = caseOf({ features: 3, hidden: [4], outputs: 2, n: 4, seed: 2, scaled: false, activation: 'tanh' });
  const [hd, gd] = [hvp, gaussNewtonProduct].map((of) => of(deep.model, deep.theta, deep.table, mse(), deep.v));
  expect(distance(hd!, gd!)).toBeGreaterThan(1e-3);
});

test('losses with kinks: Huber beyond its width and hinge have no curvature', () => {
  const out = new Float64Array(2);
  const [z, t, v] = [Float64Array.of(0.2, 3), Float64Array.of(0, 0), Float64Array.of(1, 1)];
  outputCurvature(huber({ delta: 1 }))(z, t, v, out);
  expect([...out]).toEqual([0.5, 0]);
  outputCurvature(hinge())(z, t, v, out);
  expect([...out]).toEqual([0, 0]);
});

test('lengths that do not fit are refused', () => {
  const { model, theta, table, v } = caseOf({
    features: 3,
    hidden: [4],
    outputs: 2,
    n: 4,
    seed: 2,
    scaled: false,
    activation: 'tanh',
  });
  const short = v.subarray(1);
  expect(() => jvp(model, theta, table.x, 4, short)).toThrow('parameter');
  expect(() => vjp(model, theta, table.x, 4, short.subarray(0, 3))).toThrow('output of every sample');
  expect(() => hvp(model, theta, { ...table, outputs: 3 }, mse(), v)).toThrow('hvp');
  expect(() => gaussNewtonProduct(model, theta, { ...table, outputs: 3 }, mse(), v)).toThrow('gaussNewtonProduct');
});
