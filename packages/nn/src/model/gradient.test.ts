/**
 * Gradients against finite differences for every combination of activation, loss, regulariser and parametrisation: what
 * the matrix core is given to step along, and what the host computes.
 */
import { fc, test as property } from '@fast-check/jest';
import { Rng } from '@tangentlab/core';
import {
  composeTrainer,
  initialParameters,
  lossGradient,
  type Mlp,
  meanField,
  mlp,
  muP,
  ntk,
  type Parametrisation,
  predict,
  standard,
  targetsOf,
} from '@tangentlab/nn';
import {
  ACTIVATIONS,
  type ActivationName,
  hinge,
  huber,
  type LossSpec,
  lossOf,
  type Matrix,
  mse,
  ReferenceBackend,
  type RegressionTable,
  type Regulariser,
  softmaxCrossEntropy,
  type TrainerSpec,
} from '@tangentlab/tensor';

const ACTIVATION_NAMES = Object.keys(ACTIVATIONS) as ActivationName[];
const LOSSES: readonly LossSpec[] = [softmaxCrossEntropy(), mse(), huber({ delta: 0.5 }), hinge()];
const NONE: Regulariser = { l1: 0, l2: 0, biases: true, proximal: false };
const REGULARISERS: Readonly<Record<string, Regulariser>> = {
  none: NONE,
  L1: { ...NONE, l1: 0.03 },
  L2: { ...NONE, l2: 0.05 },
  'elastic net, weights only': { ...NONE, l1: 0.02, l2: 0.04, biases: false },
};
const PARAMETRISATIONS: readonly Parametrisation[] = [
  standard(),
  ntk({ cw: 1.5, cb: 0.2 }),
  meanField({ cb: 0.1 }),
  muP({ baseWidth: 2 }),
];

/** Four rows of classes, smoothed, or of real targets. */
function tableFor(loss: LossSpec, seed: number): RegressionTable {
  const uniform = Rng.root(seed).split('table').stream();
  const x = Float64Array.from({ length: 12 }, () => 4 * uniform() - 2);
  if (loss.targets === 'classes') {
    return targetsOf({ x, y: Int32Array.of(0, 1, 2, 1), samples: 4, features: 3, classes: 3 }, 0.1);
  }
  const targets = Float64Array.from({ length: 12 }, () => 4 * uniform() - 2);
  return { x, targets, samples: 4, features: 3, outputs: 3 };
}

/** A back end that notes the gradients that optimizers are given, in the order of the parameter vector. */
class Recording extends ReferenceBackend {
  readonly gradients: Promise<Float64Array>[] = [];
  override optimizerStep(...args: Parameters<ReferenceBackend['optimizerStep']>): void {
    this.gradients.push(this.read(args[1] as Matrix));
    super.optimizerStep(...args);
  }
}

interface Case {
  readonly model: Mlp;
  readonly theta: Float64Array;
  readonly table: RegressionTable;
  readonly loss: LossSpec;
  readonly regulariser: Regulariser;
}

function caseOf(
  activation: ActivationName,
  loss: LossSpec,
  regulariser: Regulariser,
  by: Parametrisation,
  seed: number,
) {
  const model = mlp({ widths: [3, 2, 2, 3], activation, parametrisation: by });
  const theta = initialParameters(model, Rng.root(seed));
  // biases that start at 0 would stand at the kink of |theta|
  const moved = theta.map((value, i) => value + 0.05 * (1 + Math.sin(i)));
  return { model, theta: moved, table: tableFor(loss, seed), loss, regulariser };
}

/** What the optimizer is given in the first step on all rows. */
async function steppedAlong({ model, theta, table, loss, regulariser }: Case): Promise<Float64Array> {
  const backend = new Recording();
  const spec: TrainerSpec = {
    widths: model.widths,
    layers: model.layers.map(({ weightScale, biasScale }) => ({ weightScale, biasScale, weightRate: 1, biasRate: 1 })),
    activation: model.activation,
    dropout: model.dropout,
    loss,
    optimizer: { name: 'sgd', momentum: 0, nesterov: false },
    regulariser,
    batchSize: table.samples,
    norms: false,
  };
  const trainer = composeTrainer(backend, spec, table, theta);
  await trainer.runEpoch(Int32Array.of(0, 1, 2, 3), 0, Float64Array.of(0.1));
  return Float64Array.from((await Promise.all(backend.gradients)).flatMap((gradient) => [...gradient]));
}

