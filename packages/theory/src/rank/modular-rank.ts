/**
 * A lower bound of a Jacobian's rank from exact arithmetic modulo a prime. Doubles are integers times powers of two; once it
 * is proven which neurons are on which side of their kinks, the Jacobian of a ReLU network is a polynomial in them, and so
 * has a value modulo every odd prime. No scaling of the network and no rounding can hide a rank from it.
 */
// n samples, k outputs, p parameters; Theta = J J' is (n k) x (n k), here modulo the prime
import { type Layer, layersOf, type Mlp } from '@tangentlab/nn';
import { checkFinite, type DenseMatrix } from '@tangentlab/tensor';
import { activationPattern } from './activation-pattern.js';
import { type ModularOptions, ModularRows, modularProduct } from './modular-elimination.js';
import { DELAY, PrimeField } from './prime-field.js';

/** A proven bound, or why there is none. */
export type ModularRank =
  /** The true Jacobian has at least this rank; the prime by which it was shown. */
  { readonly rank: number; readonly prime: number } | { readonly unknown: string };

/** What `modularRank` takes beside the network and the samples. */
export interface ModularRankOptions extends ModularOptions {
  /** The elimination ends where this rank is reached; n k unless given. */
  readonly enough?: number;
  /** Odd primes below 2^23, each tried until one shows `enough`; the two largest unless given. */
  readonly primes?: readonly [number, ...number[]];
}

/** The largest primes below 2^23: products of remainders stay below 2^46. */
const PRIMES: readonly [number, ...number[]] = [8388593, 8388587];
/** The Jacobian in factored form modulo a prime; see `LayerTangents`. */
interface ModularTangents {
  readonly layer: Layer;
  /** n x inputs, the scale of the weights included. */
  readonly h: Float64Array;
  /** The square of what the biases are multiplied by. */
  readonly biasSquare: number;
  /** (n k) x outputs */
  readonly delta: Float64Array;
}

/**
 * The rank of J J' modulo a prime, which is at most that of J: for networks of ReLU, leaky ReLU or identity whose pattern of
 * activations is proven by `activationPattern`.
 *
 * It speaks of the numbers as they stand, to the last bit: inputs that depend on each other only within rounding are
 * independent here. A prime near 2^23 hides some of the rank by chance about once in a million; then the bound is lower,
 * never wrong. *Cost*: (n k)^2 (r + sum of widths) multiplications for a rank r, half of it where the rank is
 * full, in products of the linear algebra; (r + 192) n k numbers of memory. J is not formed. Gives way to the event loop.
 * *Throws* SHAPE_MISMATCH, NUMERIC_NOT_FINITE; CONFIG_INVALID for a number that is no such prime; the signal's reason when
 * aborted. *Determinism*: draws nothing.
 *
 * @example
 * const model = mlp({ widths: [2, 3, 1] });
 * const theta = initialParameters(model, Rng.root(1));
 * await modularRank(model, theta, Float64Array.of(1, 2, -1, 3), 2, { linearAlgebra: referenceLinearAlgebra }) // => { rank: 2, prime: 8388593 }
 */
export async function modularRank(
  model: Mlp,
  theta: Float64Array,
  x: Float64Array,
  n: number,
  { enough = Number.POSITIVE_INFINITY, primes = PRIMES, ...options }: ModularRankOptions,
): Promise<ModularRank> {
  checkFinite('modularRank, parameters', { rows: 1, cols: model.parameterCount, values: theta });
  checkFinite('modularRank, inputs', { rows: n, cols: model.widths[0]!, values: x });
  const pattern = activationPattern(model, theta, x, n);
  if ('unknown' in pattern) return pattern;
  const k = model.widths.at(-1)!;
  let best = { rank: 0, prime: primes[0] };
  for (const prime of primes) {
    const field = new PrimeField(prime);
    const tangents = modularTangents(field, model, theta, x, n, pattern.slopes);
    const rank = Math.min(enough, await kernelRank(field, tangents, n * k, k, enough, options));
    if (rank > best.rank) best = { rank, prime };
    if (best.rank >= Math.min(enough, n * k)) break;
  }
  return best;
}

