/**
 * Built-in activations, losses, optimizers and dropout as the kernels know them: by number, with at most a few constants.
 */
import type { ActivationName, ActivationSpec, BuiltInLoss, LossSpec, OptimizerSpec } from '@tangentlab/tensor';

const ACTIVATION_CODES: Readonly<Record<ActivationName, number>> = {
  identity: 0,
  relu: 1,
  leakyRelu: 2,
  tanh: 3,
  sigmoid: 4,
  gelu: 5,
  erf: 6,
  softplus: 7,
  sine: 8,
};

const LOSS_CODES: Readonly<Record<BuiltInLoss['name'], number>> = {
  softmaxCrossEntropy: 0,
  mse: 1,
  huber: 2,
  hinge: 3,
};

/** The number of an activation; none for one of the user's. */
export function activationCode(spec: ActivationSpec): number | undefined {
  return typeof spec === 'string' ? ACTIVATION_CODES[spec] : undefined;
}

/** The number of a loss and its constant; none for one of the user's. */
export function lossCode(spec: LossSpec): { readonly code: number; readonly parameter: number } | undefined {
  if ('value' in spec) return undefined;
  const parameter = spec.name === 'huber' ? spec.delta : spec.name === 'hinge' ? spec.margin : 0;
  return { code: LOSS_CODES[spec.name], parameter };
}

/** An optimizer as numbers; `a` is a momentum, beta1 or alpha, `b` beta2 or RMSProp's momentum. */
export interface OptimizerCode {
  readonly code: number;
  readonly a: number;
  readonly b: number;
  readonly epsilon: number;
  readonly decay: number;
}

export function optimizerCode(optimizer: OptimizerSpec): OptimizerCode {
  switch (optimizer.name) {
    case 'sgd': {
      const code = optimizer.momentum === 0 ? 0 : optimizer.nesterov ? 2 : 1;
      return { code, a: optimizer.momentum, b: 0, epsilon: 0, decay: 0 };
    }
    case 'adam':
    case 'adamW': {
      const { beta1: a, beta2: b, epsilon } = optimizer;
      return { code: 3, a, b, epsilon, decay: optimizer.name === 'adamW' ? optimizer.weightDecay : 0 };
    }
    case 'rmsProp': {
      const { alpha: a, momentum: b, epsilon } = optimizer;
      return { code: b === 0 ? 4 : 5, a, b, epsilon, decay: 0 };
    }
    case 'adagrad':
      return { code: 6, a: 0, b: 0, epsilon: optimizer.epsilon, decay: 0 };
  }
}

/** The last hash that dropout at this rate, above 0, drops: the largest h with h / 2^32 < rate, without rounding. */
export function lastDropped(rate: number): number {
  return Math.ceil(rate * 2 ** 32) - 1;
}
