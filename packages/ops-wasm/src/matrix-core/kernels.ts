/**
 * What the module in `assembly/matrix-core/` exports, with types. Matrices are row-major in f32, their rows padded to a
 * multiple of four; counts include the padding.
 */
import type { Address, WasmMemory } from '../wasm-host.js';

/** The exports. */
export interface Kernels extends NetworkKernels, TeamKernels {
  readonly memory: WasmMemory;
  /** C = op(A) op(B), m x n, inner size k. */
  gemm(
    transA: number,
    transB: number,
    m: number,
    n: number,
    k: number,
    a: Address,
    lda: number,
    b: Address,
    ldb: number,
    c: Address,
    ldc: number,
  ): void;
  activate(code: number, z: Address, h: Address, count: number): void;
  activationGradient(code: number, dh: Address, z: Address, dz: Address, count: number): void;
  /** The inner hashes of a mask, which depend on no seed. */
  counters(rows: number, cols: number, to: Address): void;
  /** A mask from its inner hashes: 0 where the hash is at most the limit, else scale. */
  mask(counters: Address, count: number, seed: number, limit: number, scale: number, to: Address): void;
  /** x *= alpha. */
  scale(alpha: number, x: Address, count: number): void;
  /** Each row of z += alpha bias. */
  addBias(alpha: number, bias: Address, z: Address, rows: number, stride: number): void;
  multiply(a: Address, b: Address, to: Address, count: number): void;
  /** target += alpha a. */
  accumulate(alpha: number, a: Address, target: Address, count: number): void;
  accumulateSign(alpha: number, a: Address, target: Address, count: number): void;
  softThreshold(threshold: number, x: Address, count: number): void;
  clamp(limit: number, x: Address, count: number): void;
  columnSums(alpha: number, a: Address, rows: number, stride: number, to: Address): void;
  sumOfSquares(a: Address, rows: number, cols: number, stride: number): number;
  gatherRows(a: Address, stride: number, order: Address, count: number, to: Address): void;
  /** The losses of all rows, `lossStride` apart, and the gradient of their mean. */
  loss(
    code: number,
    parameter: number,
    z: Address,
    targets: Address,
    rows: number,
    cols: number,
    stride: number,
    losses: Address,
    lossStride: number,
    gradient: Address,
  ): void;
  optimizerStep(
    code: number,
    theta: Address,
    gradient: Address,
    first: Address,
    second: Address,
    count: number,
    lr: number,
    step: number,
    a: number,
    b: number,
    epsilon: number,
    decay: number,
  ): void;
}

/** The exports about threads that share the memory; the builds for one thread do nothing in them. */
export interface TeamKernels {
  /** Where memory is free for the caller, when so many threads share it. */
  heapStart(threads: number): Address;
  /** Makes this instance thread 0, 1, ...; 0 unless told. */
  actAsThread(thread: number): void;
  /**
   * From now on others may help this instance, which looks so often for parts that are not done, and may sleep between;
   * 0 looks: nobody may help.
   */
  gather(patience: number, maySleep: number): void;
  /** How many work together now, this one included. */
  threads(): number;
  /** Helps the thread that is thread 0, and never returns. */
  serve(): void;
}

/** The exports about networks in training: structures that the caller lays out, and the loops over them. */
export interface NetworkKernels {
  networkBytes(): number;
  layerBytes(): number;
  segmentBytes(): number;
  setShape(net: Address, layers: number, layer: Address, segments: number, segment: Address, batchSize: number): void;
  setModel(net: Address, activation: number, loss: number, lossParameter: number): void;
  setOptimizer(net: Address, code: number, a: number, b: number, epsilon: number): void;
  /** clip: 0 none, 1 by norm, 2 by value. */
  setPenalties(net: Address, l1: number, l2: number, proximal: number, clip: number, clipLimit: number): void;
  setNorms(net: Address, gradientNorms: Address, activationNorms: Address): void;
  setVectors(net: Address, parameters: Address, gradients: Address, first: Address, second: Address): void;
  setData(net: Address, x: Address, targets: Address): void;
  setRoom(net: Address, batchX: Address, batchTargets: Address, losses: Address, transposed: Address): void;
  setSteps(net: Address, steps: number): void;
  stepsOf(net: Address): number;
  /** `weights` and `biases` count bytes from the start of the parameters. */
  setLayer(
    net: Address,
    l: number,
    inputs: number,
    outputs: number,
    weights: number,
    biases: number,
    weightScale: number,
    biasScale: number,
  ): void;
  setBuffers(net: Address, l: number, z: Address, output: Address, dz: Address, mask: Address): void;
  setDropout(net: Address, l: number, counters: Address, limit: number, scale: number): void;
  setSegment(
    net: Address,
    s: number,
    from: number,
    count: number,
    penalised: number,
    rate: number,
    decay: number,
  ): void;
  /** Steps first..last-1 of an epoch: `total` plus the losses of their rows. */
  runSteps(
    net: Address,
    order: Address,
    rows: number,
    first: number,
    last: number,
    seed: number,
    rates: Address,
    total: number,
  ): number;
  /** Outputs of no more rows than a batch has; where they stand. */
  evaluate(net: Address, x: Address, rows: number): Address;
}
