/**
 * Laws of elementwise operations: bias, activations and their gradients, products, dropout masks, and what NaN does to
 * them.
 */
import {
  ACTIVATIONS,
  type ActivationName,
  type ActivationSpec,
  activationOf,
  counterUniform,
  defineActivation,
  type MatrixBackend,
} from '@tangentlab/tensor';
import fc from 'fast-check';
import type { BackendBench, BackendCheck, Side } from './backend-bench.js';
import { expectThat, expectWithin, FUNCTION_ROUNDINGS } from './error-bounds.js';
import { seed, size, sizeOrNone } from './shape-arbitraries.js';

/** One of the user's, without a kernel: it has to work everywhere. */
const SOFTSIGN = defineActivation({
  name: 'softsign',
  value: (z) => z / (1 + Math.abs(z)),
  derivative: (z) => 1 / (1 + Math.abs(z)) ** 2,
});
const EVERY_ACTIVATION: readonly ActivationSpec[] = [...(Object.keys(ACTIVATIONS) as ActivationName[]), SOFTSIGN];
const activation = fc.constantFrom(...EVERY_ACTIVATION);
const matrix = fc.tuple(sizeOrNone, size, seed);

/**
 * Roundings of an activation: two for those that are made of lines, a slope in single precision included; those of a
 * function for the others, counted against 1, and against |z|, too: GELU multiplies by it, and a sine's argument loses as
 * much when whole turns are taken off.
 */
function roundingsOf(spec: ActivationSpec, z: number): number {
  const { name, value } = activationOf(spec);
  if (isOfLines(name)) return 2 * Math.abs(value(z));
  return FUNCTION_ROUNDINGS * (1 + Math.abs(z));
}

function isOfLines(name: string): boolean {
  return name === 'identity' || name === 'relu' || name === 'leakyRelu';
}

async function activates(
  bench: BackendBench,
  rows: number,
  cols: number,
  spec: ActivationSpec,
  seed: number,
): Promise<void> {
  const a = bench.random(seed, rows, cols);
  await bench.agree(
    `activate ${activationOf(spec).name}`,
    (backend, side) => backend.activate(side(a), spec),
    (i) => roundingsOf(spec, a.values[i]!) * bench.eps,
  );
}

/** |error| <= 2 eps |dh| for lines; else twice the roundings of the function, since slopes are made of two of them. */
async function pullsBack(
  bench: BackendBench,
  rows: number,
  cols: number,
  spec: ActivationSpec,
  seed: number,
): Promise<void> {
  const dh = bench.random(seed, rows, cols);
  const a = bench.random(seed + 1, rows, cols);
  const roundings = (z: number) =>
    isOfLines(activationOf(spec).name) ? 2 : 2 * FUNCTION_ROUNDINGS * (1 + Math.abs(z));
  await bench.agree(
    `activationGradient ${activationOf(spec).name}`,
    (backend, side) => backend.activationGradient(side(dh), side(a), spec),
    (i) => roundings(a.values[i]!) * Math.abs(dh.values[i]!) * bench.eps,
  );
}

/** |error| <= 2 eps (|z| + |scale b|). */
async function addsBias(bench: BackendBench, rows: number, cols: number, seed: number): Promise<void> {
  const bias = bench.random(seed + 1, 1, cols);
  for (const scale of [undefined, -0.25]) {
    const z = bench.random(seed, rows, cols);
    await bench.agree(
      `addBias with scale ${scale}`,
      (backend, side) => {
        if (scale === undefined) backend.addBias(side(z), side(bias));
        else backend.addBias(side(z), side(bias), scale);
        return side(z);
      },
      (i) => 2 * (Math.abs(z.values[i]!) + Math.abs((scale ?? 1) * bias.values[i % cols]!)) * bench.eps,
    );
  }
}

async function multiplies(bench: BackendBench, rows: number, cols: number, seed: number): Promise<void> {
  const a = bench.random(seed, rows, cols);
  const b = bench.random(seed + 1, rows, cols);
  await bench.agree(
    'multiply',
    (backend, side) => backend.multiply(side(a), side(b)),
    (i) => Math.abs(a.values[i]! * b.values[i]!) * bench.eps,
  );
}

/** Which elements are dropped is exact; the scale of the others is rounded once. */
async function masks(bench: BackendBench, rows: number, cols: number, rate: number, seed: number): Promise<void> {
  const mask = bench.tested.dropoutMask(rows, cols, rate, seed);
  const kept = 1 / (1 - rate);
  const want = Float64Array.from({ length: rows * cols }, (_, i) => (counterUniform(seed, i) < rate ? 0 : kept));
  expectThat(
    mask.rows === rows && mask.cols === cols,
    'dropoutMask',
    `(${rows},${cols})`,
    `(${mask.rows},${mask.cols})`,
  );
  const got = await bench.tested.read(mask);
  expectWithin(`dropoutMask of rate ${rate}, seed ${seed}`, got, want, (i) => want[i]! * bench.eps);
}

