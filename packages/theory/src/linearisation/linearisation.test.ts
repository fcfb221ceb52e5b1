/**
 * Linearised networks, their training in closed form, and the Taylor terms beyond: against NumPy's figures, and by the
 * properties that they have.
 */
import { readFileSync } from 'node:fs';
import { fc, test as property } from '@fast-check/jest';
import { Rng } from '@tangentlab/core';
import { integrate, lossGradient, type Mlp, mlp, ntk, predict, pytorchDefault, standard } from '@tangentlab/nn';
import {
  ACTIVATIONS,
  type ActivationName,
  type DenseMatrix,
  defineActivation,
  referenceLinearAlgebra as linearAlgebra,
  mse,
  oneHot,
  softmaxCrossEntropy,
} from '@tangentlab/tensor';
import {
  activationSeries,
  hvp,
  jacobian,
  jvp,
  layerTangents,
  linearDynamics,
  linearize,
  tangentKernel,
  taylorTerms,
  vjp,
} from '@tangentlab/theory';

interface FixedNet {
  readonly act: string;
  readonly param: 'standard' | 'ntk';
  readonly dims: number[];
  readonly X: number[][];
  readonly Y: number[][];
  readonly labels: number[];
  readonly theta: number[];
  readonly NTK: number[][];
  readonly v: number[];
  readonly Jv: number[];
  readonly u: number[];
  readonly JTu: number[];
  readonly dtheta: number[];
  readonly Z: number[];
  readonly Zlin: number[];
  readonly quad: number[];
  readonly mse: { readonly loss: number; readonly grad: number[]; readonly hvp: number[] };
  readonly ce: { readonly loss: number; readonly grad: number[]; readonly hvp: number[] };
  readonly lin_flow: { readonly t: number; readonly Z: number[] }[];
  readonly lin_gd: { readonly eta: number; readonly steps: { readonly k: number; readonly Z: number[] }[] };
}
const NETS = JSON.parse(readFileSync(new URL('../../fixtures/fixed_nets.json', import.meta.url), 'utf8')) as FixedNet[];

const norm = (v: ArrayLike<number>) => Math.sqrt(Array.from(v).reduce((sum, value) => sum + value * value, 0));
const distance = (a: ArrayLike<number>, b: ArrayLike<number>) => norm(Array.from(a, (value, i) => value - b[i]!));
const close = (a: ArrayLike<number>, b: ArrayLike<number>, tolerance: number) =>
  expect(distance(a, b)).toBeLessThanOrEqual(tolerance * (1 + norm(b)));
const numbers = (values: readonly number[]) => Float64Array.from(values);

