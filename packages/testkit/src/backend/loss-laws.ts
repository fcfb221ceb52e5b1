/**
 * Laws of softmaxCrossEntropy: losses and gradient within stated bounds, for moderate and for extreme logits, for the
 * class that the label names and for no other.
 */
import { counterUniform } from '@tangentlab/tensor';
import fc from 'fast-check';
import { type BackendBench, type BackendCheck, expectShape, type Twin } from './backend-bench.js';
import { expectThat, expectWithin, FUNCTION_ROUNDINGS } from './error-bounds.js';
import { seed, size, sizeOrNone } from './shape-arbitraries.js';

/** What the roundings of one row are counted from: z_j = top + d_j, p_j = exp(d_j) / total. */
interface Row {
  readonly top: number;
  readonly d: readonly number[];
  readonly p: readonly number[];
  readonly logTotal: number;
  /** Roundings in `total`: those of each d_j carried through exp, of exp, and of the sum. */
  readonly inTotal: number;
}

function rowOf(z: Float64Array): Row {
  const top = Math.max(...z);
  const d = Array.from(z, (value) => value - top);
  const total = d.reduce((sum, value) => sum + Math.exp(value), 0);
  const p = d.map((value) => Math.exp(value) / total);
  const carried = p.reduce((sum, share, j) => sum + share * Math.abs(d[j]!), 0);
  return { top, d, p, logTotal: Math.log(total), inTotal: carried + FUNCTION_ROUNDINGS + z.length };
}

/**
 * |error| <= eps (roundings in total + 8 + 3 (log total + |top| + |d_label|)), whether the terms of
 * log total + top - z_label are added in this order or in another.
 */
function lossBound({ top, d, logTotal, inTotal }: Row, label: number): number {
  return inTotal + FUNCTION_ROUNDINGS + 3 * (logTotal + Math.abs(top) + Math.abs(d[label]!));
}

/** |error| <= eps (p_j (roundings in total + |d_j| + 8 + 1) + 2 |p_j - 1|) / rows, with 1 for the label only. */
function gradientBound({ d, p, inTotal }: Row, j: number, label: number): number {
  const share = p[j]! * (inTotal + Math.abs(d[j]!) + FUNCTION_ROUNDINGS + 1);
  return share + 2 * Math.abs(p[j]! - (j === label ? 1 : 0));
}

async function agrees(bench: BackendBench, z: Twin, labels: readonly number[], cols: number): Promise<void> {
  const rows = labels.length;
  const y = bench.upload(labels, rows, 1);
  const got = bench.tested.softmaxCrossEntropy(z.tested, y.tested);
  const want = bench.truth.softmaxCrossEntropy(z.truth, y.truth);
  expectShape('losses', got.losses, rows, 1);
  expectShape('gradient', got.gradient, rows, cols);
  const counted = labels.map((_, i) => rowOf(z.values.subarray(i * cols, (i + 1) * cols)));
  const losses = await bench.tested.read(got.losses);
  const gradient = await bench.tested.read(got.gradient);
  const spoiled = [...losses, ...gradient].find((value) => !Number.isFinite(value));
  expectThat(spoiled === undefined, 'softmaxCrossEntropy', 'finite values', spoiled);
  expectWithin('losses', losses, await bench.truth.read(want.losses), (i) => {
    return lossBound(counted[i]!, labels[i]!) * bench.eps + bench.tiny;
  });
  expectWithin('gradient', gradient, await bench.truth.read(want.gradient), (at) => {
    const i = Math.floor(at / cols);
    return (gradientBound(counted[i]!, at % cols, labels[i]!) * bench.eps) / rows + bench.tiny;
  });
}

/** Labels of all classes in turn, starting anywhere. */
function labelsOf(rows: number, classes: number, seed: number): number[] {
  return Array.from({ length: rows }, (_, i) => Math.floor(counterUniform(seed, i) * classes));
}

async function survivesExtremes(bench: BackendBench, rows: number, cols: number, seed: number): Promise<void> {
  const extremes = [0, 80, -80, 1e4, -1e4, 88.8, -104];
  const entry = (_: unknown, i: number) => extremes[Math.floor(counterUniform(seed, i) * extremes.length)]!;
  const z = bench.upload(Float64Array.from({ length: rows * cols }, entry), rows, cols);
  await agrees(bench, z, labelsOf(rows, cols, seed + 1), cols);
}

/** A NaN spoils the loss and the gradient of its own row. */
async function nanStaysInItsRow(bench: BackendBench): Promise<void> {
  const z = bench.random(1, 3, 4).values;
  z[5] = Number.NaN;
  const logits = bench.tested.upload(z, 3, 4);
  const { losses, gradient } = bench.tested.softmaxCrossEntropy(logits, bench.tested.upload([0, 1, 2], 3, 1));
  const isNaNs = async (values: Promise<Float64Array>) => Array.from(await values, Number.isNaN).join();
  const rowOne = (count: number) => Array.from({ length: 3 * count }, (_, i) => Math.floor(i / count) === 1).join();
  const [inLosses, inGradient] = [await isNaNs(bench.tested.read(losses)), await isNaNs(bench.tested.read(gradient))];
  expectThat(inLosses === rowOne(1), 'losses of a row with a NaN', rowOne(1), inLosses);
  expectThat(inGradient === rowOne(4), 'gradient of a row with a NaN', rowOne(4), inGradient);
}

export const LOSS_CHECKS: readonly BackendCheck[] = [
  {
    name: 'softmaxCrossEntropy agrees in losses and gradient',
    check: (bench) =>
      bench.forAll(fc.tuple(sizeOrNone, size, seed), ([rows, cols, start]) =>
        agrees(bench, bench.random(start, rows, cols), labelsOf(rows, cols, start + 1), cols),
      ),
  },
  {
    name: 'softmaxCrossEntropy survives logits of 80 and 10,000',
    check: (bench) =>
      bench.forAll(fc.tuple(size, size, seed), ([rows, cols, start]) => survivesExtremes(bench, rows, cols, start)),
  },
  { name: 'softmaxCrossEntropy keeps a NaN in its row', check: nanStaysInItsRow },
];
