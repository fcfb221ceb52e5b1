/**
 * One example of every operation of the contract, as data: for laws that hold for each of them alike.
 */
import type { Matrix, MatrixBackend, OptimizerSpec } from '@tangentlab/tensor';
import type { BackendBench, Twin } from './backend-bench.js';

/** A matrix that an example takes: its shape, and what its entries must be. */
type Operand = readonly [rows: number, cols: number, entries?: 'one-hot' | 'squares'];

export interface Operation {
  readonly name: string;
  readonly operands: readonly Operand[];
  /** Which operands it updates in place. */
  readonly updates?: readonly number[];
  /** Performs it; returns the matrices that it makes. */
  perform(backend: MatrixBackend, operands: readonly Matrix[]): readonly Matrix[];
}

const ADAM: OptimizerSpec = { name: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

export const OPERATIONS: readonly Operation[] = [
  {
    name: 'gatherRows',
    operands: [[5, 3]],
    perform: (backend, [a]) => [backend.gatherRows(a!, Int32Array.of(4, 0, 4))],
  },
  {
    name: 'gemm',
    operands: [
      [5, 7],
      [7, 6],
      [5, 6],
    ],
    perform: (backend, [a, b, c]) => [backend.gemm(a!, b!, { alpha: 0.5, beta: 2, c: c! })],
  },
  {
    name: 'gemm of transposes',
    operands: [
      [7, 5],
      [6, 7],
    ],
    perform: (backend, [a, b]) => [backend.gemm(a!, b!, { transA: true, transB: true })],
  },
  {
    name: 'addBias',
    operands: [
      [5, 6],
      [1, 6],
    ],
    updates: [0],
    perform: (backend, [z, bias]) => {
      backend.addBias(z!, bias!, 0.5);
      return [];
    },
  },
  { name: 'activate', operands: [[5, 6]], perform: (backend, [a]) => [backend.activate(a!, 'gelu')] },
  {
    name: 'activationGradient',
    operands: [
      [5, 6],
      [5, 6],
    ],
    perform: (backend, [dh, a]) => [backend.activationGradient(dh!, a!, 'sigmoid')],
  },
  {
    name: 'multiply',
    operands: [
      [5, 6],
      [5, 6],
    ],
    perform: (backend, [a, b]) => [backend.multiply(a!, b!)],
  },
  { name: 'dropoutMask', operands: [], perform: (backend) => [backend.dropoutMask(5, 6, 0.3, 7)] },
  {
    name: 'loss',
    operands: [
      [5, 3],
      [5, 3, 'one-hot'],
    ],
    perform: (backend, [z, targets]) => {
      const loss = { name: 'softmaxCrossEntropy', targets: 'classes' } as const;
      const { losses, gradient } = backend.loss(z!, targets!, loss);
      return [losses, gradient];
    },
  },
  { name: 'columnSums', operands: [[5, 6]], perform: (backend, [a]) => [backend.columnSums(a!, 2)] },
  {
    name: 'accumulate',
    operands: [
      [5, 6],
      [5, 6],
    ],
    updates: [0],
    perform: (backend, [target, a]) => {
      backend.accumulate(target!, a!, 0.5);
      return [];
    },
  },
  {
    name: 'accumulateSign',
    operands: [
      [5, 6],
      [5, 6],
    ],
    updates: [0],
    perform: (backend, [target, a]) => {
      backend.accumulateSign(target!, a!, 0.5);
      return [];
    },
  },
  inPlace('softThreshold', (backend, target) => backend.softThreshold(target, 0.1)),
  inPlace('clamp', (backend, target) => backend.clamp(target, 0.1)),
  {
    name: 'clipByNorm',
    operands: [
      [5, 6],
      [1, 6],
    ],
    updates: [0, 1],
    perform: (backend, gradients) => {
      backend.clipByNorm(gradients, 0.1);
      return [];
    },
  },
  {
    name: 'sumOfSquares',
    operands: [
      [5, 6],
      [1, 6],
    ],
    perform: (backend, matrices) => [backend.sumOfSquares(matrices)],
  },
  {
    name: 'optimizerStep',
    operands: [
      [5, 6],
      [5, 6],
      [5, 6],
      [5, 6, 'squares'],
    ],
    updates: [0, 2, 3],
    perform: (backend, [parameter, gradient, m, v]) => {
      backend.optimizerStep(parameter!, gradient!, [m!, v!], ADAM, { step: 3, lr: 0.01 });
      return [];
    },
  },
];

/** An operation that changes one matrix. */
function inPlace(name: string, act: (backend: MatrixBackend, target: Matrix) => void): Operation {
  return {
    name,
    operands: [[5, 6]],
    updates: [0],
    perform: (backend, [target]) => {
      act(backend, target!);
      return [];
    },
  };
}

/** Operands for an example, the same at every call. */
export function operandsOf(bench: BackendBench, { operands }: Operation): readonly Twin[] {
  return operands.map(([rows, cols, entries], at) => {
    const random = bench.random(at, rows, cols);
    if (entries === 'one-hot')
      return bench.upload(
        Array.from(random.values, (_, i) => (i % cols === Math.floor(i / cols) % cols ? 1 : 0)),
        rows,
        cols,
      );
    if (entries === 'squares')
      return bench.upload(
        random.values.map((value) => value * value),
        rows,
        cols,
      );
    return random;
  });
}
