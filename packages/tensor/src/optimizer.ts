/**
 * Gradient optimizers as plain data, what each keeps from step to step, and one step of each in f64. The formulas are
 * PyTorch's; the learning rate comes with each step, since schedules change it.
 */

/** Gradient descent, with momentum (0: none), which looks ahead if `nesterov`. */
export interface SgdSpec {
  readonly name: 'sgd';
  readonly momentum: number;
  readonly nesterov: boolean;
}

/** Adam. */
export interface AdamSpec {
  readonly name: 'adam';
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** Adam with decoupled weight decay: parameters shrink by lr times `weightDecay` before each step. */
export interface AdamWSpec {
  readonly name: 'adamW';
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
}

/** RMSProp; with momentum (0: none) on the scaled gradient. */
export interface RmsPropSpec {
  readonly name: 'rmsProp';
  /** Decay of the mean of squares. */
  readonly alpha: number;
  readonly epsilon: number;
  readonly momentum: number;
}

/** Adagrad. */
export interface AdagradSpec {
  readonly name: 'adagrad';
  readonly epsilon: number;
  /** What the sum of squares starts from. */
  readonly initialAccumulator: number;
}

/** An optimizer and its constants. Plain data. */
export type OptimizerSpec = SgdSpec | AdamSpec | AdamWSpec | RmsPropSpec | AdagradSpec;

/** Which step it is, and how long. */
export interface OptimizerStep {
  /** 1, 2, 3, ...: for the bias correction. */
  readonly step: number;
  readonly lr: number;
}

/** The matrices that an optimizer keeps for each parameter matrix, as the value that each starts filled with. */
export function initialState(optimizer: OptimizerSpec): readonly number[] {
  switch (optimizer.name) {
    case 'sgd':
      return optimizer.momentum === 0 ? [] : [0];
    case 'adam':
    case 'adamW':
      return [0, 0];
    case 'rmsProp':
      return optimizer.momentum === 0 ? [0] : [0, 0];
    case 'adagrad':
      return [optimizer.initialAccumulator];
  }
}

/** An optimizer that divides by a running size of the gradient, so that the gradient's unit cancels. */
export function isAdaptive({ name }: OptimizerSpec): boolean {
  return name !== 'sgd';
}

/**
 * One step, in place: theta and the state.
 *
 * *Shapes*: all arrays have one length; `state` holds as many as `initialState` names. *Cost*: O(length). *Source*:
 * PyTorch's `torch.optim`, with dampening 0; Adam: Kingma and Ba (2015), alg. 1; AdamW: Loshchilov and Hutter (2019).
 */
export function updateParameters(
  theta: Float64Array,
  gradient: Float64Array,
  state: readonly Float64Array[],
  optimizer: OptimizerSpec,
  { step, lr }: OptimizerStep,
): void {
  switch (optimizer.name) {
    case 'sgd':
      sgd(theta, gradient, state[0], optimizer, lr);
      break;
    case 'adamW':
      shrink(theta, 1 - lr * optimizer.weightDecay);
      adam(theta, gradient, state[0]!, state[1]!, optimizer, step, lr);
      break;
    case 'adam':
      adam(theta, gradient, state[0]!, state[1]!, optimizer, step, lr);
      break;
    case 'rmsProp':
      rmsProp(theta, gradient, state[0]!, state[1], optimizer, lr);
      break;
    case 'adagrad':
      adagrad(theta, gradient, state[0]!, optimizer, lr);
      break;
  }
}

function shrink(theta: Float64Array, factor: number): void {
  for (let i = 0; i < theta.length; i++) theta[i]! *= factor;
}

function sgd(
  theta: Float64Array,
  g: Float64Array,
  velocity: Float64Array | undefined,
  { momentum, nesterov }: SgdSpec,
  lr: number,
): void {
  if (velocity === undefined) {
    for (let i = 0; i < theta.length; i++) theta[i]! -= lr * g[i]!;
    return;
  }
  for (let i = 0; i < theta.length; i++) {
    const v = momentum * velocity[i]! + g[i]!;
    velocity[i] = v;
    theta[i]! -= lr * (nesterov ? g[i]! + momentum * v : v);
  }
}

function adam(
  theta: Float64Array,
  g: Float64Array,
  m: Float64Array,
  v: Float64Array,
  { beta1, beta2, epsilon }: Omit<AdamSpec, 'name'>,
  step: number,
  lr: number,
): void {
  const correction1 = 1 - beta1 ** step;
  const correction2 = 1 - beta2 ** step;
  for (let i = 0; i < theta.length; i++) {
    const gi = g[i]!;
    const mi = beta1 * m[i]! + (1 - beta1) * gi;
    const vi = beta2 * v[i]! + (1 - beta2) * gi * gi;
    m[i] = mi;
    v[i] = vi;
    theta[i]! -= (lr * (mi / correction1)) / (Math.sqrt(vi / correction2) + epsilon);
  }
}

function rmsProp(
  theta: Float64Array,
  g: Float64Array,
  squares: Float64Array,
  velocity: Float64Array | undefined,
  { alpha, epsilon, momentum }: RmsPropSpec,
  lr: number,
): void {
  for (let i = 0; i < theta.length; i++) {
    const gi = g[i]!;
    const s = alpha * squares[i]! + (1 - alpha) * gi * gi;
    squares[i] = s;
    const scaled = gi / (Math.sqrt(s) + epsilon);
    if (velocity === undefined) theta[i]! -= lr * scaled;
    else {
      const v = momentum * velocity[i]! + scaled;
      velocity[i] = v;
      theta[i]! -= lr * v;
    }
  }
}

function adagrad(
  theta: Float64Array,
  g: Float64Array,
  squares: Float64Array,
  { epsilon }: AdagradSpec,
  lr: number,
): void {
  for (let i = 0; i < theta.length; i++) {
    const gi = g[i]!;
    const s = squares[i]! + gi * gi;
    squares[i] = s;
    theta[i]! -= (lr * gi) / (Math.sqrt(s) + epsilon);
  }
}
