/**
 * Kernels of optimizers: the state after the step, and the parameter last, from the same gradient.
 */
import type { OptimizerSpec, OptimizerStep } from '@tangentlab/tensor';
import { INDEX, type Kernel, type KernelResult } from './kernel.js';

/** A step of an optimizer, as a kernel: it takes theta, gradient, the state, then `numbers`. */
export interface OptimizerKernel {
  readonly kernel: Kernel;
  /** What varies from step to step, computed in f64: in f32 complements like 1 - beta would lose their digits. */
  readonly numbers: readonly number[];
}

const THETA = `theta[${INDEX}]`;
const G = `g[${INDEX}]`;

/** The kernel of one step for a parameter of this shape. */
export function optimizerKernel(
  optimizer: OptimizerSpec,
  { step, lr }: OptimizerStep,
  rows: number,
  cols: number,
): OptimizerKernel {
  const kernel = (name: string, params: string, results: readonly KernelResult[]): Kernel => ({
    key: `${name} ${rows} ${cols}`,
    params: params.split(' '),
    rows,
    cols,
    flat: true,
    results: results.length,
    text: () => results,
  });
  switch (optimizer.name) {
    case 'sgd': {
      const { momentum, nesterov } = optimizer;
      if (momentum === 0) {
        return { kernel: kernel('sgd', 'theta g lr', [{ value: `${THETA} - lr * ${G}` }]), numbers: [lr] };
      }
      return {
        kernel: kernel(`momentum ${nesterov}`, 'theta g v lr momentum', momentumResults(nesterov)),
        numbers: [lr, momentum],
      };
    }
    case 'adam':
    case 'adamW': {
      const { beta1, beta2, epsilon } = optimizer;
      const decays = [beta1, beta2].flatMap((beta) => [beta, 1 - beta, 1 / (1 - beta ** step)]);
      const keep = optimizer.name === 'adamW' ? 1 - lr * optimizer.weightDecay : 1;
      const params = 'theta g m v lr epsilon keep beta1 rest1 factor1 beta2 rest2 factor2';
      return { kernel: kernel('adam', params, ADAM), numbers: [lr, epsilon, keep, ...decays] };
    }
    case 'rmsProp': {
      const { alpha, epsilon, momentum } = optimizer;
      const numbers = [lr, epsilon, alpha, 1 - alpha];
      if (momentum === 0) return { kernel: kernel('rmsProp', 'theta g s lr epsilon alpha rest', RMS_PROP), numbers };
      const params = 'theta g s v lr epsilon alpha rest momentum';
      return { kernel: kernel('rmsProp momentum', params, RMS_PROP_MOMENTUM), numbers: [...numbers, momentum] };
    }
    case 'adagrad':
      return { kernel: kernel('adagrad', 'theta g s lr epsilon', ADAGRAD), numbers: [lr, optimizer.epsilon] };
  }
}

function momentumResults(nesterov: boolean): readonly KernelResult[] {
  const along = nesterov ? `${G} + momentum * next` : 'next';
  return [
    { statements: `const next = momentum * v[${INDEX}] + ${G};`, value: 'next' },
    { value: `${THETA} - lr * (${along})` },
  ];
}

/** `keep` is what decoupled decay leaves of the parameter; beta1 and beta2 come with 1 - beta and 1 / (1 - beta^step). */
const ADAM: readonly KernelResult[] = [
  { statements: `const mean = beta1 * m[${INDEX}] + rest1 * ${G};`, value: 'mean' },
  { statements: `const square = beta2 * v[${INDEX}] + rest2 * ${G} * ${G};`, value: 'square' },
  { value: `keep * ${THETA} - lr * (mean * factor1) / (Math.sqrt(square * factor2) + epsilon)` },
];

const RMS_SQUARE: KernelResult = {
  statements: `const square = alpha * s[${INDEX}] + rest * ${G} * ${G};`,
  value: 'square',
};

const RMS_PROP: readonly KernelResult[] = [
  RMS_SQUARE,
  { value: `${THETA} - lr * ${G} / (Math.sqrt(square) + epsilon)` },
];

const RMS_PROP_MOMENTUM: readonly KernelResult[] = [
  RMS_SQUARE,
  { statements: `const next = momentum * v[${INDEX}] + ${G} / (Math.sqrt(square) + epsilon);`, value: 'next' },
  { value: `${THETA} - lr * next` },
];

const ADAGRAD: readonly KernelResult[] = [
  { statements: `const square = s[${INDEX}] + ${G} * ${G};`, value: 'square' },
  { value: `${THETA} - lr * ${G} / (Math.sqrt(square) + epsilon)` },
];
