/**
 * The text of the kernels of optimizers. Each has as many rows as it has results: the state after the step, and the
 * parameter last. One kernel instead of several, since a kernel has one output and calls cost more than the little that
 * the later rows compute again.
 */
import type { OptimizerSpec, OptimizerStep } from '@tangentlab/tensor';
import { COL, type KernelSource, ROW } from './kernel-source.js';

/** A step of an optimizer, as a kernel. */
export interface OptimizerKernel {
  /** Equal names mean equal texts. */
  readonly name: string;
  /** Arguments: theta, gradient, the state, all flat; then `numbers`. */
  source(length: number): KernelSource;
  /** What varies from step to step, computed in f64: in f32 complements like 1 - beta would lose their digits. */
  readonly numbers: readonly number[];
}

/** The kernel of one step. */
export function optimizerKernel(optimizer: OptimizerSpec, { step, lr }: OptimizerStep): OptimizerKernel {
  switch (optimizer.name) {
    case 'sgd': {
      const { momentum, nesterov } = optimizer;
      if (momentum === 0) return { name: 'sgd', source: sgdSource, numbers: [lr] };
      return { name: `momentum ${nesterov}`, source: momentumSource(nesterov), numbers: [lr, momentum] };
    }
    case 'adam':
    case 'adamW': {
      const { beta1, beta2, epsilon } = optimizer;
      const decays = [beta1, beta2].flatMap((beta) => [beta, 1 - beta, 1 / (1 - beta ** step)]);
      const keep = optimizer.name === 'adamW' ? 1 - lr * optimizer.weightDecay : 1;
      return { name: 'adam', source: adamSource, numbers: [lr, epsilon, keep, ...decays] };
    }
    case 'rmsProp': {
      const { alpha, epsilon, momentum } = optimizer;
      const numbers = [lr, epsilon, alpha, 1 - alpha];
      if (momentum === 0) return { name: 'rmsProp', source: rmsPropSource, numbers };
      return { name: 'rmsProp momentum', source: rmsPropMomentumSource, numbers: [...numbers, momentum] };
    }
    case 'adagrad':
      return { name: 'adagrad', source: adagradSource, numbers: [lr, optimizer.epsilon] };
  }
}

function sgdSource(length: number): KernelSource {
  return { text: `function(theta, g, lr) { return theta[${COL}] - lr * g[${COL}]; }`, width: length, height: 1 };
}

function momentumSource(nesterov: boolean): (length: number) => KernelSource {
  const along = nesterov ? `g[${COL}] + momentum * next` : 'next';
  const text = `function(theta, g, v, lr, momentum) {
    const next = momentum * v[${COL}] + g[${COL}];
    if (${ROW} === 0) { return next; }
    return theta[${COL}] - lr * (${along});
  }`;
  return (length) => ({ text, width: length, height: 2 });
}

/** `keep` is what decoupled decay leaves of the parameter; beta1 and beta2 come with 1 - beta and 1 / (1 - beta^step). */
function adamSource(length: number): KernelSource {
  const text = `function(theta, g, m, v, lr, epsilon, keep, beta1, rest1, factor1, beta2, rest2, factor2) {
    const mean = beta1 * m[${COL}] + rest1 * g[${COL}];
    if (${ROW} === 0) { return mean; }
    const square = beta2 * v[${COL}] + rest2 * g[${COL}] * g[${COL}];
    if (${ROW} === 1) { return square; }
    return keep * theta[${COL}] - lr * (mean * factor1) / (Math.sqrt(square * factor2) + epsilon);
  }`;
  return { text, width: length, height: 3 };
}

function rmsPropSource(length: number): KernelSource {
  const text = `function(theta, g, s, lr, epsilon, alpha, rest) {
    const square = alpha * s[${COL}] + rest * g[${COL}] * g[${COL}];
    if (${ROW} === 0) { return square; }
    return theta[${COL}] - lr * g[${COL}] / (Math.sqrt(square) + epsilon);
  }`;
  return { text, width: length, height: 2 };
}

function rmsPropMomentumSource(length: number): KernelSource {
  const text = `function(theta, g, s, v, lr, epsilon, alpha, rest, momentum) {
    const square = alpha * s[${COL}] + rest * g[${COL}] * g[${COL}];
    if (${ROW} === 0) { return square; }
    const next = momentum * v[${COL}] + g[${COL}] / (Math.sqrt(square) + epsilon);
    if (${ROW} === 1) { return next; }
    return theta[${COL}] - lr * next;
  }`;
  return { text, width: length, height: 3 };
}

function adagradSource(length: number): KernelSource {
  const text = `function(theta, g, s, lr, epsilon) {
    const square = s[${COL}] + g[${COL}] * g[${COL}];
    if (${ROW} === 0) { return square; }
    return theta[${COL}] - lr * g[${COL}] / (Math.sqrt(square) + epsilon);
  }`;
  return { text, width: length, height: 2 };
}
