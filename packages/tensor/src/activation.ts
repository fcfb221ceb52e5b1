/**
 * Activation functions: elementwise, with derivatives as functions of the pre-activation. (From the output alone that of
 * GELU or of a sine cannot be had.) The built-in ones go by their names, so that a description stays plain data.
 */
import { erf, erfc } from './erf.js';

/** The activations that every back end knows. */
export type ActivationName =
  | 'identity'
  | 'relu'
  | 'leakyRelu'
  | 'tanh'
  | 'sigmoid'
  | 'gelu'
  | 'erf'
  | 'softplus'
  | 'sine';

/**
 * The same functions for back ends that compile kernels: statements in the language of gpu.js which set `y`, given `z`.
 * `y` starts as `z`.
 */
export interface ActivationKernel {
  readonly value: string;
  readonly derivative: string;
}

/** An activation h = f(z). */
export interface Activation {
  readonly name: string;
  value(z: number): number;
  /** f'(z). ReLU and leaky ReLU take the slope of their left side at the kink, as PyTorch does. */
  derivative(z: number): number;
  /** f''(z), where somebody needs curvature; 0 at a kink. */
  secondDerivative?(z: number): number;
  readonly kernel?: ActivationKernel;
}

/** A built-in activation by its name, or one of the user's. */
export type ActivationSpec = ActivationName | Activation;

/** Slope of leaky ReLU left of 0; PyTorch's default. */
const LEAK = 0.01;
const ROOT_HALF = Math.SQRT1_2;
const ONE_OVER_ROOT_TWO_PI = 1 / Math.sqrt(2 * Math.PI);
const TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);
// looked up once: a sandbox (jest) makes every look-up of a global expensive
const { abs, cos, exp, log1p, max, sin, tanh } = Math;

const gaussian = (z: number): number => ONE_OVER_ROOT_TWO_PI * exp(-0.5 * z * z);
const gaussianCdf = (z: number): number => 0.5 * erfc(-z * ROOT_HALF);
const bell = (z: number): number => TWO_OVER_ROOT_PI * exp(-z * z);

function sigmoid(z: number): number {
  const e = exp(-abs(z)); // never overflows
  return (z < 0 ? e : 1) / (1 + e);
}

function sigmoidSlope(z: number): number {
  const e = exp(-abs(z)); // s (1 - s) would be 0 from z = 37 on
  return e / ((1 + e) * (1 + e));
}

/** s'' = s' (1 - 2 s) = -s' tanh(z/2). */
const sigmoidCurvature = (z: number): number => -sigmoidSlope(z) * tanh(z / 2);

/**
 * erf(x) as `e`, within 1.5e-7 (about the rounding of single precision): Taylor's series near 0, where it keeps the digits
 * of small numbers, and 7.1.26 of Abramowitz and Stegun.
 */
const kernelErf = (x: string) => `
  const t = 1 / (1 + 0.3275911 * Math.abs(${x}));
  const p = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  let e = 1 - p * Math.exp(0 - ${x} * ${x});
  if (z < 0) { e = 0 - e; }
  const w = ${x} * ${x};
  if (w < 0.25) {
    e = ${x} * (1.1283791671 + w * (-0.3761263890 + w * (0.1128379167 + w * (-0.0268661706 + w *
      (0.0052239776 - w * 0.0008548327)))));
  }`;

