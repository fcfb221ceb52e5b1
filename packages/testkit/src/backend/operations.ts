/**
 * One example of every operation of the contract, as data: for laws that hold for each of them alike.
 */
import type { Matrix, MatrixBackend } from '@tangentlab/tensor';
import type { BackendBench, Twin } from './backend-bench.js';

/** A matrix that an example takes: its shape, and what its entries must be. */
type Operand = readonly [rows: number, cols: number, entries?: 'labels' | 'squares'];

export interface Operation {
  readonly name: string;
  readonly operands: readonly Operand[];
  /** Which operands it updates in place. */
  readonly updates?: readonly number[];
  /** Performs it; returns the matrices that it makes. */
  perform(backend: MatrixBackend, operands: readonly Matrix[]): readonly Matrix[];
}

const ADAM = { lr: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step: 3 };

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
    name: 'biasActivation',
    operands: [
      [5, 6],
      [1, 6],
    ],
    perform: (backend, [z, bias]) => [backend.biasActivation(z!, bias!, 'tanh')],
  },
  {
    name: 'activationGradient',
    operands: [
      [5, 6],
      [5, 6],
    ],
    perform: (backend, [dh, h]) => [backend.activationGradient(dh!, h!, 'relu')],
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
    name: 'softmaxCrossEntropy',
    operands: [
      [5, 3],
      [5, 1, 'labels'],
    ],
    perform: (backend, [z, labels]) => {
      const { losses, gradient } = backend.softmaxCrossEntropy(z!, labels!);
      return [losses, gradient];
    },
  },
  { name: 'columnSums', operands: [[5, 6]], perform: (backend, [a]) => [backend.columnSums(a!)] },
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
    name: 'adam',
    operands: [
      [5, 6],
      [5, 6],
      [5, 6],
      [5, 6, 'squares'],
    ],
    updates: [0, 2, 3],
    perform: (backend, [parameter, gradient, m, v]) => {
      backend.adam(parameter!, gradient!, m!, v!, ADAM);
      return [];
    },
  },
];

/** Operands for an example, the same at every call. */
export function operandsOf(bench: BackendBench, { operands }: Operation): readonly Twin[] {
  return operands.map(([rows, cols, entries], at) => {
    const random = bench.random(at, rows, cols);
    if (entries === 'labels')
      return bench.upload(
        Array.from(random.values, (_, i) => i % 3),
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
