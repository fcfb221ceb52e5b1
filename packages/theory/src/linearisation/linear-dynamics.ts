/**
 * Training of a linearised network in closed form: under squares its outputs follow a linear equation, which the
 * eigenvectors of the tangent kernel take apart.
 */
// n samples, k outputs; Theta is (n k) x (n k), outputs sample by sample
import { ConfigError, ShapeError } from '@tangentlab/core';
import { checkFinite, type DenseMatrix, type LinearAlgebra } from '@tangentlab/tensor';

/** What `linearDynamics` takes beside the kernel. */
export interface LinearDynamicsOptions {
  readonly linearAlgebra: LinearAlgebra;
  readonly signal?: AbortSignal;
}

/** The training of a linearised network on 1/(2 n) sum |z - y|^2. */
export interface LinearDynamics {
  /** Eigenvalues of Theta, ascending. */
  readonly eigenvalues: Float64Array;
  /** Gradient descent diverges from this learning rate on: 2 n / lambda_max; infinite for a kernel of 0. */
  readonly maxLearningRate: number;
  /** Outputs after gradient flow for a time t >= 0; infinity is the limit. */
  flow(time: number): Float64Array;
  /** Outputs after so many steps of gradient descent. */
  descend(learningRate: number, steps: number): Float64Array;
  /** Outputs on other samples, whose kernel with the training ones is m k' x n k, after a time. */
  flowElsewhere(time: number, cross: DenseMatrix, start: Float64Array): Float64Array;
  /** The loss 1/(2 n) |Z - y|^2 after a time. */
  loss(time: number): number;
}

/**
 * The closed form of training with kernel Theta from the outputs z0 towards y.
 *
 * Z(t) = y + exp(-Theta t/n) (z0 - y), Z_j = y + (I - eta Theta/n)^j (z0 - y), and on other samples
 * Z*(t) = z0* - Theta* Theta^-1 (I - exp(-Theta t/n)) (z0 - y). *Shapes*: z0 and y have n k entries. *Cost*: that of the
 * eigenvectors, once; O((n k)^2) for each time. *Error*: n k eps of the largest; directions whose eigenvalue is within
 * n k eps of 0 do not move. *Throws* SHAPE_MISMATCH, NUMERIC_NOT_FINITE; CONFIG_INVALID for a negative time or a
 * kernel with an eigenvalue clearly below 0. *Source*: Lee et al. (2019), section 2.2; the seed document, section 12.
 */
export async function linearDynamics(
  theta: DenseMatrix,
  z0: Float64Array,
  y: Float64Array,
  n: number,
  { linearAlgebra, signal }: LinearDynamicsOptions,
): Promise<LinearDynamics> {
  const size = theta.rows;
  if (z0.length !== size || y.length !== size) {
    throw new ShapeError('SHAPE_MISMATCH', {
      where: 'linearDynamics',
      expected: `${size} outputs and targets are needed`,
      got: `${z0.length} and ${y.length}`,
      todo: 'give one for each row of the kernel',
    });
  }
  checkFinite('linearDynamics, outputs', { rows: 1, cols: size, values: z0 });
  checkFinite('linearDynamics, targets', { rows: 1, cols: size, values: y });
  const { values, vectors } = await linearAlgebra.symmetricEigenAsync(theta, signal);
  const top = values.at(-1) ?? 0;
  const noise = size * Number.EPSILON * Math.max(0, top);
  if ((values[0] ?? 0) < -10 * noise - Number.MIN_VALUE) {
    throw new ConfigError('CONFIG_INVALID', {
      where: 'linearDynamics',
      expected: 'a kernel without negative eigenvalues is needed',
      got: String(values[0]),
      todo: "take J J' of one network on one set of samples",
    });
  }
  const rates = values.map((value) => (value > noise ? value / n : 0));
  const distance = z0.map((value, i) => value - y[i]!);
  const modes = intoModes(vectors, distance);
  const at = (decay: (rate: number) => number) => {
    const moved = fromModes(
      vectors,
      modes.map((mode, m) => mode * decay(rates[m]!)),
    );
    return moved.map((value, i) => y[i]! + value);
  };
  const flow = (time: number) => at(decayAfter(time));
  return {
    eigenvalues: values,
    maxLearningRate: top > 0 ? (2 * n) / top : Number.POSITIVE_INFINITY,
    flow,
    descend: (learningRate, steps) => at((rate) => (1 - learningRate * rate) ** steps),
    flowElsewhere: (time, cross, start) => elsewhere(cross, start, vectors, modes, rates, n, time),
    loss: (time) => squaredLoss(flow(time), y, n),
  };
}

/** 1/(2 n) |z - y|^2, the loss that all closed forms here are of. */
export function squaredLoss(z: Float64Array, y: Float64Array, n: number): number {
  return z.reduce((sum, value, i) => sum + (value - y[i]!) ** 2, 0) / (2 * n);
}

function elsewhere(
  cross: DenseMatrix,
  start: Float64Array,
  vectors: DenseMatrix,
  modes: Float64Array,
  rates: Float64Array,
  n: number,
  time: number,
): Float64Array {
  if (cross.cols !== vectors.rows || cross.rows !== start.length) {
    throw new ShapeError('SHAPE_MISMATCH', {
      where: 'flowElsewhere',
      expected: `a kernel of ${start.length} x ${vectors.rows} is needed`,
      got: `${cross.rows} x ${cross.cols}`,
      todo: 'give the kernel between the other samples and the training ones, and the outputs there',
    });
  }
  const decay = decayAfter(time);
  // (1 - exp(-rate t)) / (n rate), which is t/n at rate 0: a direction that does not move contributes nothing either
  const passed = modes.map((mode, m) => (rates[m] === 0 ? 0 : (mode * (1 - decay(rates[m]!))) / (rates[m]! * n)));
  const weights = fromModes(vectors, passed);
  return start.map((value, row) => {
    let sum = 0;
    for (let c = 0; c < cross.cols; c++) sum += cross.values[row * cross.cols + c]! * weights[c]!;
    return value - sum;
  });
}

/** exp(-rate t); at infinity 0, and 1 for what has no rate. */
function decayAfter(time: number): (rate: number) => number {
  if (!(time >= 0)) {
    throw new ConfigError('CONFIG_INVALID', {
      where: 'linearDynamics',
      expected: 'a time of at least 0 is needed',
      got: String(time),
      todo: 'give t, or Infinity for the limit',
    });
  }
  return (rate) => (rate === 0 ? 1 : Math.exp(-rate * time));
}

/** V' a. */
function intoModes({ rows, cols, values }: DenseMatrix, a: Float64Array): Float64Array {
  const modes = new Float64Array(cols);
  for (let i = 0; i < rows; i++) for (let m = 0; m < cols; m++) modes[m]! += values[i * cols + m]! * a[i]!;
  return modes;
}

/** V a. */
function fromModes({ rows, cols, values }: DenseMatrix, a: Float64Array): Float64Array {
  const result = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let m = 0; m < cols; m++) sum += values[i * cols + m]! * a[m]!;
    result[i] = sum;
  }
  return result;
}