/** Forward and back with the slopes given: what `layerTangents` makes, modulo the prime. */
function modularTangents(
  field: PrimeField,
  model: Mlp,
  theta: Float64Array,
  x: Float64Array,
  n: number,
  slopes: readonly Float64Array[],
): readonly ModularTangents[] {
  const layers = layersOf(model.widths);
  const k = model.widths.at(-1)!;
  const parameters = remainders(field, theta);
  const steep = slopes.map((slope) => remainders(field, slope));
  const scales = model.layers.map(
    ({ weightScale, biasScale }) => [field.of(weightScale), field.of(biasScale)] as const,
  );
  const read = [remainders(field, x)]; // entry l: n x widths[l]
  for (const [l, { inputs, outputs, weights, biases }] of layers.slice(0, -1).entries()) {
    const made = new Float64Array(n * outputs);
    const [scale, biasScale] = scales[l]!;
    for (let at = 0; at < made.length; at++) {
      const [i, o] = [Math.floor(at / outputs), at % outputs];
      const sum = field.dot(parameters, weights + o * inputs, read[l]!, i * inputs, inputs);
      const z = field.reduced(scale * sum + biasScale * parameters[biases + o]!);
      made[at] = field.multiply(steep[l]![at]!, z);
    }
    read.push(made);
  }
  const tangents = Array<ModularTangents>(layers.length);
  let delta = new Float64Array(n * k * k); // the k x k identity for every sample
  for (let row = 0; row < n * k; row++) delta[row * k + (row % k)] = 1;
  for (let l = layers.length - 1; l >= 0; l--) {
    const layer = layers[l]!;
    const [scale, biasScale] = scales[l]!;
    const h = read[l]!.map((value) => field.multiply(scale, value));
    tangents[l] = { layer, h, biasSquare: field.multiply(biasScale, biasScale), delta };
    if (l > 0) delta = pulledBack(field, parameters, layer, scale, delta, steep[l - 1]!, k);
  }
  return tangents;
}

/** scale (delta W) * f', a layer below. */
function pulledBack(
  field: PrimeField,
  parameters: Float64Array,
  { inputs, outputs, weights }: Layer,
  scale: number,
  delta: Float64Array,
  slopes: Float64Array,
  k: number,
): Float64Array<ArrayBuffer> {
  const transposed = new Float64Array(inputs * outputs);
  for (let at = 0; at < transposed.length; at++)
    transposed[at] = parameters[weights + (at % outputs) * inputs + Math.floor(at / outputs)]!;
  const below = new Float64Array((delta.length / outputs) * inputs);
  for (let at = 0; at < below.length; at++) {
    const [row, j] = [Math.floor(at / inputs), at % inputs];
    const slope = slopes[Math.floor(row / k) * inputs + j]!;
    if (slope === 0) continue;
    const sum = field.dot(delta, row * outputs, transposed, j * outputs, outputs);
    below[at] = field.multiply(field.multiply(scale, slope), sum);
  }
  return below;
}

/** The rank of Theta, whose rows are made 64 at a time; it ends with those that reach `enough`. */
async function kernelRank(
  field: PrimeField,
  tangents: readonly ModularTangents[],
  rows: number,
  k: number,
  enough: number,
  options: ModularOptions,
): Promise<number> {
  const found = new ModularRows(field, options);
  for (let from = 0; from < rows && found.rank < enough; from += DELAY)
    await found.add(await kernelRows(field, tangents, rows, k, from, Math.min(rows, from + DELAY), options));
  return found.rank;
}

/** Some rows of Theta: the sum over layers of (delta delta') (h h' + bias^2). */
async function kernelRows(
  field: PrimeField,
  tangents: readonly ModularTangents[],
  rows: number,
  k: number,
  from: number,
  to: number,
  options: ModularOptions,
): Promise<DenseMatrix> {
  const n = rows / k;
  const theta = new Float64Array((to - from) * rows);
  const [first, last] = [Math.floor(from / k), Math.ceil(to / k)]; // the samples of these rows
  for (const { layer, h, biasSquare, delta } of tangents) {
    const { inputs, outputs } = layer;
    const matrix = (values: Float64Array, cols: number, start: number, end: number): DenseMatrix => ({
      rows: end - start,
      cols,
      values: values.subarray(start * cols, end * cols),
    });
    const alike = await modularProduct(field, matrix(h, inputs, first, last), matrix(h, inputs, 0, n), options);
    const sensitive = await modularProduct(
      field,
      matrix(delta, outputs, from, to),
      matrix(delta, outputs, 0, rows),
      options,
    );
    for (let row = from; row < to; row++) {
      const [at, pairs] = [(row - from) * rows, (Math.floor(row / k) - first) * n];
      for (let col = 0; col < rows; col++) {
        const factor = alike.values[pairs + Math.floor(col / k)]! + biasSquare;
        theta[at + col] = field.reduced(theta[at + col]! + sensitive.values[at + col]! * factor);
      }
    }
  }
  return { rows: to - from, cols: rows, values: theta };
}

function remainders(field: PrimeField, values: Float64Array): Float64Array {
  return values.map((value) => field.of(value));
}
