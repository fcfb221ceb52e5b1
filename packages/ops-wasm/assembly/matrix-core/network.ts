/**
 * A multilayer perceptron in training, as structures in memory. The caller lays out the buffers and tells their addresses;
 * matrices are row-major with rows padded to four, weights inputs x outputs.
 */

@unmanaged
export class Layer {
  inputs: i32;
  outputs: i32;
  /** inputs x outputs, with biases, and the gradients of both. */
  weights: usize;
  biases: usize;
  dWeights: usize;
  dBiases: usize;
  weightScale: f64;
  biasScale: f64;
  /** rows x outputs: what the activation reads, what the next layer reads, and the gradient by the former. */
  z: usize;
  output: usize;
  dz: usize;
  /** rows x outputs: the mask; of ReLU with its slope, if nobody wants norms. */
  mask: usize;
  /** Inner hashes of the mask, 0 without dropout; the last hash that is dropped, and what is kept by. */
  counters: usize;
  limit: u32;
  maskScale: f32;
}

/** Parameters that are updated alike. */
@unmanaged
export class Segment {
  /** Bytes from the start of the parameters, and elements. */
  from: usize;
  count: i32;
  penalised: i32;
  rate: f64;
  decay: f64;
}

@unmanaged
export class Network {
  layers: i32;
  /** Of Layer and Segment, each behind the other. */
  layer: usize;
  segments: i32;
  segment: usize;
  activation: i32;
  loss: i32;
  lossParameter: f64;
  optimizer: i32;
  a: f64;
  b: f64;
  epsilon: f64;
  l1: f64;
  l2: f64;
  proximal: i32;
  /** 0: none, 1: by norm, 2: by value. */
  clip: i32;
  clipLimit: f64;
  /** Where squared norms are added, layers each in f64; 0 if nobody wants them. */
  gradientNorms: usize;
  activationNorms: usize;
  /** Flat vectors of one size: parameters, gradients, what the optimizer keeps. */
  parameters: usize;
  gradients: usize;
  first: usize;
  second: usize;
  /** samples x features and samples x outputs; room for a batch of each. */
  x: usize;
  targets: usize;
  batchX: usize;
  batchTargets: usize;
  losses: usize;
  /** Room for the largest transposed weights that are multiplied unpacked. */
  transposed: usize;
  batchSize: i32;
  steps: i32;
}

export function networkBytes(): i32 {
  return offsetof<Network>();
}

export function layerBytes(): i32 {
  return offsetof<Layer>();
}

export function segmentBytes(): i32 {
  return offsetof<Segment>();
}

export function layerOf(net: Network, l: i32): Layer {
  return changetype<Layer>(net.layer + <usize>l * offsetof<Layer>());
}

export function setShape(net: Network, layers: i32, layer: usize, segments: i32, segment: usize, batchSize: i32): void {
  net.layers = layers;
  net.layer = layer;
  net.segments = segments;
  net.segment = segment;
  net.batchSize = batchSize;
}

export function setModel(net: Network, activation: i32, loss: i32, lossParameter: f64): void {
  net.activation = activation;
  net.loss = loss;
  net.lossParameter = lossParameter;
}

export function setOptimizer(net: Network, code: i32, a: f64, b: f64, epsilon: f64): void {
  net.optimizer = code;
  net.a = a;
  net.b = b;
  net.epsilon = epsilon;
}

export function setPenalties(net: Network, l1: f64, l2: f64, proximal: i32, clip: i32, clipLimit: f64): void {
  net.l1 = l1;
  net.l2 = l2;
  net.proximal = proximal;
  net.clip = clip;
  net.clipLimit = clipLimit;
}

export function setNorms(net: Network, gradientNorms: usize, activationNorms: usize): void {
  net.gradientNorms = gradientNorms;
  net.activationNorms = activationNorms;
}

export function setVectors(net: Network, parameters: usize, gradients: usize, first: usize, second: usize): void {
  net.parameters = parameters;
  net.gradients = gradients;
  net.first = first;
  net.second = second;
}

export function setData(net: Network, x: usize, targets: usize): void {
  net.x = x;
  net.targets = targets;
}

export function setRoom(net: Network, batchX: usize, batchTargets: usize, losses: usize, transposed: usize): void {
  net.batchX = batchX;
  net.batchTargets = batchTargets;
  net.losses = losses;
  net.transposed = transposed;
}

export function setSteps(net: Network, steps: i32): void {
  net.steps = steps;
}

export function stepsOf(net: Network): i32 {
  return net.steps;
}

export function setLayer(
  net: Network,
  l: i32,
  inputs: i32,
  outputs: i32,
  weights: usize,
  biases: usize,
  weightScale: f64,
  biasScale: f64,
): void {
  const layer = layerOf(net, l);
  layer.inputs = inputs;
  layer.outputs = outputs;
  layer.weights = net.parameters + weights;
  layer.biases = net.parameters + biases;
  layer.dWeights = net.gradients + weights;
  layer.dBiases = net.gradients + biases;
  layer.weightScale = weightScale;
  layer.biasScale = biasScale;
}

export function setBuffers(net: Network, l: i32, z: usize, output: usize, dz: usize, mask: usize): void {
  const layer = layerOf(net, l);
  layer.z = z;
  layer.output = output;
  layer.dz = dz;
  layer.mask = mask;
}

export function setDropout(net: Network, l: i32, counters: usize, limit: u32, scale: f32): void {
  const layer = layerOf(net, l);
  layer.counters = counters;
  layer.limit = limit;
  layer.maskScale = scale;
}

export function setSegment(net: Network, s: i32, from: usize, count: i32, penalised: i32, rate: f64, decay: f64): void {
  const segment = changetype<Segment>(net.segment + <usize>s * offsetof<Segment>());
  segment.from = from;
  segment.count = count;
  segment.penalised = penalised;
  segment.rate = rate;
  segment.decay = decay;
}
