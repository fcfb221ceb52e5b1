/**
 * All layers forward. In training hidden outputs are multiplied by their masks, and what the way back needs stays.
 */
import { activate, RELU } from './activations';
import { mask, maskOf, maskSeed } from './dropout';
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
  for (let i = 0; i < rows; i++) {
    for (let j: usize = 0; j < width; j += 16) {
      const bias = f32x4.mul(beta, v128.load(layer.biases + j));
      v128.store(z, f32x4.add(f32x4.mul(alpha, v128.load(z)), bias));
      z += 16;
    }
  }
}

function drop(layer: Layer, count: i32, seed: i32): void {
  mask(layer.counters, count, seed, layer.limit, layer.maskScale, layer.mask);
  multiply(layer.output, layer.mask, layer.output, count);
}

/** Shift, ReLU and dropout in one pass; the mask takes in the slope, which is 0 or 1. */
function rectify(layer: Layer, rows: i32, stride: i32, seed: i32): void {
  const alpha = f32x4.splat(<f32>layer.weightScale);
  const beta = f32x4.splat(<f32>layer.biasScale);
  const zero = f32x4.splat(0);
  const s = i32x4.splat(seed);
  const limit = i32x4.splat(layer.limit);
  const scale = f32x4.splat(layer.maskScale);
  const width = (<usize>stride) << 2;
  const dropping = layer.counters !== 0;
  const biases = layer.biases;
  let inner = layer.counters;
  let z = layer.z;
  let output = layer.output;
  let factor = layer.mask;
  for (let i = 0; i < rows; i++) {
    for (let j: usize = 0; j < width; j += 16) {
      const bias = f32x4.mul(beta, v128.load(biases + j));
      const value = f32x4.add(f32x4.mul(alpha, v128.load(z)), bias);
      let kept = scale;
      if (dropping) {
        kept = maskOf(v128.load(inner), s, limit, scale);
        inner += 16;
      }
      const slope = v128.and(kept, f32x4.gt(value, zero));
      v128.store(factor, slope);
      v128.store(output, f32x4.mul(f32x4.max(value, zero), slope));
      z += 16;
      output += 16;
      factor += 16;
    }
  }
}

function addNorm(net: Network, l: i32, h: usize, rows: i32, cols: i32): void {
  const at = net.activationNorms + ((<usize>l) << 3);
  f64.store(at, f64.load(at) + sumOfSquares(h, rows, cols, padded(cols)));
}
