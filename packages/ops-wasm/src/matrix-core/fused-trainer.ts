/**
 * Training in one call an epoch: the network stands in memory, and a kernel runs its steps. What is not fused - functions
 * of the user's - is said so, and trained operation by operation.
 */
import { nextTurn, RunError } from '@tangentlab/core';
import {
  activationOf,
  type BackendTrainer,
  checkTrainer,
  checkTrainerState,
  type EpochReport,
  initialState,
  lossOf,
  type NotFused,
  type RegressionTable,
  type TrainerSpec,
  type TrainerState,
} from '@tangentlab/tensor';
import { activationCode, lastDropped, lossCode, optimizerCode } from './codes.js';
import type { Block } from './heap.js';
import type { Machine } from './machine.js';
import { type NetworkPlan, planOf } from './network-plan.js';
import { bytesOf, FLOAT, putRows, strideOf, takeRows } from './padded-rows.js';

const DOUBLE = 8;
/** Products of a sample and a parameter between two turns of the event loop: some 30 ms. */
const SLICE = 2 ** 27;

/**
 * A trainer of `spec` on `data` from the flat vector `initial`, or why there is none.
 *
 * *Throws* SHAPE_MISMATCH when they do not fit together, RESOURCE_FAILED without memory for them.
 */
export function fuse(
  machine: Machine,
  spec: TrainerSpec,
  data: RegressionTable,
  initial: Float64Array,
): BackendTrainer | NotFused {
  checkTrainer(spec, data, initial);
  if (activationCode(spec.activation) === undefined)
    return { notFused: `the activation ${activationOf(spec.activation).name} is the user's` };
  if (lossCode(spec.loss) === undefined) return { notFused: `the loss ${lossOf(spec.loss).name} is the user's` };
  machine.team?.announce(largestProduct(spec, data.samples));
  return new FusedTrainer(machine, spec, data, initial);
}

/** Multiplications in the largest product of a step. */
function largestProduct({ widths, batchSize }: TrainerSpec, samples: number): number {
  const largestLayer = widths.slice(1).reduce((most, outputs, l) => Math.max(most, widths[l]! * outputs), 0);
  return Math.min(batchSize, samples) * largestLayer;
}

class FusedTrainer implements BackendTrainer {
  readonly #machine: Machine;
  readonly #spec: TrainerSpec;
  readonly #data: RegressionTable;
  readonly #plan: NetworkPlan;
  readonly #region: Block;
  #disposed = false;

