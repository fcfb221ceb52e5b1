/**
 * The text of the kernels of losses: the losses of all rows, and the gradient of their mean. Losses of the user's have
 * none, and are evaluated on the host.
 */
import type { BuiltInLoss } from '@tangentlab/tensor';
import { COL, type KernelSource, ROW, sum } from './kernel-source.js';

/** The kernels of a loss; `name` tells kernels of other constants apart. */
export interface LossKernels {
  readonly name: string;
  /** One row of losses, with statistics of each row before it, if the gradient needs some. Arguments: z, t. */
  losses(outputs: number, width: number): KernelSource;
  /** The gradient of the mean. Arguments: z, t, and the statistics, flat. */
  gradient(rows: number, outputs: number, width: number): KernelSource;
}

/** The kernels of a built-in loss. */
export function lossKernels(loss: BuiltInLoss): LossKernels {
  switch (loss.name) {
    case 'softmaxCrossEntropy':
      return { name: loss.name, losses: rowStatisticsSource, gradient: softmaxGradientSource };
    case 'mse':
      return byOutput('mse', 'd * d', '2 * d');
    case 'huber': {
      const { delta } = loss;
      const value = `(Math.abs(d) > ${delta} ? ${delta} * (Math.abs(d) - ${0.5 * delta}) : 0.5 * d * d)`;
      return byOutput(`huber ${delta}`, value, `Math.max(${-delta}, Math.min(d, ${delta}))`);
    }
    case 'hinge':
      return hingeKernels(loss.margin);
  }
}

/**
 * Three numbers for each row of logits, as three rows: the largest logit, the sum of exp(z - largest), the loss. Cells
 * are rows of z: the lanes of a vector work on four of them.
 */
function rowStatisticsSource(classes: number, width: number): KernelSource {
  const z = (j: string) => `z[${COL}][${j}]`;
  // the sum of t (top - z) keeps its digits where log total and z would cancel
  const text = `function(z, t) {
    let top = ${z('0')};
    for (let j = 1; j < ${classes}; j++) { top = Math.max(top, ${z('j')}); }
    if (${ROW} === 0) { return top; }
    ${sum('total', classes, (j) => `Math.exp(${z(j)} - top)`)}
    if (${ROW} === 1) { return total; }
    const logTotal = Math.log(total);
    ${sum('loss', classes, (j) => `t[${COL}][${j}] * (logTotal + (top - ${z(j)}))`)}
    return loss;
  }`;
  return { text, width, height: 3 };
}

/** (softmax(Z) - T) / rows. Arguments: z, t, top, total; the last two flat. */
function softmaxGradientSource(rows: number, _classes: number, width: number): KernelSource {
  const text = `function(z, t, top, total) {
    const share = Math.exp(z[${ROW}][${COL}] - top[${ROW}]) / total[${ROW}];
    return (share - t[${ROW}][${COL}]) / ${rows};
  }`;
  return { text, width, height: rows };
}

/** The mean over the outputs of a function of d = z - t, from that function and its slope. */
function byOutput(name: string, value: string, slope: string): LossKernels {
  return {
    name,
    losses: (outputs, width) => ({
      text: `function(z, t) {
        let total = 0;
        for (let j = 0; j < ${outputs}; j++) {
          const d = z[${COL}][j] - t[${COL}][j];
          total += ${value};
        }
        return total / ${outputs};
      }`,
      width,
      height: 1,
    }),
    gradient: (rows, outputs, width) => ({
      text: `function(z, t) {
        const d = z[${ROW}][${COL}] - t[${ROW}][${COL}];
        return ${slope} / ${rows * outputs};
      }`,
      width,
      height: rows,
    }),
  };
}

/** Every pair of outputs c, j: t_c max(0, margin - z_c + z_j). */
function hingeKernels(margin: number): LossKernels {
  return {
    name: `hinge ${margin}`,
    losses: (outputs, width) => ({
      text: `function(z, t) {
        let total = 0;
        for (let c = 0; c < ${outputs}; c++) {
          for (let j = 0; j < ${outputs}; j++) {
            const slack = Math.max(0, ${margin} - z[${COL}][c] + z[${COL}][j]);
            total += (c === j ? 0 : 1) * t[${COL}][c] * slack;
          }
        }
        return total / ${outputs};
      }`,
      width,
      height: 1,
    }),
    gradient: (rows, outputs, width) => ({
      text: `function(z, t) {
        let total = 0;
        for (let j = 0; j < ${outputs}; j++) {
          const above = z[${ROW}][${COL}] - z[${ROW}][j];
          const none = Math.min(0, Math.max(0, above)); // 0, and NaN where a logit is
          const pulled = ${margin} + above > 0 ? t[${ROW}][j] : none;
          const pushed = ${margin} - above > 0 ? t[${ROW}][${COL}] : none;
          total += (${COL} === j ? 0 : 1) * (pulled - pushed);
        }
        return total / ${rows * outputs};
      }`,
      width,
      height: rows,
    }),
  };
}
