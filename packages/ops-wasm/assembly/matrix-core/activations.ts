/**
 * The activations by their codes, element by element: count is a multiple of four.
 */
import { erf, erfSlope, gelu, geluSlope } from './error-function';
import { sigmoid, sigmoidSlope, softplus, tanh } from './exponentials';
import { cos, sin } from './sine';

export const IDENTITY: i32 = 0;
export const RELU: i32 = 1;
export const LEAKY_RELU: i32 = 2;
export const TANH: i32 = 3;
export const SIGMOID: i32 = 4;
export const GELU: i32 = 5;
export const ERF: i32 = 6;
export const SOFTPLUS: i32 = 7;
export const SINE: i32 = 8;

/** Slope of leaky ReLU left of 0. */
const LEAK: f32 = 0.01;

function value(code: i32, z: v128): v128 {
  switch (code) {
    case RELU:
      return f32x4.max(z, f32x4.splat(0));
    case LEAKY_RELU:
      return v128.bitselect(z, f32x4.mul(f32x4.splat(LEAK), z), f32x4.gt(z, f32x4.splat(0)));
    case TANH:
      return tanh(z);
    case SIGMOID:
      return sigmoid(z);
    case GELU:
      return gelu(z);
    case ERF:
      return erf(z);
    case SOFTPLUS:
      return softplus(z);
    case SINE:
      return sin(z);
    default:
      return z;
  }
}

function slope(code: i32, z: v128): v128 {
  const one = f32x4.splat(1);
  switch (code) {
    case RELU:
      return v128.and(one, f32x4.gt(z, f32x4.splat(0)));
    case LEAKY_RELU:
      return v128.bitselect(one, f32x4.splat(LEAK), f32x4.gt(z, f32x4.splat(0)));
    case TANH: {
      const h = tanh(z);
      return f32x4.sub(one, f32x4.mul(h, h));
    }
    case SIGMOID:
      return sigmoidSlope(z);
    case GELU:
      return geluSlope(z);
    case ERF:
      return erfSlope(z);
    case SOFTPLUS:
      return sigmoid(z);
    case SINE:
      return cos(z);
    default:
      return one;
  }
}

/** h = f(z). */
export function activate(code: i32, z: usize, h: usize, count: i32): void {
  for (let end = z + ((<usize>count) << 2); z < end; z += 16) {
    v128.store(h, value(code, v128.load(z)));
    h += 16;
  }
}

/** dz = dh f'(z). */
export function activationGradient(code: i32, dh: usize, z: usize, dz: usize, count: i32): void {
  for (let end = z + ((<usize>count) << 2); z < end; z += 16) {
    v128.store(dz, f32x4.mul(v128.load(dh), slope(code, v128.load(z))));
    dh += 16;
    dz += 16;
  }
}

/** dz = dh (1 - h^2): the gradient of tanh from its value, the same bits for half the work. */
export function tanhGradient(dh: usize, h: usize, dz: usize, count: i32): void {
  if (count === 0) return;
  const one = f32x4.splat(1);
  const end = h + ((<usize>count) << 2);
  do {
    const value = v128.load(h);
    v128.store(dz, f32x4.mul(v128.load(dh), f32x4.sub(one, f32x4.mul(value, value))));
    dh += 16;
    dz += 16;
    h += 16;
  } while (h < end);
}
