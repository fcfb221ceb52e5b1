/**
 * Kernels of losses: the losses of all rows, and the gradient of their mean. Losses of the user's have none, and are
 * evaluated on the host.
 */
import type { BuiltInLoss } from '@tangentlab/tensor';
import { COL, cellKernel, elementKernel, INDEX, type Kernel, ROW, sum } from './kernel.js';

/** The kernels of a loss. */
export interface LossKernels {
  /** Takes z, t; its last result is the losses, rows x 1, the others are statistics that the gradient needs. */
  readonly losses: Kernel;
  /** Takes z, t, and the statistics. */
  readonly gradient: Kernel;
}

/** The kernels of a built-in loss for z and t of this shape. */
export function lossKernels(loss: BuiltInLoss, rows: number, cols: number): LossKernels {
  switch (loss.name) {
    case 'softmaxCrossEntropy':
      return { losses: rowStatistics(rows, cols), gradient: softmaxGradient(rows, cols) };
    case 'mse':
      return byOutput('mse', rows, cols, 'd * d', '2 * d');
    case 'huber': {
      const { delta } = loss;
      const value = `(Math.abs(d) > ${delta} ? ${delta} * (Math.abs(d) - ${0.5 * delta}) : 0.5 * d * d)`;
      const slope = `(d > ${delta} ? ${delta} : (d < ${-delta} ? ${-delta} : d))`;
      return byOutput(`huber ${delta}`, rows, cols, value, slope);
    }
    case 'hinge':
      return hingeKernels(loss.margin, rows, cols);
  }
}

/** Of each row of logits: the largest, the sum of exp(z - largest), the loss. Cells are rows of z. */
function rowStatistics(rows: number, cols: number): Kernel {
  const z = (j: string) => `z[${INDEX}][${j}]`;
  return {
    key: `softmaxCrossEntropy ${rows} ${cols}`,
    params: ['z', 't'],
    rows,
    cols: 1,
    flat: true,
    results: 3,
    text: () => [
      {
        statements: `let top = ${z('0')};
          for (let j = 1; j < ${cols}; j++) { top = Math.max(top, ${z('j')}); }`,
        value: 'top',
      },
      { statements: sum('total', cols, (j) => `Math.exp(${z(j)} - top)`), value: 'total' },
      {
        // the sum of t (top - z) keeps its digits where log total and z would cancel
        statements: `const logTotal = Math.log(total);
          ${sum('loss', cols, (j) => `t[${INDEX}][${j}] * (logTotal + (top - ${z(j)}))`)}`,
        value: 'loss',
      },
    ],
  };
}

/** (softmax(Z) - T) / rows. Takes z, t, top, total; the last two are rows x 1. */
function softmaxGradient(rows: number, cols: number): Kernel {
  return cellKernel({
    key: `softmaxGradient ${rows} ${cols}`,
    params: ['z', 't', 'top', 'total'],
    rows,
    cols,
    statements: () => `const share = Math.exp(z[${ROW}][${COL}] - top[${ROW}]) / total[${ROW}];`,
    value: () => `(share - t[${ROW}][${COL}]) / ${rows}`,
  });
}

/** The mean over the outputs of a function of d = z - t, from that function and its slope. */
function byOutput(name: string, rows: number, cols: number, value: string, slope: string): LossKernels {
  return {
    losses: elementKernel({
      key: `${name} ${rows} ${cols}`,
      params: ['z', 't'],
      rows,
      cols: 1,
      statements: () => `let total = 0;
        for (let j = 0; j < ${cols}; j++) {
          const d = z[${INDEX}][j] - t[${INDEX}][j];
          total += ${value};
        }`,
      value: () => `total / ${cols}`,
    }),
    gradient: elementKernel({
      key: `gradient of ${name} ${rows} ${cols}`,
      params: ['z', 't'],
      rows,
      cols,
      statements: () => `const d = z[${INDEX}] - t[${INDEX}];`,
      value: () => `${slope} / ${rows * cols}`,
    }),
  };
}

/** Every pair of outputs c, j: t_c max(0, margin - z_c + z_j). */
function hingeKernels(margin: number, rows: number, cols: number): LossKernels {
  return {
    losses: elementKernel({
      key: `hinge ${margin} ${rows} ${cols}`,
      params: ['z', 't'],
      rows,
      cols: 1,
      statements: () => `let total = 0;
        for (let c = 0; c < ${cols}; c++) {
          for (let j = 0; j < ${cols}; j++) {
            const slack = ${margin} - z[${INDEX}][c] + z[${INDEX}][j];
            total += (c === j ? 0 : 1) * t[${INDEX}][c] * (slack < 0 ? 0 : slack);
          }
        }`,
      value: () => `total / ${cols}`,
    }),
    gradient: cellKernel({
      key: `gradient of hinge ${margin} ${rows} ${cols}`,
      params: ['z', 't'],
      rows,
      cols,
      statements: () => `let total = 0;
        for (let j = 0; j < ${cols}; j++) {
          const above = z[${ROW}][${COL}] - z[${ROW}][j];
          const none = above < 0 ? 0 : (above >= 0 ? 0 : above); // 0, and NaN where a logit is
          const pulled = ${margin} + above > 0 ? t[${ROW}][j] : none;
          const pushed = ${margin} - above > 0 ? t[${ROW}][${COL}] : none;
          total += (${COL} === j ? 0 : 1) * (pulled - pushed);
        }`,
      value: () => `total / ${rows * cols}`,
    }),
  };
}