/** Rates right at a number that is drawn: it is kept at that rate, and dropped at the next one. */
async function masksAtTheEdge(bench: BackendBench, seed: number, i: number): Promise<void> {
  const edge = counterUniform(seed, i);
  await masks(bench, 4, 16, edge, seed);
  await masks(bench, 4, 16, Math.min(edge + 2 ** -33, 1 - 2 ** -33), seed);
}

/** A NaN reaches what depends on it, and nothing else: not a product that weighs its C by 0, for one. */
async function nanPropagates(bench: BackendBench): Promise<void> {
  const [rows, cols] = [6, 5];
  const clean = bench.random(1, rows, cols);
  const spoiled = bench.upload(
    clean.values.map((value, i) => (i === 7 ? Number.NaN : value)),
    rows,
    cols,
  );
  const ones = bench.upload(new Float64Array(rows * cols).fill(1), rows, cols);
  const bias = bench.random(2, 1, cols);
  const anyNumber = () => Number.POSITIVE_INFINITY; // only where the NaNs are is compared
  await bench.agree('gemm with a NaN', (b, of) => b.gemm(of(spoiled), of(clean), { transB: true }), anyNumber);
  for (const inner of [4, 0]) {
    const [a, b] = [bench.random(3, rows, inner), bench.random(4, inner, cols)];
    for (const beta of [0, 1]) {
      const product = (backend: MatrixBackend, side: Side) =>
        backend.gemm(side(a), side(b), { beta, c: side(spoiled) });
      await bench.agree(`gemm with a NaN in c, beta ${beta}`, product, anyNumber);
    }
  }
  await bench.agree('columnSums with a NaN', (b, of) => b.columnSums(of(spoiled)), anyNumber);
  await bench.agree('multiply with a NaN', (b, of) => b.multiply(of(spoiled), of(ones)), anyNumber);
  for (const spec of EVERY_ACTIVATION) {
    const { name } = activationOf(spec);
    await bench.agree(`activate ${name} with a NaN`, (b, of) => b.activate(of(spoiled), spec), anyNumber);
    await bench.agree(
      `activationGradient ${name} with a NaN`,
      (b, of) => b.activationGradient(of(spoiled), of(ones), spec),
      anyNumber,
    );
  }
  const changes: Readonly<Record<string, (backend: MatrixBackend, side: Side) => void>> = {
    addBias: (b, of) => b.addBias(of(spoiled), of(bias)),
    softThreshold: (b, of) => b.softThreshold(of(spoiled), 0.1),
    clamp: (b, of) => b.clamp(of(spoiled), 0.1),
    accumulateSign: (b, of) => b.accumulateSign(of(clean), of(spoiled), 0.5),
  };
  for (const [name, change] of Object.entries(changes)) {
    const changed = name === 'accumulateSign' ? clean : spoiled;
    await bench.agree(
      `${name} with a NaN`,
      (backend, side) => {
        change(backend, side);
        return side(changed);
      },
      anyNumber,
    );
  }
  await bench.agree(
    'accumulate with a NaN',
    (backend, side) => {
      backend.accumulate(side(ones), side(spoiled));
      return side(ones);
    },
    anyNumber,
  );
}

export const ELEMENTWISE_CHECKS: readonly BackendCheck[] = [
  {
    name: 'addBias adds one row to every row, in place',
    check: (bench) => bench.forAll(matrix, ([rows, cols, start]) => addsBias(bench, rows, cols, start)),
  },
  {
    name: 'activate agrees for every activation',
    check: (bench) =>
      bench.forAll(fc.tuple(matrix, activation), ([[rows, cols, start], spec]) =>
        activates(bench, rows, cols, spec, start),
      ),
  },
  {
    name: 'activationGradient agrees for every activation',
    check: (bench) =>
      bench.forAll(fc.tuple(matrix, activation), ([[rows, cols, start], spec]) =>
        pullsBack(bench, rows, cols, spec, start),
      ),
  },
  {
    name: 'multiply agrees',
    check: (bench) => bench.forAll(matrix, ([rows, cols, start]) => multiplies(bench, rows, cols, start)),
  },
  {
    name: 'dropoutMask drops exactly what counterUniform says',
    check: (bench) =>
      bench.forAll(fc.tuple(matrix, fc.constantFrom(0, 0.1, 0.3, 0.5, 0.9)), ([[rows, cols, start], rate]) =>
        masks(bench, rows, cols, rate, start),
      ),
  },
  {
    name: 'dropoutMask compares its rate without rounding, for seeds of either sign',
    check: (bench) =>
      bench.forAll(fc.tuple(fc.integer({ min: -(2 ** 31), max: 2 ** 32 - 1 }), fc.nat(63)), ([start, i]) =>
        masksAtTheEdge(bench, start, i),
      ),
  },
  { name: 'NaN inputs propagate', check: nanPropagates },
];
