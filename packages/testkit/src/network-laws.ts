/**
 * networkLaws: what holds for networks on any matrix core, in its own precision: the symmetries of their functions, and that
 * derivatives belong together. Bounds count roundings, as in `backendLaws`; most laws need no other back end to compare
 * with.
 */
import {
  type ActivationName,
  counterUniform,
  type LossSpec,
  type Matrix,
  type MatrixBackend,
} from '@tangentlab/tensor';
import fc from 'fast-check';
import { type BackendBench, type BackendCheck, lawsOfChecks, type Sampling } from './backend/backend-bench.js';
import { expectWithin } from './backend/error-bounds.js';
import { softmaxBounds } from './backend/loss-laws.js';
import type { BackendFactory, BackendLawsOptions } from './backend-laws.js';
import { type Law, registerLaws } from './law.js';
import { type Parameters, type Perceptron, PerceptronOn, type Sizes, sizesOf } from './network/perceptron.js';
import { rescaledUnits, reversedRows, reversedUnits } from './network/symmetries.js';

/** Terms of second order in eps. */
const SECOND_ORDER = 1.01;
const SOFTMAX: LossSpec = { name: 'softmaxCrossEntropy', targets: 'classes' };

/** A network, a direction, samples and weights of outputs, all rounded to the precision under test. */
interface Case {
  readonly network: Perceptron;
  readonly direction: Parameters;
  readonly x: Float64Array;
  readonly n: number;
  /** n x outputs */
  readonly u: Float64Array;
  readonly sizes: Sizes;
}

const recipe = fc.record({
  features: fc.integer({ min: 1, max: 9 }),
  hidden: fc.array(fc.integer({ min: 1, max: 17 }), { minLength: 1, maxLength: 2 }),
  outputs: fc.integer({ min: 1, max: 5 }),
  n: fc.integer({ min: 1, max: 9 }),
  activation: fc.constantFrom<ActivationName>('relu', 'leakyRelu', 'tanh', 'identity'),
  biased: fc.boolean(),
  seed: fc.nat(),
});
type Recipe = typeof recipe extends fc.Arbitrary<infer T> ? T : never;

function caseOf(bench: BackendBench, { features, hidden, outputs, n, activation, biased, seed }: Recipe): Case {
  let drawn = 0;
  const draw = (length: number, scale: number) =>
    Float64Array.from({ length }, () => bench.rounded(scale * (2 * counterUniform(seed, drawn++) - 1)));
  const widths = [features, ...hidden, outputs];
  const parameters = (biases: boolean): Parameters => ({
    weights: widths.slice(1).map((width, l) => draw(width * widths[l]!, 2 / Math.sqrt(widths[l]!))),
    biases: widths.slice(1).map((width) => draw(width, biases ? 1 : 0)),
  });
  const network = { widths, activation, ...parameters(biased) };
  const direction = parameters(true);
  const x = draw(n * features, 3);
  return { network, direction, x, n, u: draw(n * outputs, 1), sizes: sizesOf(network, direction, x, n) };
}

/** The outputs of a network on the back end under test. */
async function outputsOf(
  backend: MatrixBackend,
  network: Perceptron,
  x: Float64Array,
  n: number,
): Promise<Float64Array> {
  const { z } = new PerceptronOn(backend, network).forward(backend.upload(x, n, network.widths[0]!));
  return backend.read(z.at(-1)!);
}

/** How far an output may be from the truth. */
const outputBound = (bench: BackendBench, { sizes }: Case) => {
  const units = SECOND_ORDER * sizes.outputRoundings * bench.eps;
  return (at: number) => units * sizes.outputs[at]! + bench.tiny;
};

/** A law of all networks: both sides of it are computed, and are off by no more than twice the bound of an output. */
function symmetry(
  name: string,
  both: (bench: BackendBench, given: Case) => Promise<readonly [Float64Array, Float64Array]>,
  change: (given: Recipe) => Recipe = (given) => given,
): BackendCheck {
  return {
    name,
    check: (bench) =>
      bench.forAll(recipe, async (drawn) => {
        const given = caseOf(bench, change(drawn));
        const [one, other] = await both(bench, given);
        const bound = outputBound(bench, given);
        expectWithin(name, one, other, (at) => 2 * bound(at));
      }),
  };
}

const inner = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

