/**
 * All layers forward. In training hidden outputs are multiplied by their masks, and what the way back needs stays.
 */
import { activate, RELU } from './activations';
import { mask, maskOf, maskSeed, shifted } from './dropout';
import { multiply, sumOfSquares } from './elementwise';
import { Layer, layerOf, Network } from './network';
import { gemm, padded } from './products';

/** Outputs of so many rows of x, in the z of the last layer. */
export function forward(net: Network, x: usize, rows: i32, training: bool, seed: i32, step: i32): void {
  const last = net.layers - 1;
  let input = x;
  for (let l = 0; l <= last; l++) {
    const layer = layerOf(net, l);
    const stride = padded(layer.outputs);
    gemm(0, 0, rows, layer.outputs, layer.inputs, input, padded(layer.inputs), layer.weights, stride, layer.z, stride);
    if (training && l < last && net.activation === RELU && net.activationNorms === 0) {
      rectify(layer, rows, stride, maskSeed(seed, step, l));
    } else {
      shift(layer, rows, stride);
      if (l < last) {
        activate(net.activation, layer.z, layer.output, rows * stride);
        if (training && net.activationNorms !== 0) addNorm(net, l, layer.output, rows, layer.outputs);
        if (training && layer.counters !== 0) drop(layer, rows * stride, maskSeed(seed, step, l));
      } else if (training && net.activationNorms !== 0) addNorm(net, l, layer.z, rows, layer.outputs);
    }
    input = layer.output;
  }
}

/** z = weightScale z + biasScale b. */
function shift(layer: Layer, rows: i32, stride: i32): void {
  const alpha = f32x4.splat(<f32>layer.weightScale);
  const beta = f32x4.splat(<f32>layer.biasScale);
  const width = (<usize>stride) << 2;
  let z = layer.z;
  const biases = layer.biases;
  for (let i = 0; i < rows; i++) {
    let j: usize = 0;
    do {
      const bias = f32x4.mul(beta, v128.load(biases + j));
      v128.store(z, f32x4.add(f32x4.mul(alpha, v128.load(z)), bias));
      z += 16;
      j += 16;
    } while (j < width);
  }
}

function drop(layer: Layer, count: i32, seed: i32): void {
  mask(layer.counters, count, seed, layer.limit, layer.maskScale, layer.mask);
  multiply(layer.output, layer.mask, layer.output, count);
}

/** Shift, ReLU and dropout in one pass; the mask takes in the slope, which is 0 or 1. */
function rectify(layer: Layer, rows: i32, stride: i32, seed: i32): void {
  if (layer.counters === 0) rectifyAll(layer, rows, stride);
  else rectifyKept(layer, rows, stride, seed);
}

function rectifyAll(layer: Layer, rows: i32, stride: i32): void {
  const alpha = f32x4.splat(<f32>layer.weightScale);
  const beta = f32x4.splat(<f32>layer.biasScale);
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  const width = (<usize>stride) << 2;
  const biases = layer.biases;
  let z = layer.z;
  let output = layer.output;
  let factor = layer.mask;
  for (let i = 0; i < rows; i++) {
    let j: usize = 0;
    do {
      const value = f32x4.add(f32x4.mul(alpha, v128.load(z)), f32x4.mul(beta, v128.load(biases + j)));
      v128.store(factor, v128.and(one, f32x4.gt(value, zero)));
      v128.store(output, f32x4.max(value, zero));
      z += 16;
      output += 16;
      factor += 16;
      j += 16;
    } while (j < width);
  }
}

function rectifyKept(layer: Layer, rows: i32, stride: i32, seed: i32): void {
  const alpha = f32x4.splat(<f32>layer.weightScale);
  const beta = f32x4.splat(<f32>layer.biasScale);
  const zero = f32x4.splat(0);
  const s = i32x4.splat(seed);
  const limit = shifted(layer.limit);
  const scale = f32x4.splat(layer.maskScale);
  const width = (<usize>stride) << 2;
  const biases = layer.biases;
  let inner = layer.counters;
  let z = layer.z;
  let output = layer.output;
  let factor = layer.mask;
  for (let i = 0; i < rows; i++) {
    let j: usize = 0;
    do {
      const value = f32x4.add(f32x4.mul(alpha, v128.load(z)), f32x4.mul(beta, v128.load(biases + j)));
      const slope = v128.and(maskOf(v128.load(inner), s, limit, scale), f32x4.gt(value, zero));
      v128.store(factor, slope);
      v128.store(output, f32x4.mul(f32x4.max(value, zero), slope));
      inner += 16;
      z += 16;
      output += 16;
      factor += 16;
      j += 16;
    } while (j < width);
  }
}

function addNorm(net: Network, l: i32, h: usize, rows: i32, cols: i32): void {
  const at = net.activationNorms + ((<usize>l) << 3);
  f64.store(at, f64.load(at) + sumOfSquares(h, rows, cols, padded(cols)));
}