/** Which entries of theta are weights. */
function weightsOf({ widths }: Mlp): readonly boolean[] {
  return widths
    .slice(1)
    .flatMap((outputs, l) => [
      ...Array<boolean>(outputs * widths[l]!).fill(true),
      ...Array<boolean>(outputs).fill(false),
    ]);
}

/** The loss with its penalties, from its definition. */
function objective({ model, table, loss, regulariser }: Case, theta: Float64Array): number {
  const { l1, l2, biases } = regulariser;
  const isWeight = weightsOf(model);
  const penalty = theta.reduce((sum, value, i) => {
    return isWeight[i] || biases ? sum + l1 * Math.abs(value) + (l2 / 2) * value * value : sum;
  }, 0);
  const z = predict(model, theta, table.x, table.samples);
  const { value } = lossOf(loss);
  let total = 0;
  for (let i = 0; i < z.length; i += 3) total += value(z.subarray(i, i + 3), table.targets.subarray(i, i + 3));
  return total / table.samples + penalty;
}

/** Central differences; NaN where both sides disagree, at a kink of ReLU, of the hinge or of Huber. */
function differences(given: Case): Float64Array {
  const step = 1e-6;
  const { theta } = given;
  const here = objective(given, theta);
  return theta.map((value, i) => {
    const [up, down] = [step, -step].map((by) => (objective(given, theta.with(i, value + by)) - here) / by);
    return Math.abs(up! - down!) > 1e-3 ? Number.NaN : (up! + down!) / 2;
  });
}

/** Truncation 1e-12 |third derivative|, rounding 1e-16/1e-6 of losses of order 1. */
const TOLERANCE = 5e-8;

function expectClose(gradient: Float64Array, numeric: Float64Array): void {
  expect(gradient).toHaveLength(numeric.length);
  const errors = Array.from(numeric, (value, i) => Math.abs(gradient[i]! - value) / (1 + Math.abs(value)));
  const compared = errors.filter((error) => !Number.isNaN(error));
  expect(compared.length).toBeGreaterThan(0.8 * numeric.length);
  expect(Math.max(...compared)).toBeLessThan(TOLERANCE);
}

describe.each(ACTIVATION_NAMES)('%s', (activation) => {
  test.each(PARAMETRISATIONS.map((by) => [by.name, by] as const))(
    '%s, with every loss and regulariser',
    async (_, by) => {
      for (const [l, loss] of LOSSES.entries()) {
        for (const regulariser of Object.values(REGULARISERS)) {
          const given = caseOf(activation, loss, regulariser, by, 10 + l);
          const numeric = differences(given);
          expectClose(await steppedAlong(given), numeric);
          if (regulariser === NONE) {
            expectClose(lossGradient(given.model, given.theta, given.table, loss).gradient, numeric);
          }
        }
      }
    },
  );
});

property.prop(
  [
    fc.constantFrom(...ACTIVATION_NAMES),
    fc.constantFrom(...LOSSES),
    fc.constantFrom(...PARAMETRISATIONS),
    fc.nat(2 ** 30),
  ],
  { numRuns: 60 },
)('the host and the matrix core agree on every network', async (activation, loss, by, seed) => {
  const given = caseOf(activation, loss, NONE, by, seed);
  const { gradient } = lossGradient(given.model, given.theta, given.table, loss);
  const stepped = await steppedAlong(given);
  const size = gradient.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  // sums of a few dozen products, in another order
  for (const [i, value] of gradient.entries()) expect(Math.abs(stepped[i]! - value)).toBeLessThan(1e-14 * (1 + size));
});

test.each<[string, (given: Case) => Case]>([
  ['an L1 penalty of other strength', (c) => ({ ...c, regulariser: { ...c.regulariser, l1: 0.031 } })],
  ['penalties on biases, too', (c) => ({ ...c, regulariser: { ...c.regulariser, biases: true } })],
  ['another delta', (c) => ({ ...c, loss: huber({ delta: 0.51 }) })],
  ['the slope of another activation', (c) => ({ ...c, model: mlp({ widths: c.model.widths, activation: 'erf' }) })],
])('%s would be noticed', async (_, change) => {
  const given = caseOf(
    'tanh',
    huber({ delta: 0.5 }),
    { l1: 0.03, l2: 0.01, biases: false, proximal: false },
    standard(),
    3,
  );
  const numeric = differences(given);
  const wrong = await steppedAlong(change(given));
  expect(() => expectClose(wrong, numeric)).toThrow();
});
