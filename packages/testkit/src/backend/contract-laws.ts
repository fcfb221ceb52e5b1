/**
 * Laws of the contract itself: what a back end says of itself, and what it refuses.
 */
import type { Matrix, MatrixBackend, OptimizerSpec } from '@tangentlab/tensor';
import { type BackendBench, type BackendCheck, expectCode } from './backend-bench.js';
import { expectThat } from './error-bounds.js';

/** Makes a matrix of zeros. */
type Make = (rows: number, cols: number) => Matrix;

const ADAM: OptimizerSpec = { name: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
const STEP = { step: 1, lr: 0.01 };

/** Calls whose shapes do not fit. */
const MISFITS: Readonly<Record<string, (backend: MatrixBackend, make: Make) => unknown>> = {
  'upload of too few values': (b) => b.upload([1, 2, 3], 2, 2),
  'upload of too many values': (b) => b.upload([1, 2, 3], 1, 2),
  'gatherRows beyond the last row': (b, m) => b.gatherRows(m(3, 2), Int32Array.of(0, 3)),
  'gatherRows before the first row': (b, m) => b.gatherRows(m(3, 2), Int32Array.of(-1)),
  gemm: (b, m) => b.gemm(m(2, 3), m(2, 3)),
  'gemm of equal counts but other sizes': (b, m) => b.gemm(m(2, 6), m(3, 4)),
  'gemm with transA': (b, m) => b.gemm(m(2, 3), m(3, 2), { transA: true }),
  'gemm with transB': (b, m) => b.gemm(m(2, 3), m(3, 2), { transB: true }),
  'gemm with both': (b, m) => b.gemm(m(2, 3), m(2, 3), { transA: true, transB: true }),
  'gemm with c': (b, m) => b.gemm(m(2, 3), m(3, 4), { beta: 1, c: m(4, 2) }),
  'gemm with beta, without c': (b, m) => b.gemm(m(2, 3), m(3, 4), { beta: 1 }),
  'addBias of another width': (b, m) => b.addBias(m(2, 3), m(1, 2)),
  'addBias of two rows': (b, m) => b.addBias(m(2, 3), m(2, 3)),
  activationGradient: (b, m) => b.activationGradient(m(2, 3), m(3, 2), 'relu'),
  multiply: (b, m) => b.multiply(m(2, 3), m(3, 2)),
  'loss with targets missing': (b, m) => b.loss(m(2, 3), m(1, 3), { name: 'mse', targets: 'values' }),
  'loss with labels for targets': (b, m) =>
    b.loss(m(2, 3), m(2, 1), { name: 'softmaxCrossEntropy', targets: 'classes' }),
  accumulate: (b, m) => b.accumulate(m(2, 3), m(3, 2)),
  accumulateSign: (b, m) => b.accumulateSign(m(2, 3), m(3, 2), 1),
  'optimizerStep with another gradient': (b, m) => b.optimizerStep(m(2, 3), m(3, 2), [m(2, 3), m(2, 3)], ADAM, STEP),
  'optimizerStep with another state': (b, m) => b.optimizerStep(m(2, 3), m(2, 3), [m(2, 3), m(3, 2)], ADAM, STEP),
  'optimizerStep with too little state': (b, m) => b.optimizerStep(m(2, 3), m(2, 3), [m(2, 3)], ADAM, STEP),
  'optimizerStep with too much state': (b, m) =>
    b.optimizerStep(m(2, 3), m(2, 3), [m(2, 3)], { name: 'sgd', momentum: 0, nesterov: false }, STEP),
};

async function refusesMisfits(bench: BackendBench): Promise<void> {
  const make: Make = (rows, cols) => bench.tested.upload(new Float64Array(rows * cols), rows, cols);
  for (const [name, call] of Object.entries(MISFITS)) {
    await expectCode(name, 'SHAPE_MISMATCH', () => call(bench.tested, make));
  }
}

function describesItself({ tested }: BackendBench): void {
  const { name, capabilities } = tested;
  expectThat(name !== '', 'name', 'a name', name);
  expectThat(tested.describe() !== '', 'describe()', 'what really runs', tested.describe());
  const fused = tested.createTrainer !== undefined;
  expectThat(
    capabilities.fusedTrainer === fused,
    'capabilities.fusedTrainer',
    String(fused),
    capabilities.fusedTrainer,
  );
}

export const CONTRACT_CHECKS: readonly BackendCheck[] = [
  { name: 'describes itself', check: describesItself },
  { name: 'every operation refuses shapes that do not fit', check: refusesMisfits },
];