  constructor(machine: Machine, spec: TrainerSpec, data: RegressionTable, initial: Float64Array) {
    const { heap, kernels, tables } = machine;
    const { samples, features, outputs } = data;
    this.#machine = machine;
    this.#spec = spec;
    this.#data = data;
    this.#plan = planOf(spec, kernels);
    this.#region = heap.take(this.#plan.bytes);
    const { address, bytes } = this.#region;
    heap.floats(address, bytes / FLOAT).fill(0); // paddings are 0, and stay so
    const x = tables.acquire(data.x, samples, features);
    const targets = tables.acquire(data.targets, samples, outputs);
    describe(machine, spec, this.#plan, address);
    kernels.setData(this.#net, x.address, targets.address);
    this.#put(initial, this.#plan.parameters);
    for (const [k, fill] of initialState(spec.optimizer).entries())
      heap.floats(address + this.#plan.state[k]!, this.#plan.count).fill(fill);
  }

  async runEpoch(
    order: Int32Array,
    dropoutSeed: number,
    rates: Float64Array,
    signal?: AbortSignal,
  ): Promise<EpochReport> {
    const { heap, kernels } = this.#running();
    const { batchSize } = this.#spec;
    const rows = order.length;
    const steps = Math.ceil(rows / batchSize);
    this.#checkEpoch(order, rates, steps);
    const stepsPerSlice = Math.ceil(SLICE / (batchSize * this.#plan.count));
    const [orderBlock, rateBlock] = [heap.take(rows * FLOAT), heap.take(steps * DOUBLE)];
    try {
      heap.integers(orderBlock.address, rows).set(order);
      heap.doubles(rateBlock.address, steps).set(rates.subarray(0, steps));
      this.#clearNorms();
      let loss = 0;
      for (let first = 0; first < steps; first += stepsPerSlice) {
        if (first > 0) {
          await nextTurn();
          signal?.throwIfAborted();
        }
        const last = Math.min(steps, first + stepsPerSlice);
        const [from, at] = [orderBlock.address, rateBlock.address];
        loss = kernels.runSteps(this.#net, from, rows, first, last, dropoutSeed, at, loss);
      }
      const { gradientNorms, activationNorms } = this.#plan;
      return {
        loss: loss / rows,
        gradientNorms: this.#norms(gradientNorms, steps),
        activationNorms: this.#norms(activationNorms, rows),
      };
    } finally {
      heap.give(orderBlock);
      heap.give(rateBlock);
    }
  }

  async outputs(x: Float64Array, rows: number): Promise<Float64Array> {
    const { heap, kernels } = this.#running();
    const { widths, batchSize } = this.#spec;
    const [features, outputs] = [widths[0]!, widths.at(-1)!];
    const values = new Float64Array(rows * outputs);
    const chunk = heap.take(bytesOf(rows, features));
    putRows(heap, chunk.address, x, rows, features);
    for (let from = 0; from < rows; from += batchSize) {
      const count = Math.min(batchSize, rows - from);
      const z = kernels.evaluate(this.#net, chunk.address + from * strideOf(features) * FLOAT, count);
      takeRows(heap, z, count, outputs, values, from * outputs);
    }
    heap.give(chunk);
    return values;
  }

  async parameters(): Promise<Float64Array> {
    this.#running();
    return this.#take(this.#plan.parameters);
  }

  async state(): Promise<TrainerState> {
    const { kernels } = this.#running();
    const { parameters, state } = this.#plan;
    return {
      parameters: this.#take(parameters),
      optimizer: state.map((at) => this.#take(at)),
      steps: kernels.stepsOf(this.#net),
    };
  }

  restore(state: TrainerState): void {
    const { kernels } = this.#running();
    checkTrainerState(this.#spec, state);
    this.#put(state.parameters, this.#plan.parameters);
    for (const [k, values] of state.optimizer.entries()) this.#put(values, this.#plan.state[k]!);
    kernels.setSteps(this.#net, state.steps);
  }

  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    const { heap, tables } = this.#machine;
    heap.give(this.#region);
    tables.release(this.#data.x);
    tables.release(this.#data.targets);
  }

  get #net(): number {
    return this.#region.address + this.#plan.net;
  }

  #running(): Machine {
    if (!this.#disposed) return this.#machine;
    throw new RunError('RESOURCE_FAILED', {
      where: `trainer of widths ${this.#spec.widths.join('-')}`,
      expected: 'a trainer that is not disposed of is needed',
      got: 'one that is',
      todo: 'make another one',
    });
  }

  /** A kernel reads wherever it is told to: rows are checked before. */
  #checkEpoch(order: Int32Array, rates: Float64Array, steps: number): void {
    const { samples } = this.#data;
    let wrong: number | undefined;
    for (let i = 0; i < order.length; i++) {
      const row = order[i]!;
      if (row < 0 || row >= samples) wrong = row;
    }
    if (wrong === undefined && rates.length >= steps) return;
    throw new RunError('RESOURCE_FAILED', {
      where: `epoch of ${order.length} rows`,
      expected: `rows must lie in 0..${samples - 1}, and each of ${steps} steps must have a rate`,
      got: wrong === undefined ? `${rates.length} rates` : `row ${wrong}`,
      todo: 'give the rows of the data that the trainer was made with',
    });
  }

  #clearNorms(): void {
    const { gradientNorms, activationNorms, layers } = this.#plan;
    for (const at of [gradientNorms, activationNorms])
      if (at !== 0) this.#machine.heap.doubles(this.#region.address + at, layers.length).fill(0);
  }

  #norms(at: number, count: number): Float64Array {
    if (at === 0) return new Float64Array(0);
    const totals = this.#machine.heap.doubles(this.#region.address + at, this.#plan.layers.length);
    return totals.map((total) => Math.sqrt(total / count));
  }

  /** From the caller's flat vector to the padded one at this offset. */
  #put(flat: Float64Array, at: number): void {
    const padded = this.#machine.heap.floats(this.#region.address + at, this.#plan.count);
    for (const { inputs, outputs, flatWeights, flatBiases, weights, biases } of this.#plan.layers) {
      const stride = strideOf(outputs);
      for (let i = 0; i < inputs; i++) {
        const row = weights / FLOAT + i * stride;
        for (let j = 0; j < outputs; j++) padded[row + j] = flat[flatWeights + j * inputs + i]!;
      }
      for (let j = 0; j < outputs; j++) padded[biases / FLOAT + j] = flat[flatBiases + j]!;
    }
  }

  /** A flat vector of the padded one at this offset. */
  #take(at: number): Float64Array {
    const { layers, count } = this.#plan;
    const padded = this.#machine.heap.floats(this.#region.address + at, count);
    const { flatBiases: lastBiases, outputs: last } = layers.at(-1)!;
    const flat = new Float64Array(lastBiases + last);
    for (const { inputs, outputs, flatWeights, flatBiases, weights, biases } of layers) {
      const stride = strideOf(outputs);
      for (let i = 0; i < inputs; i++) {
        const row = weights / FLOAT + i * stride;
        for (let j = 0; j < outputs; j++) flat[flatWeights + j * inputs + i] = padded[row + j]!;
      }
      for (let j = 0; j < outputs; j++) flat[flatBiases + j] = padded[biases / FLOAT + j]!;
    }
    return flat;
  }
}

/** Tells the kernels of the network at this address. */
function describe({ kernels }: Machine, spec: TrainerSpec, plan: NetworkPlan, base: number): void {
  const { layers: scales, dropout, activation, loss, optimizer, regulariser, clip, batchSize, norms } = spec;
  const net = base + plan.net;
  const { layers, segments } = plan;
  const place = (offset: number) => (offset === 0 ? 0 : base + offset);
  const { code: lossNumber, parameter } = lossCode(loss)!;
  const { code, a, b, epsilon } = optimizerCode(optimizer);
  const [clipKind, clipLimit] = clip === undefined ? [0, 0] : 'norm' in clip ? [1, clip.norm] : [2, clip.value];
  const [first = 0, second = 0] = plan.state;
  kernels.setShape(net, layers.length, base + plan.layerTable, segments.length, base + plan.segmentTable, batchSize);
  kernels.setModel(net, activationCode(activation)!, lossNumber, parameter);
  kernels.setOptimizer(net, code, a, b, epsilon);
  kernels.setPenalties(net, regulariser.l1, regulariser.l2, Number(regulariser.proximal), clipKind, clipLimit);
  kernels.setVectors(net, base + plan.parameters, base + plan.gradients, place(first), place(second));
  kernels.setRoom(net, base + plan.batchX, base + plan.batchTargets, base + plan.losses, base + plan.transposed);
  if (norms) kernels.setNorms(net, base + plan.gradientNorms, base + plan.activationNorms);
  for (const [l, layer] of layers.entries()) {
    const { inputs, outputs, weights, biases, z, output, dz, mask, counters } = layer;
    const { weightScale, biasScale } = scales[l]!;
    kernels.setLayer(net, l, inputs, outputs, weights, biases, weightScale, biasScale);
    kernels.setBuffers(net, l, base + z, base + output, base + dz, place(mask));
    const rate = dropout[l] ?? 0;
    if (rate > 0) kernels.counters(batchSize, outputs, base + counters);
    kernels.setDropout(net, l, place(counters), rate > 0 ? lastDropped(rate) : 0, 1 / (1 - rate));
  }
  for (const [s, { from, count, penalised, rate, decay }] of segments.entries())
    kernels.setSegment(net, s, from, count, Number(penalised), rate, decay);
}
