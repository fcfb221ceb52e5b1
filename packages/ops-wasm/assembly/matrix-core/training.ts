/**
 * Training steps: a batch gathered, forward, loss, backward, clipping, penalties, the optimizer. Many of them in one call,
 * and nothing is allocated.
 */
import { backward } from './backward';
import { clamp, gatherRows, scale, settle, sumOfSquares } from './elementwise';
import { forward } from './forward';
import { loss } from './losses';
import { layerOf, Network, Segment } from './network';
import { padded } from './products';
import { updateSegment } from './update';

const BY_NORM: i32 = 1;
/** Keeps a gradient of 0 from being divided by 0; PyTorch's. */
const CLIP_EPSILON: f64 = 1e-6;

/**
 * Steps first..last-1 of an epoch over `rows` rows in the order at `order` (i32), step s at the rate `rates[s]` (f64).
 * Adds the losses of the rows to `total`, and gives it back.
 */
export function runSteps(
  net: Network,
  order: usize,
  rows: i32,
  first: i32,
  last: i32,
  seed: i32,
  rates: usize,
  total: f64,
): f64 {
  const top = layerOf(net, net.layers - 1);
  const features = padded(layerOf(net, 0).inputs);
  const stride = padded(top.outputs);
  for (let step = first; step < last; step++) {
    const from = step * net.batchSize;
    const count = min(net.batchSize, rows - from);
    const picked = order + ((<usize>from) << 2);
    gatherRows(net.x, features, picked, count, net.batchX);
    gatherRows(net.targets, stride, picked, count, net.batchTargets);
    forward(net, net.batchX, count, true, seed, step);
    loss(net.loss, net.lossParameter, top.z, net.batchTargets, count, top.outputs, stride, net.losses, 1, top.dz);
    settle(top.dz, count * stride);
    for (let i = 0; i < count; i++) total += <f64>f32.load(net.losses + ((<usize>i) << 2));
    backward(net, count);
    update(net, f64.load(rates + ((<usize>step) << 3)));
  }
  return total;
}

function update(net: Network, lr: f64): void {
  net.steps++;
  clip(net);
  for (let s = 0; s < net.segments; s++) {
    const segment = changetype<Segment>(net.segment + <usize>s * offsetof<Segment>());
    updateSegment(net, segment, lr);
  }
}

function clip(net: Network): void {
  if (net.clip === 0) return;
  const scaling = net.clip === BY_NORM ? clippingScale(net) : 1;
  for (let l = 0; l < net.layers; l++) {
    const layer = layerOf(net, l);
    const stride = padded(layer.outputs);
    if (net.clip !== BY_NORM) {
      clamp(net.clipLimit, layer.dWeights, layer.inputs * stride);
      clamp(net.clipLimit, layer.dBiases, stride);
    } else if (scaling < 1) {
      scale(scaling, layer.dWeights, layer.inputs * stride);
      scale(scaling, layer.dBiases, stride);
    }
  }
}

/** maxNorm / (norm + epsilon), or NaN. */
function clippingScale(net: Network): f64 {
  let sum: f64 = 0;
  for (let l = 0; l < net.layers; l++) {
    const layer = layerOf(net, l);
    const stride = padded(layer.outputs);
    sum += sumOfSquares(layer.dWeights, layer.inputs, layer.outputs, stride);
    sum += sumOfSquares(layer.dBiases, 1, layer.outputs, stride);
  }
  return net.clipLimit / (Math.sqrt(sum) + CLIP_EPSILON);
}

/** Outputs of so many padded rows, without dropout: in the z of the last layer. No more rows than a batch has. */
export function evaluate(net: Network, x: usize, rows: i32): usize {
  forward(net, x, rows, false, 0, 0);
  return layerOf(net, net.layers - 1).z;
}
