/**
 * Laws of losses: values and gradients within stated bounds, for one-hot, smoothed and real targets, for moderate and for
 * extreme outputs, and for a loss of the user's.
 */
import { type BuiltInLoss, counterUniform, defineLoss, type LossSpec } from '@tangentlab/tensor';
import fc from 'fast-check';
import { type BackendBench, type BackendCheck, expectShape, type Twin } from './backend-bench.js';
import { expectThat, expectWithin, FUNCTION_ROUNDINGS } from './error-bounds.js';
import { seed, size, sizeOrNone } from './shape-arbitraries.js';

const SOFTMAX: BuiltInLoss = { name: 'softmaxCrossEntropy', targets: 'classes' };
// constants that are exact in single precision
const MSE: BuiltInLoss = { name: 'mse', targets: 'values' };
const HUBER: BuiltInLoss = { name: 'huber', targets: 'values', delta: 0.5 };
const HINGE: BuiltInLoss = { name: 'hinge', targets: 'classes', margin: 1 };
/** One of the user's: it has to work everywhere. */
const LOG_COSH = defineLoss({
  name: 'log-cosh',
  targets: 'values',
  value: (z, t) => z.reduce((sum, value, j) => sum + logCosh(value - t[j]!), 0),
  gradient: (z, t, out) => {
    for (let j = 0; j < z.length; j++) out[j] = Math.tanh(z[j]! - t[j]!);
  },
});
const EVERY_LOSS: readonly LossSpec[] = [SOFTMAX, MSE, HUBER, HINGE, LOG_COSH];

function logCosh(d: number): number {
  return Math.abs(d) + Math.log1p(Math.exp(-2 * Math.abs(d))) - Math.LN2;
}

/** Roundings that one row may cost: of its loss, and of each entry of its gradient. */
interface RowBounds {
  readonly loss: number;
  readonly gradient: readonly number[];
}

type BoundsOf = (z: Float64Array, t: Float64Array, eps: number) => RowBounds;

/**
 * z_j = top + d_j, p_j = exp(d_j) / total. In `total`: the roundings of each d_j carried through exp, of exp, and of the
 * sum. The terms of log total + top - z_j may be added in any order, weighed by t_j and summed.
 */
export const softmaxBounds: BoundsOf = (z, t) => {
  const top = Math.max(...z);
  const d = Array.from(z, (value) => value - top);
  const total = d.reduce((sum, value) => sum + Math.exp(value), 0);
  const p = d.map((value) => Math.exp(value) / total);
  const inTotal = p.reduce((sum, share, j) => sum + share * Math.abs(d[j]!), 0) + FUNCTION_ROUNDINGS + z.length;
  const terms = d.map((dj) => inTotal + FUNCTION_ROUNDINGS + 3 * (Math.log(total) + Math.abs(top) + Math.abs(dj)));
  const summed = d.reduce((sum, dj, j) => sum + t[j]! * (Math.log(total) - dj), 0);
  const classes = t.filter((share) => share > 0).length;
  return {
    loss: terms.reduce((sum, term, j) => sum + t[j]! * term, 0) + (classes === 1 ? 0 : (classes + 1) * summed),
    gradient: p.map(
      (share, j) => share * (inTotal + Math.abs(d[j]!) + FUNCTION_ROUNDINGS + 1) + 2 * Math.abs(share - t[j]!),
    ),
  };
};

/** One rounding of z - t counts twice in its square; then the product, a factor, the sum and the quotient. */
const mseBounds: BoundsOf = (z, t) => {
  const d = Array.from(z, (value, j) => Math.abs(value - t[j]!));
  const k = z.length;
  return {
    loss: ((k + 5) * d.reduce((sum, value) => sum + value * value, 0)) / k,
    gradient: d.map((value) => (4 * 2 * value) / k),
  };
};

const huberBounds: BoundsOf = (z, t) => {
  const d = Array.from(z, (value, j) => Math.abs(value - t[j]!));
  const k = z.length;
  const delta = 0.5;
  return {
    loss: ((k + 5) * d.reduce((sum, v) => sum + Math.min(v * v, delta * (v + delta)), 0)) / k,
    gradient: d.map((value) => (4 * Math.min(value, delta)) / k),
  };
};

/** A slack that rounding may take across 0 may count, or not, in the gradient. */
const hingeBounds: BoundsOf = (z, t, eps) => {
  const k = z.length;
  let loss = 0;
  const gradient = Array<number>(k).fill(0);
  for (let c = 0; c < k; c++) {
    for (let j = 0; j < k; j++) {
      if (j === c) continue;
      const parts = 1 + Math.abs(z[c]!) + Math.abs(z[j]!);
      loss += (t[c]! * (k + 6) * parts) / k;
      const undecided = Math.abs(1 - z[c]! + z[j]!) <= 3 * parts * eps ? 1 / eps : 0;
      for (const at of [c, j]) gradient[at]! += (t[c]! * (2 * k + 2 + undecided)) / k;
    }
  }
  return { loss, gradient };
};

/** Evaluated in double precision, and rounded; the last of double precision itself adds a few of its own. */
const logCoshBounds: BoundsOf = (z, t) => ({
  loss: z.reduce((sum, value, j) => sum + (FUNCTION_ROUNDINGS + z.length) * (1 + Math.abs(value - t[j]!)), 0),
  gradient: Array.from(z, (value, j) => FUNCTION_ROUNDINGS + 2 * Math.abs(value - t[j]!)),
});