/** J v and J' u of one pass on the back end, read. */
async function products(backend: MatrixBackend, { network, direction, x, n }: Case, u: (z: Matrix) => Matrix) {
  const tested = new PerceptronOn(backend, network);
  const pass = tested.forward(backend.upload(x, n, network.widths[0]!));
  const along = backend.read(tested.alongDirection(pass, direction));
  const weights = u(pass.z.at(-1)!);
  const gradient = tested.gradient(pass, weights);
  let product = 0;
  for (const [l, layer] of gradient.entries()) {
    product += inner(await backend.read(layer.weights), direction.weights[l]!);
    product += inner(await backend.read(layer.biases), direction.biases[l]!);
  }
  return { along: await along, product, weights: await backend.read(weights) };
}

/** <J v, u> = <v, J' u>, with u chosen from the outputs. */
async function belongTogether(bench: BackendBench, given: Case, what: string, u: (z: Matrix) => Matrix): Promise<void> {
  const { along, product, weights } = await products(bench.tested, given, u);
  const { derivativeRoundings, along: sizes } = given.sizes;
  const units = SECOND_ORDER * derivativeRoundings * bench.eps;
  expectWithin(
    what,
    [product],
    [inner(along, weights)],
    () => units * inner(sizes, weights.map(Math.abs)) + bench.tiny,
  );
}

const positive = (given: Recipe): Recipe => (given.activation === 'tanh' ? { ...given, activation: 'relu' } : given);
const withoutBiases = (given: Recipe): Recipe => ({ ...positive(given), biased: false });

const CHECKS: readonly BackendCheck[] = [
  symmetry('the outputs are those of double precision', async ({ tested, truth }, { network, x, n }) => [
    await outputsOf(tested, network, x, n),
    await outputsOf(truth, network, x, n),
  ]),
  symmetry('samples in another order have their outputs in that order', async ({ tested }, { network, x, n }) => [
    reversedRows(await outputsOf(tested, network, reversedRows(x, network.widths[0]!), n), network.widths.at(-1)!),
    await outputsOf(tested, network, x, n),
  ]),
  symmetry('hidden units in another order change nothing', async ({ tested }, { network, x, n }) => [
    await outputsOf(tested, reversedUnits(network), x, n),
    await outputsOf(tested, network, x, n),
  ]),
  symmetry(
    'hidden units that grow while what reads them shrinks change nothing, if f(a z) = a f(z)',
    async ({ tested }, { network, x, n }) => [
      await outputsOf(tested, rescaledUnits(network), x, n),
      await outputsOf(tested, network, x, n),
    ],
    positive,
  ),
  symmetry(
    'without biases twice the inputs have twice the outputs, if f(a z) = a f(z)',
    async ({ tested }, { network, x, n }) => {
      const larger = await outputsOf(
        tested,
        network,
        x.map((value) => 2 * value),
        n,
      );
      return [larger.map((value) => value / 2), await outputsOf(tested, network, x, n)];
    },
    withoutBiases,
  ),
  {
    name: "Euler's identity: without biases the outputs move along the parameters by layers times themselves, if f(a z) = a f(z)",
    check: (bench) =>
      bench.forAll(recipe, async (drawn) => {
        const given = caseOf(bench, withoutBiases(drawn));
        const { network, x, n } = given;
        const layers = network.weights.length;
        const tested = new PerceptronOn(bench.tested, network);
        const pass = tested.forward(bench.tested.upload(x, n, network.widths[0]!));
        const along = await bench.tested.read(tested.alongDirection(pass, network));
        const outputs = (await bench.tested.read(pass.z.at(-1)!)).map((value) => layers * value);
        const { along: sizes, derivativeRoundings, outputRoundings } = sizesOf(network, network, x, n);
        const units = SECOND_ORDER * (derivativeRoundings + outputRoundings) * bench.eps;
        expectWithin('J theta', along, outputs, (at) => units * sizes[at]! + bench.tiny);
      }),
  },
  {
    name: "<J v, u> = <v, J' u>",
    check: (bench) =>
      bench.forAll(recipe, async (drawn) => {
        const given = caseOf(bench, drawn);
        const u = bench.tested.upload(given.u, given.n, drawn.outputs);
        await belongTogether(bench, given, 'the gradient of u Z along v', () => u);
      }),
  },
  { name: "the gradient of a loss is J' times its gradient by the outputs", check: lossGradient },
  { name: 'probabilities of softmax sum to 1, and do not see a shift of all outputs', check: shiftChangesNothing },
];