describe.each(NETS)('a fixed $act network of widths $dims', (net) => {
  const activation = (net.act === 'gelu_exact' ? 'gelu' : net.act) as ActivationName;
  const parametrisation = net.param === 'ntk' ? ntk({ cw: 1, cb: 1 }) : standard();
  const model = mlp({ widths: net.dims, activation, parametrisation });
  const [theta, x, n, k] = [numbers(net.theta), numbers(net.X.flat()), net.X.length, net.dims.at(-1)!];
  const targets = numbers(net.Y.flat());
  const table = { x, samples: n, features: net.dims[0]!, outputs: k };

  test("has NumPy's products and kernel", async () => {
    close(jvp(model, theta, x, n, numbers(net.v)), net.Jv, 1e-13);
    close(vjp(model, theta, x, n, numbers(net.u)), net.JTu, 1e-13);
    const kernel = await tangentKernel(layerTangents(model, theta, x, n), k, linearAlgebra);
    close(kernel.values, net.NTK.flat(), 1e-12);
  });

  test("has NumPy's gradients and Hessian products, of squares and of cross-entropy", () => {
    const squares = { ...table, targets };
    const found = lossGradient(model, theta, squares, mse());
    // there 1/(2 n) of the sum of squares, here 1/(n k)
    const scale = k / 2;
    expect(scale * found.loss).toBeCloseTo(net.mse.loss, 13);
    close(
      found.gradient.map((value) => scale * value),
      net.mse.grad,
      1e-12,
    );
    const product = hvp(model, theta, squares, mse(), numbers(net.v)).map((value) => scale * value);
    close(product, net.mse.hvp, net.act === 'relu' ? 1e-9 : 1e-11);
    if (k === 1) return; // a single logit has no cross-entropy but 0
    const classes = { ...table, targets: oneHot(Int32Array.from(net.labels), k) };
    close(lossGradient(model, theta, classes, softmaxCrossEntropy()).gradient, net.ce.grad, 1e-12);
    close(hvp(model, theta, classes, softmaxCrossEntropy(), numbers(net.v)), net.ce.hvp, 1e-11);
  });

  test("has NumPy's linearisation, and the term beyond", () => {
    const step = numbers(net.dtheta);
    close(linearize(model, theta, x, n)(theta.map((value, i) => value + step[i]!)), net.Zlin, 1e-13);
    const [zero, one, two] = taylorTerms(model, theta, x, n, step, 2);
    expect(zero).toEqual(predict(model, theta, x, n));
    close(
      one!.map((value, i) => value + zero![i]!),
      net.Zlin,
      1e-13,
    );
    // the second derivative along the step, which is twice the term
    close(
      two!.map((value) => 2 * value),
      net.quad,
      1e-7,
    );
  });

  test("has NumPy's training of the linearised network: flow and descent", async () => {
    const kernel = await tangentKernel(layerTangents(model, theta, x, n), k, linearAlgebra);
    const dynamics = await linearDynamics(kernel, predict(model, theta, x, n), targets, n, { linearAlgebra });
    for (const { t, Z } of net.lin_flow) close(dynamics.flow(t), Z, 1e-10);
    for (const { k: steps, Z } of net.lin_gd.steps) close(dynamics.descend(net.lin_gd.eta, steps), Z, 1e-10);
  });
});

const smooth = fc.constantFrom<ActivationName>('tanh', 'sigmoid', 'softplus', 'sine', 'erf', 'gelu', 'identity');
const recipe = fc.record({
  features: fc.integer({ min: 1, max: 4 }),
  hidden: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 3 }),
  outputs: fc.integer({ min: 1, max: 3 }),
  n: fc.integer({ min: 1, max: 5 }),
  seed: fc.nat(10_000),
  activation: smooth,
});
type Recipe = typeof recipe extends fc.Arbitrary<infer T> ? T : never;

function caseOf({ features, hidden, outputs, n, seed, activation }: Recipe) {
  const model = mlp({ widths: [features, ...hidden, outputs], activation });
  const rng = Rng.root(seed);
  const noise = (name: string, length: number) => {
    const uniform = rng.split(name).stream();
    return Float64Array.from({ length }, () => 2 * uniform() - 1);
  };
  const theta = pytorchDefault(model, rng.split('theta'));
  return {
    model,
    theta,
    x: noise('x', n * features),
    n,
    step: noise('step', theta.length),
    y: noise('y', n * outputs),
  };
}

property.prop([recipe], { numRuns: 60 })('Taylor terms are the derivatives along the step', (drawn) => {
  const { model, theta, x, n, step } = caseOf(drawn);
  const terms = taylorTerms(model, theta, x, n, step, 6);
  // with seven terms the remainder at s = 0.02 is of the order 0.02^7
  const s = 0.02;
  const moved = predict(
    model,
    theta.map((value, i) => value + s * step[i]!),
    x,
    n,
  );
  const sum = moved.map((_, i) => terms.reduce((total, term, j) => total + term[i]! * s ** j, 0));
  const remainder = 1e3 * s ** 7 * (1 + norm(terms[6]!)) + 1e-13 * (1 + norm(moved));
  expect(distance(sum, moved)).toBeLessThanOrEqual(remainder);
});

