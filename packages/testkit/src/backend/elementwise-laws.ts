/**
 * Laws of elementwise operations: bias and activation, the activation's gradient, products, dropout masks, and what NaN
 * does to them.
 */
import { ACTIVATIONS, type ActivationName, counterUniform, type MatrixBackend } from '@tangentlab/tensor';
import fc from 'fast-check';
import type { BackendBench, BackendCheck, Side } from './backend-bench.js';
import { expectThat, expectWithin, FUNCTION_ROUNDINGS } from './error-bounds.js';
import { seed, size, sizeOrNone } from './shape-arbitraries.js';

const activation = fc.constantFrom<ActivationName>('identity', 'relu', 'tanh');
const matrix = fc.tuple(sizeOrNone, size, seed);

/** |error| <= eps |z + b|, since all slopes are at most 1; for tanh plus that of the function. */
async function activates(
  bench: BackendBench,
  rows: number,
  cols: number,
  name: ActivationName,
  seed: number,
): Promise<void> {
  const z = bench.random(seed, rows, cols);
  const bias = bench.random(seed + 1, 1, cols);
  const own = name === 'tanh' ? FUNCTION_ROUNDINGS : 0;
  await bench.agree(
    `biasActivation ${name}`,
    (backend, side) => backend.biasActivation(side(z), side(bias), name),
    (i) => (Math.abs(z.values[i]! + bias.values[i % cols]!) + own) * bench.eps,
  );
}

/** |error| <= eps |dh| for relu and the identity, 3 eps |dh| (1 + h^2) for tanh. */
async function pullsBack(
  bench: BackendBench,
  rows: number,
  cols: number,
  name: ActivationName,
  seed: number,
): Promise<void> {
  const dh = bench.random(seed, rows, cols);
  const z = bench.random(seed + 1, rows, cols);
  const h = bench.upload(z.values.map(ACTIVATIONS[name].value), rows, cols);
  const roundings = (i: number) => (name === 'tanh' ? 3 * (1 + h.values[i]! ** 2) : 1);
  await bench.agree(
    `activationGradient ${name}`,
    (backend, side) => backend.activationGradient(side(dh), side(h), name),
    (i) => roundings(i) * Math.abs(dh.values[i]!) * bench.eps,
  );
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
  for (const name of ['identity', 'relu', 'tanh'] as const) {
    await bench.agree(
      `biasActivation ${name} with a NaN`,
      (b, of) => b.biasActivation(of(spoiled), of(bias), name),
      anyNumber,
    );
    await bench.agree(
      `activationGradient ${name} with a NaN`,
      (b, of) => b.activationGradient(of(spoiled), of(ones), name),
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
    name: 'biasActivation agrees for every activation',
    check: (bench) =>
      bench.forAll(fc.tuple(matrix, activation), ([[rows, cols, start], name]) =>
        activates(bench, rows, cols, name, start),
      ),
  },
  {
    name: 'activationGradient agrees for every activation',
    check: (bench) =>
      bench.forAll(fc.tuple(matrix, activation), ([[rows, cols, start], name]) =>
        pullsBack(bench, rows, cols, name, start),
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