function oneHot(n: number, k: number): Float64Array {
  return Float64Array.from({ length: n * k }, (_, at) => (at % k === Math.floor(at / k) % k ? 1 : 0));
}

/**
 * The gradient by the outputs is that of double precision, which their own errors move by half as much at most; and the
 * gradient by the parameters is J' times it.
 */
async function lossGradient(bench: BackendBench): Promise<void> {
  await bench.forAll(recipe, async (drawn) => {
    const given = caseOf(bench, drawn);
    const { network, n, x } = given;
    const k = drawn.outputs;
    const gradientIn = (backend: MatrixBackend) => (z: Matrix) =>
      backend.loss(z, backend.upload(oneHot(n, k), n, k), SOFTMAX).gradient;
    const pass = (backend: MatrixBackend) =>
      new PerceptronOn(backend, network).forward(backend.upload(x, n, network.widths[0]!)).z.at(-1)!;
    const [z, t] = [await bench.truth.read(pass(bench.truth)), oneHot(n, k)];
    const want = await bench.truth.read(gradientIn(bench.truth)(pass(bench.truth)));
    const got = await bench.tested.read(gradientIn(bench.tested)(pass(bench.tested)));
    const off = outputBound(bench, given);
    const row = (values: Float64Array, i: number) => values.subarray(i * k, (i + 1) * k);
    const bounds = Array.from({ length: n }, (_, i) => {
      const own = softmaxBounds(row(z, i), row(t, i), bench.eps).gradient;
      const moved = Math.max(...own.map((_roundings, j) => off(i * k + j)));
      return own.map((roundings) => SECOND_ORDER * (roundings * bench.eps + moved));
    });
    expectWithin(
      'the gradient by the outputs',
      got,
      want,
      (at) => bounds[Math.floor(at / k)]![at % k]! / n + bench.tiny,
    );
    await belongTogether(bench, given, 'the gradient of the loss along v', gradientIn(bench.tested));
  });
}

/** Outputs in steps of 2^-6 and a shift by 8 are exact in both precisions. */
async function shiftChangesNothing(bench: BackendBench): Promise<void> {
  const shape = fc.record({ n: fc.integer({ min: 1, max: 9 }), k: fc.integer({ min: 1, max: 9 }), seed: fc.nat() });
  await bench.forAll(shape, async ({ n, k, seed }) => {
    const { tested } = bench;
    const z = Float64Array.from({ length: n * k }, (_, at) => Math.floor(512 * (counterUniform(seed, at) - 0.5)) / 64);
    const t = oneHot(n, k);
    const gradient = async (outputs: Float64Array) =>
      tested.read(tested.loss(tested.upload(outputs, n, k), tested.upload(t, n, k), SOFTMAX).gradient);
    const shifted = z.map((value) => value + 8);
    const [one, other] = [await gradient(z), await gradient(shifted)];
    const row = (values: Float64Array, i: number) => values.subarray(i * k, (i + 1) * k);
    const bounds = Array.from({ length: n }, (_, i) => softmaxBounds(row(z, i), row(t, i), bench.eps).gradient);
    const bound = (at: number) => (SECOND_ORDER * bench.eps * bounds[Math.floor(at / k)]![at % k]!) / n + bench.tiny;
    expectWithin('the gradient of shifted outputs', other, one, (at) => 2 * bound(at));
    // p - t in each row, over n
    const sums = Array.from({ length: n }, (_, i) => row(one, i).reduce((sum, value) => sum + value, 0));
    expectWithin(
      'sums of p - t',
      sums,
      sums.map(() => 0),
      (i) => Array.from({ length: k }, (_, j) => bound(i * k + j)).reduce((sum, value) => sum + value, 0),
    );
  });
}

/**
 * Registers the laws of networks on a matrix core with the test runner.
 *
 * As `backendLaws` in all: a fresh back end for each law, cases drawn from `seed`, `numRuns` of them.
 */
export function networkLaws(name: string, create: BackendFactory, options: BackendLawsOptions = {}): void {
  registerLaws(`networkLaws: ${name}`, lawsOfNetworks(options), create, options);
}

/** The laws themselves. */
export function lawsOfNetworks(
  sampling: Partial<Sampling> = {},
): readonly Law<MatrixBackend | Promise<MatrixBackend>>[] {
  return lawsOfChecks(CHECKS, sampling);
}
