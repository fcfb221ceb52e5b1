/**
 * Kernels of one element at a time: bias, activations, sums in place, penalties and cuts.
 *
 * Cuts are written as comparisons: in shaders `max(NaN, 0)` may be 0, and a NaN must not vanish.
 */
import type { Activation } from '@tangentlab/tensor';
import { COL, cellKernel, elementKernel, INDEX, type Kernel, ROW } from './kernel.js';

interface Shape {
  readonly rows: number;
  readonly cols: number;
}

const A = `a[${INDEX}]`;

function element(name: string, { rows, cols }: Shape, params: readonly string[], value: string): Kernel {
  return elementKernel({ key: `${name} ${rows} ${cols}`, params, rows, cols, value: () => value });
}

/** a + scale bias. Takes a, bias, scale. */
export function addBiasKernel({ rows, cols }: Shape): Kernel {
  const value = () => `a[${ROW}][${COL}] + scale * bias[${COL}]`;
  return cellKernel({ key: `addBias ${rows} ${cols}`, params: ['a', 'bias', 'scale'], rows, cols, value });
}

/** An activation that has a kernel. */
export interface ActivationWithKernel extends Activation {
  readonly kernel: NonNullable<Activation['kernel']>;
}

/** f(a). Takes a. */
export function activateKernel({ rows, cols }: Shape, { name, kernel }: ActivationWithKernel): Kernel {
  return elementKernel({
    key: `activate ${rows} ${cols} ${name} ${kernel.value}`,
    params: ['a'],
    rows,
    cols,
    statements: () => `const z = ${A}; let y = z; ${kernel.value}`,
    value: (onDevice) => (onDevice ? numberOrNaN('y') : 'y'),
  });
}

/** dh * f'(a). Takes dh, a. */
export function activationGradientKernel({ rows, cols }: Shape, { name, kernel }: ActivationWithKernel): Kernel {
  return elementKernel({
    key: `activationGradient ${rows} ${cols} ${name} ${kernel.derivative}`,
    params: ['dh', 'a'],
    rows,
    cols,
    statements: () => `const z = ${A}; let y = z; ${kernel.derivative}`,
    value: (onDevice) => `dh[${INDEX}] * ${onDevice ? numberOrNaN('y') : 'y'}`,
  });
}

/** NaN where z is NaN: to a shader exp(NaN) may be 0, while the host's functions keep it. */
function numberOrNaN(y: string): string {
  return `(z <= 0 ? ${y} : (z > 0 ? ${y} : z))`;
}

/** a * b. Takes a, b. */
export function multiplyKernel(shape: Shape): Kernel {
  return element('multiply', shape, ['a', 'b'], `${A} * b[${INDEX}]`);
}

/** target + alpha a. Takes target, a, alpha. */
export function accumulateKernel(shape: Shape): Kernel {
  return element('accumulate', shape, ['target', 'a', 'alpha'], `target[${INDEX}] + alpha * ${A}`);
}

/** target + alpha sign(a), with sign(0) = 0. Takes target, a, alpha. */
export function accumulateSignKernel(shape: Shape): Kernel {
  const sign = `(${A} > 0 ? alpha : (${A} < 0 ? 0 - alpha : alpha * ${A}))`;
  return element('accumulateSign', shape, ['target', 'a', 'alpha'], `target[${INDEX}] + ${sign}`);
}

/** sign(a) max(|a| - threshold, 0). Takes a, threshold. */
export function softThresholdKernel(shape: Shape): Kernel {
  const small = `(${A} >= 0 ? 0 : (${A} < 0 ? 0 : ${A}))`; // and NaN
  const value = `(${A} > threshold ? ${A} - threshold : (${A} < 0 - threshold ? ${A} + threshold : ${small}))`;
  return element('softThreshold', shape, ['a', 'threshold'], value);
}

/** a cut to [-limit, limit]. Takes a, limit. */
export function clampKernel(shape: Shape): Kernel {
  const value = `(${A} > limit ? limit : (${A} < 0 - limit ? 0 - limit : ${A}))`;
  return element('clamp', shape, ['a', 'limit'], value);
}

/** a min(1, maxNorm / (root of the sum of squares + epsilon)). Takes a, squares, which is 1 x 1, maxNorm, epsilon. */
export function clipByNormKernel({ rows, cols }: Shape): Kernel {
  return elementKernel({
    key: `clipByNorm ${rows} ${cols}`,
    params: ['a', 'squares', 'maxNorm', 'epsilon'],
    rows,
    cols,
    statements: () => 'const scale = maxNorm / (Math.sqrt(squares[0]) + epsilon);',
    value: () => `${A} * (scale >= 1 ? 1 : scale)`,
  });
}