const BOUNDS: Readonly<Record<string, BoundsOf>> = {
  softmaxCrossEntropy: softmaxBounds,
  mse: mseBounds,
  huber: huberBounds,
  hinge: hingeBounds,
  'log-cosh': logCoshBounds,
};

async function agrees(bench: BackendBench, loss: LossSpec, z: Twin, t: Twin): Promise<void> {
  const { rows, cols } = z.truth;
  const got = bench.tested.loss(z.tested, t.tested, loss);
  const want = bench.truth.loss(z.truth, t.truth, loss);
  expectShape(`losses of ${loss.name}`, got.losses, rows, 1);
  expectShape(`gradient of ${loss.name}`, got.gradient, rows, cols);
  const row = (values: Float64Array, i: number) => values.subarray(i * cols, (i + 1) * cols);
  const counted = Array.from({ length: rows }, (_, i) =>
    BOUNDS[loss.name]!(row(z.values, i), row(t.values, i), bench.eps),
  );
  const losses = await bench.tested.read(got.losses);
  const gradient = await bench.tested.read(got.gradient);
  const spoiled = [...losses, ...gradient].find((value) => !Number.isFinite(value));
  expectThat(spoiled === undefined, loss.name, 'finite values', spoiled);
  expectWithin(`losses of ${loss.name}`, losses, await bench.truth.read(want.losses), (i) => {
    return counted[i]!.loss * bench.eps + cols * bench.tiny;
  });
  expectWithin(`gradient of ${loss.name}`, gradient, await bench.truth.read(want.gradient), (at) => {
    return (counted[Math.floor(at / cols)]!.gradient[at % cols]! * bench.eps) / rows + bench.tiny;
  });
}

/** One-hot rows of all classes in turn, starting anywhere; smoothed by a quarter, say. */
function classesOf(bench: BackendBench, rows: number, cols: number, seed: number, smoothing: number): Twin {
  const values = new Float64Array(rows * cols).fill(smoothing / cols);
  for (let i = 0; i < rows; i++) values[i * cols + Math.floor(counterUniform(seed, i) * cols)]! += 1 - smoothing;
  return bench.upload(values, rows, cols);
}

function targetsFor(bench: BackendBench, loss: LossSpec, rows: number, cols: number, seed: number): Twin {
  if (loss.targets === 'values') return bench.random(seed, rows, cols);
  return classesOf(bench, rows, cols, seed, seed % 2 === 0 ? 0 : 0.25);
}

async function survivesExtremes(bench: BackendBench, rows: number, cols: number, seed: number): Promise<void> {
  const extremes = [0, 80, -80, 1e4, -1e4, 88.8, -104];
  const entry = (_: unknown, i: number) => extremes[Math.floor(counterUniform(seed, i) * extremes.length)]!;
  for (const loss of EVERY_LOSS) {
    const z = bench.upload(Float64Array.from({ length: rows * cols }, entry), rows, cols);
    await agrees(bench, loss, z, targetsFor(bench, loss, rows, cols, seed));
  }
}

/** A NaN spoils the loss of its own row, and of the gradient nothing outside of it. */
async function nanStaysInItsRow(bench: BackendBench): Promise<void> {
  const { tested } = bench;
  const clean = bench.random(1, 3, 4).values;
  for (const loss of EVERY_LOSS) {
    const targets = classesOf(bench, 3, 4, 2, 0).tested;
    const spoiled = tested.upload(
      clean.map((value, i) => (i === 5 ? Number.NaN : value)),
      3,
      4,
    );
    const { losses, gradient } = tested.loss(spoiled, targets, loss);
    const inLosses = Array.from(await tested.read(losses), Number.isNaN).join();
    expectThat(inLosses === 'false,true,false', `${loss.name} of a row with a NaN`, 'false,true,false', inLosses);
    const inGradient = Array.from(await tested.read(gradient), Number.isNaN);
    const elsewhere = inGradient.findIndex((spoilt, i) => spoilt && Math.floor(i / 4) !== 1);
    expectThat(elsewhere < 0, `gradient of ${loss.name} beside a row with a NaN`, 'numbers', `NaN at ${elsewhere}`);
    expectThat(inGradient[5] === true, `gradient of ${loss.name} at a NaN`, 'NaN', 'a number');
  }
}

export const LOSS_CHECKS: readonly BackendCheck[] = [
  ...EVERY_LOSS.map((loss) => ({
    name: `the loss ${loss.name} agrees in values and gradient`,
    check: (bench: BackendBench) =>
      bench.forAll(fc.tuple(sizeOrNone, size, seed), ([rows, cols, start]) =>
        agrees(bench, loss, bench.random(start, rows, cols), targetsFor(bench, loss, rows, cols, start + 1)),
      ),
  })),
  {
    name: 'losses survive outputs of 80 and 10,000',
    check: (bench) =>
      bench.forAll(fc.tuple(size, size, seed), ([rows, cols, start]) => survivesExtremes(bench, rows, cols, start)),
  },
  { name: 'losses keep a NaN in its row', check: nanStaysInItsRow },
];