/** The activations by name. */
export const ACTIVATIONS: Readonly<Record<ActivationName, Activation>> = Object.freeze({
  identity: Object.freeze({
    name: 'identity',
    value: (z: number) => z,
    derivative: () => 1,
    secondDerivative: () => 0,
    kernel: { value: 'y = z;', derivative: 'y = 1;' },
  }),
  relu: Object.freeze({
    name: 'relu',
    value: (z: number) => max(z, 0),
    derivative: (z: number) => (z > 0 ? 1 : 0),
    secondDerivative: () => 0,
    // no maximum: in shaders that of NaN and 0 may be 0
    kernel: { value: 'y = z < 0 ? 0 : z;', derivative: 'y = z > 0 ? 1 : 0;' },
  }),
  leakyRelu: Object.freeze({
    name: 'leakyRelu',
    value: (z: number) => (z > 0 ? z : LEAK * z),
    derivative: (z: number) => (z > 0 ? 1 : LEAK),
    secondDerivative: () => 0,
    kernel: { value: `y = z > 0 ? z : ${LEAK} * z;`, derivative: `y = z > 0 ? 1 : ${LEAK};` },
  }),
  tanh: Object.freeze({
    name: 'tanh',
    value: tanh,
    derivative: (z: number) => {
      const h = tanh(z);
      return 1 - h * h;
    },
    secondDerivative: (z: number) => {
      const h = tanh(z);
      return -2 * h * (1 - h * h);
    },
    kernel: { value: 'y = Math.tanh(z);', derivative: 'const h = Math.tanh(z); y = 1 - h * h;' },
  }),
  sigmoid: Object.freeze({
    name: 'sigmoid',
    value: sigmoid,
    derivative: sigmoidSlope,
    secondDerivative: sigmoidCurvature,
    kernel: {
      value: 'const e = Math.exp(0 - Math.abs(z)); y = (z < 0 ? e : 1) / (1 + e);',
      derivative: 'const e = Math.exp(0 - Math.abs(z)); y = e / ((1 + e) * (1 + e));',
    },
  }),
  gelu: Object.freeze({
    name: 'gelu',
    value: (z: number) => (z === Number.NEGATIVE_INFINITY ? 0 : z * gaussianCdf(z)),
    derivative: (z: number) => gaussianCdf(z) + damped(z, gaussian(z)),
    secondDerivative: (z: number) => damped(2 - z * z, gaussian(z)),
    kernel: {
      value: `const u = z * ${ROOT_HALF};${kernelErf('u')} y = 0.5 * z * (1 + e);`,
      derivative: `const u = z * ${ROOT_HALF};${kernelErf('u')}
        y = 0.5 * (1 + e) + z * ${ONE_OVER_ROOT_TWO_PI} * Math.exp(0 - u * u);`,
    },
  }),
  erf: Object.freeze({
    name: 'erf',
    value: erf,
    derivative: bell,
    secondDerivative: (z: number) => damped(-2 * z, bell(z)),
    kernel: { value: `${kernelErf('z')} y = e;`, derivative: `y = ${TWO_OVER_ROOT_PI} * Math.exp(0 - z * z);` },
  }),
  softplus: Object.freeze({
    name: 'softplus',
    value: (z: number) => max(z, 0) + log1p(exp(-abs(z))),
    derivative: sigmoid,
    secondDerivative: sigmoidSlope,
    kernel: {
      value: 'y = Math.max(z, 0) + Math.log(1 + Math.exp(0 - Math.abs(z)));',
      derivative: 'const e = Math.exp(0 - Math.abs(z)); y = (z < 0 ? e : 1) / (1 + e);',
    },
  }),
  sine: Object.freeze({
    name: 'sine',
    value: sin,
    derivative: cos,
    secondDerivative: (z: number) => -sin(z),
    kernel: { value: 'y = Math.sin(z);', derivative: 'y = Math.cos(z);' },
  }),
});

/** A factor times a density that has the last word: where it is 0, so is the product, however large the factor. */
function damped(factor: number, density: number): number {
  return density === 0 ? 0 : factor * density;
}

/**
 * The functions of an activation.
 *
 * @example
 * activationOf('relu').value(-2) // => 0
 */
export function activationOf(spec: ActivationSpec): Activation {
  return typeof spec === 'string' ? ACTIVATIONS[spec] : spec;
}

/**
 * The name of a built-in activation, the functions of any other: as plain as it can be said.
 *
 * @example
 * activationSpec(activationOf('tanh')) // => 'tanh'
 */
export function activationSpec(activation: Activation): ActivationSpec {
  const { name } = activation;
  return Object.hasOwn(ACTIVATIONS, name) ? (name as ActivationName) : activation;
}