test('each order takes a power of the step off the remainder', () => {
  const { model, theta, x, n, step } = caseOf({
    features: 3,
    hidden: [6, 5],
    outputs: 2,
    n: 4,
    seed: 3,
    activation: 'tanh',
  });
  const remainder = (order: number, s: number) => {
    const terms = taylorTerms(model, theta, x, n, step, order);
    const moved = predict(
      model,
      theta.map((value, i) => value + s * step[i]!),
      x,
      n,
    );
    return distance(
      moved,
      moved.map((_, i) => terms.reduce((total, term, j) => total + term[i]! * s ** j, 0)),
    );
  };
  for (const order of [1, 2, 3]) {
    const slope = Math.log10(remainder(order, 0.1) / remainder(order, 0.01));
    expect(Math.abs(slope - (order + 1))).toBeLessThan(0.2);
  }
});

test('a ReLU network is a polynomial of degree L + 1 while no sign changes', () => {
  const model = mlp({ widths: [2, 5, 4, 1] });
  const theta = pytorchDefault(model, Rng.root(7));
  const x = Float64Array.of(0.7, -0.4);
  const step = theta.map((value) => 1e-3 * value); // along theta no sign changes
  const terms = taylorTerms(model, theta, x, 1, step, 5);
  const moved = predict(
    model,
    theta.map((value, i) => value + step[i]!),
    x,
    1,
  );
  expect(Math.abs(terms.slice(0, 4).reduce((sum, [z]) => sum + z!, 0) - moved[0]!)).toBeLessThan(1e-15);
  expect([terms[4]![0], terms[5]![0]]).toEqual([0, 0]);
});

test.each(Object.values(ACTIVATIONS).map((activation) => [activation.name, activation] as const))(
  'the series of %s has its derivatives',
  (_, activation) => {
    for (const z0 of [-1.3, 0.4, 2.1]) {
      const series = activationSeries(activation, Float64Array.of(z0, 1, 0));
      expect(series[0]).toBe(activation.value(z0));
      expect(series[1]).toBeCloseTo(activation.derivative(z0), 13);
      expect(series[2]).toBeCloseTo(activation.secondDerivative!(z0) / 2, 13);
    }
  },
);

test('orders that nobody knows are refused', () => {
  const own = defineActivation({ name: 'mine', value: Math.tanh, derivative: (z) => 1 - Math.tanh(z) ** 2 });
  const model = mlp({ widths: [1, 2, 1], activation: own });
  const theta = pytorchDefault(model, Rng.root(1));
  const terms = (order: number) => taylorTerms(model, theta, Float64Array.of(1), 1, theta, order);
  expect(terms(1)).toHaveLength(2);
  expect(() => terms(2)).toThrow('the derivatives of mine up to that order are needed');
  expect(() => terms(-1)).toThrow('an order of 0, 1, 2');
});

async function dynamicsOf({
  model,
  theta,
  x,
  n,
  y,
}: {
  model: Mlp;
  theta: Float64Array;
  x: Float64Array;
  n: number;
  y: Float64Array;
}) {
  const kernel = await tangentKernel(layerTangents(model, theta, x, n), model.widths.at(-1)!, linearAlgebra);
  return { kernel, dynamics: await linearDynamics(kernel, predict(model, theta, x, n), y, n, { linearAlgebra }) };
}

property.prop([recipe, fc.double({ min: 0.1, max: 5, noNaN: true })], { numRuns: 40 })(
  'the closed form is what an integrator comes to, a semigroup, and lowers the loss',
  async (drawn, time) => {
    const given = caseOf(drawn);
    const { kernel, dynamics } = await dynamicsOf(given);
    const { n, y } = given;
    const slope = (z: Float64Array) => {
      const rest = z.map((value, i) => (value - y[i]!) / n);
      return z.map((_, i) => -rest.reduce((sum, value, j) => sum + kernel.values[i * kernel.cols + j]! * value, 0));
    };
    const start = predict(given.model, given.theta, given.x, n);
    const { y: integrated } = await integrate(slope, { y: start }, { time, tolerance: 1e-11 });
    close(dynamics.flow(time), integrated, 1e-8);
    const half = await linearDynamics(kernel, dynamics.flow(time / 2), y, n, { linearAlgebra });
    close(half.flow(time / 2), dynamics.flow(time), 1e-10);
    expect(dynamics.loss(time)).toBeLessThanOrEqual(dynamics.loss(time / 2) + 1e-15);
    // small steps of descent follow the flow
    close(dynamics.descend(time / 4000, 4000), dynamics.flow(time), 1e-2);
  },
);

