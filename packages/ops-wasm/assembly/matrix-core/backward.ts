/**
 * Backpropagation from the gradient at the outputs, which stands in the dz of the last layer.
 */
import { activationGradient, RELU, TANH, tanhGradient } from './activations';
import { columnSums, multiply, scale, sumOfSquares, transpose } from './elementwise';
import { Layer, layerOf, Network } from './network';
import { gemm, padded } from './products';
import { maskedOuter } from './two-columns';

/** So many transposed weights are multiplied unpacked. */
export const TRANSPOSED: i32 = 32768;

export function backward(net: Network, rows: i32): void {
  for (let l = net.layers - 1; ; l--) {
    const layer = layerOf(net, l);
    const stride = padded(layer.outputs);
    const input = l === 0 ? net.batchX : layerOf(net, l - 1).output;
    const inputStride = padded(layer.inputs);
    gemm(1, 0, layer.inputs, layer.outputs, rows, input, inputStride, layer.dz, stride, layer.dWeights, stride);
    if (layer.weightScale !== 1) scale(layer.weightScale, layer.dWeights, layer.inputs * stride);
    columnSums(layer.biasScale, layer.dz, rows, stride, layer.dBiases);
    if (net.gradientNorms !== 0) addNorm(net, l, layer);
    if (l === 0) return;
    throughWeights(net, layer, layerOf(net, l - 1), rows);
  }
}

/** From dz of a layer to that of the layer below. */
function throughWeights(net: Network, layer: Layer, below: Layer, rows: i32): void {
  const stride = padded(layer.outputs);
  const n = padded(layer.inputs);
  const count = rows * n;
  const rectified = net.activation === RELU && net.activationNorms === 0;
  if (rectified && layer.outputs === 2) {
    transpose(layer.weights, layer.inputs, 2, stride, net.transposed, n);
    maskedOuter(rows, layer.dz, net.transposed, (<usize>n) << 2, layer.weightScale, below.mask, below.dz);
    return;
  }
  if (n * layer.outputs <= TRANSPOSED) {
    transpose(layer.weights, layer.inputs, layer.outputs, stride, net.transposed, n);
    gemm(0, 0, rows, layer.inputs, layer.outputs, layer.dz, stride, net.transposed, n, below.dz, n);
  } else {
    gemm(0, 1, rows, layer.inputs, layer.outputs, layer.dz, stride, layer.weights, stride, below.dz, n);
  }
  if (layer.weightScale !== 1) scale(layer.weightScale, below.dz, count);
  if (rectified) {
    multiply(below.dz, below.mask, below.dz, count);
    return;
  }
  if (below.counters !== 0) multiply(below.dz, below.mask, below.dz, count);
  else if (net.activation === TANH) {
    tanhGradient(below.dz, below.output, below.dz, count);
    return;
  }
  activationGradient(net.activation, below.dz, below.z, below.dz, count);
}

function addNorm(net: Network, l: i32, layer: Layer): void {
  const at = net.gradientNorms + ((<usize>l) << 3);
  const stride = padded(layer.outputs);
  const weights = sumOfSquares(layer.dWeights, layer.inputs, layer.outputs, stride);
  f64.store(at, f64.load(at) + weights + sumOfSquares(layer.dBiases, 1, layer.outputs, stride));
}