property.prop([recipe], { numRuns: 40 })(
  'descent converges below the largest learning rate, and not above',
  async (drawn) => {
    const { dynamics } = await dynamicsOf(caseOf(drawn));
    const { maxLearningRate } = dynamics;
    fc.pre(Number.isFinite(maxLearningRate));
    const after = (rate: number) => norm(dynamics.descend(rate * maxLearningRate, 4000));
    expect(after(0.99)).toBeLessThan(1e3);
    expect(after(1.05)).toBeGreaterThan(after(0.99));
  },
);

test('other samples move with the ones that are trained', async () => {
  const given = caseOf({ features: 3, hidden: [40], outputs: 1, n: 5, seed: 5, activation: 'tanh' });
  const { model, theta, x, n, y } = given;
  const { dynamics } = await dynamicsOf(given);
  // on the training samples themselves it is the flow
  const kernel = await tangentKernel(layerTangents(model, theta, x, n), 1, linearAlgebra);
  const start = predict(model, theta, x, n);
  close(dynamics.flowElsewhere(0.7, kernel, start), dynamics.flow(0.7), 1e-12);
  // elsewhere it is the linearised network itself, trained in its parameters
  const others = Float64Array.from({ length: 6 }, (_, i) => Math.cos(i));
  const [jTrain, jOther] = [jacobian(model, theta, x, n), jacobian(model, theta, others, 2)];
  const cross = linearAlgebra.gemm(jOther, jTrain, { transB: true });
  let moved = new Float64Array(theta.length);
  const rate = 0.001;
  for (let i = 0; i < 700; i++) {
    const rest = start.map((value, r) => value + dotRow(jTrain, r, moved) - y[r]!);
    const next = moved.slice();
    for (let r = 0; r < n; r++)
      for (let c = 0; c < next.length; c++) next[c]! -= (rate / n) * rest[r]! * jTrain.values[r * jTrain.cols + c]!;
    moved = next;
  }
  const want = predict(model, theta, others, 2).map((value, r) => value + dotRow(jOther, r, moved));
  close(dynamics.flowElsewhere(0.7, cross, predict(model, theta, others, 2)), want, 1e-3);
});

function dotRow(a: DenseMatrix, row: number, v: Float64Array): number {
  return v.reduce((sum, value, c) => sum + value * a.values[row * a.cols + c]!, 0);
}

test('a kernel that does not determine everything leaves the rest where it is', async () => {
  const theta: DenseMatrix = { rows: 2, cols: 2, values: Float64Array.of(1, 1, 1, 1) };
  const dynamics = await linearDynamics(theta, Float64Array.of(1, 0), Float64Array.of(0, 0), 2, { linearAlgebra });
  close(dynamics.flow(Number.POSITIVE_INFINITY), [0.5, -0.5], 1e-14);
  close(dynamics.flow(0), [1, 0], 1e-15);
  expect(dynamics.maxLearningRate).toBeCloseTo(2, 12);
});

test('what makes no sense is refused', async () => {
  const theta: DenseMatrix = { rows: 2, cols: 2, values: Float64Array.of(1, 2, 2, 1) };
  const two = Float64Array.of(0, 0);
  await expect(linearDynamics(theta, two, two, 2, { linearAlgebra })).rejects.toThrow('without negative eigenvalues');
  const good = { ...theta, values: Float64Array.of(2, 0, 0, 1) };
  await expect(linearDynamics(good, Float64Array.of(1), two, 2, { linearAlgebra })).rejects.toThrow(
    '2 outputs and targets',
  );
  const dynamics = await linearDynamics(good, two, two, 2, { linearAlgebra });
  expect(() => dynamics.flow(-1)).toThrow('a time of at least 0');
  expect(() => dynamics.flowElsewhere(1, good, Float64Array.of(1))).toThrow('a kernel of 1 x 2');
});
