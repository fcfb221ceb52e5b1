/**
 * Where everything of a network in training stands: one region of memory, laid out before it is taken. Offsets count bytes
 * from its start, or, for parameters, from the start of the flat vectors.
 */
import { initialState, type TrainerSpec } from '@tangentlab/tensor';
import { optimizerCode } from './codes.js';
import type { Kernels } from './kernels.js';
import { bytesOf, FLOAT, strideOf } from './padded-rows.js';

const DOUBLE = 8;
const LINE = 64;
/** As many transposed weights are multiplied unpacked; see `assembly/matrix-core/backward.ts`. */
const TRANSPOSED = 32768;

/** One layer: its place in the flat vector of the caller, and in the padded one of the kernels. */
export interface LayerPlan {
  readonly inputs: number;
  readonly outputs: number;
  /** In elements of the caller's vector: outputs x inputs weights, then biases. */
  readonly flatWeights: number;
  readonly flatBiases: number;
  /** In bytes of the padded vector: inputs x outputs weights, then biases. */
  readonly weights: number;
  readonly biases: number;
  /** Buffers of a batch, in bytes of the region. */
  readonly z: number;
  readonly output: number;
  readonly dz: number;
  readonly mask: number;
  /** 0 without dropout. */
  readonly counters: number;
}

/** A stretch of the padded vector that is updated alike. */
export interface SegmentPlan {
  readonly from: number;
  readonly count: number;
  readonly penalised: boolean;
  readonly rate: number;
  readonly decay: number;
}

/** All places. */
export interface NetworkPlan {
  readonly bytes: number;
  readonly net: number;
  readonly layerTable: number;
  readonly segmentTable: number;
  readonly layers: readonly LayerPlan[];
  readonly segments: readonly SegmentPlan[];
  /** Elements of a padded vector, and where those of parameters, gradients and state begin. */
  readonly count: number;
  readonly parameters: number;
  readonly gradients: number;
  readonly state: readonly number[];
  readonly batchX: number;
  readonly batchTargets: number;
  readonly losses: number;
  readonly transposed: number;
  /** 0 where nobody wants norms. */
  readonly gradientNorms: number;
  readonly activationNorms: number;
}

/** Lays a network out. */
export function planOf(spec: TrainerSpec, kernels: Kernels): NetworkPlan {
  const { widths, dropout, batchSize, norms, optimizer } = spec;
  const depth = widths.length - 1;
  let bytes = LINE; // offset 0 stands for nothing
  const room = (size: number): number => {
    const at = bytes;
    bytes = Math.ceil((at + size) / LINE) * LINE;
    return at;
  };
  const net = room(kernels.networkBytes());
  const layerTable = room(depth * kernels.layerBytes());
  const segmentTable = room(2 * depth * kernels.segmentBytes());
  const places = parameterPlaces(widths);
  const count = places.reduce((sum, { size }) => sum + size, 0);
  const vector = () => room(count * FLOAT);
  const [parameters, gradients] = [vector(), vector()];
  const state = initialState(optimizer).map(vector);
  const layers = places.map(({ size: _, ...place }, l): LayerPlan => {
    const batch = () => room(bytesOf(batchSize, place.outputs));
    const hidden = l < depth - 1;
    const [z, dz] = [batch(), batch()];
    if (!hidden) return { ...place, z, dz, output: z, mask: 0, counters: 0 };
    return { ...place, z, dz, output: batch(), mask: batch(), counters: dropout[l] === 0 ? 0 : batch() };
  });
  return {
    net,
    layerTable,
    segmentTable,
    layers,
    segments: segmentsOf(spec, places),
    count,
    parameters,
    gradients,
    state,
    batchX: room(bytesOf(batchSize, widths[0]!)),
    batchTargets: room(bytesOf(batchSize, widths.at(-1)!)),
    losses: room(batchSize * FLOAT),
    transposed: room(TRANSPOSED * FLOAT),
    gradientNorms: norms ? room(depth * DOUBLE) : 0,
    activationNorms: norms ? room(depth * DOUBLE) : 0,
    bytes,
  };
}

type ParameterPlace = Pick<LayerPlan, 'inputs' | 'outputs' | 'flatWeights' | 'flatBiases' | 'weights' | 'biases'> & {
  /** Elements of weights and biases, padded. */
  readonly size: number;
};

function parameterPlaces(widths: readonly number[]): readonly ParameterPlace[] {
  let flat = 0;
  let padded = 0;
  return widths.slice(1).map((outputs, l) => {
    const inputs = widths[l]!;
    const stride = strideOf(outputs);
    const flatWeights = flat;
    const flatBiases = flat + inputs * outputs;
    flat = flatBiases + outputs;
    const weights = padded * FLOAT;
    const biases = weights + inputs * stride * FLOAT;
    const size = (inputs + 1) * stride;
    padded += size;
    return { inputs, outputs, flatWeights, flatBiases, weights, biases, size };
  });
}

/** Neighbours that are updated alike are one stretch. */
function segmentsOf(spec: TrainerSpec, places: readonly ParameterPlace[]): readonly SegmentPlan[] {
  const { layers, regulariser, optimizer } = spec;
  const { decay } = optimizerCode(optimizer);
  const segments: SegmentPlan[] = [];
  const add = (from: number, count: number, rate: number, penalised: boolean) => {
    const last = segments.at(-1);
    const alike = last?.rate === rate && last.penalised === penalised;
    if (alike) segments[segments.length - 1] = { ...last, count: last.count + count };
    else segments.push({ from, count, rate, penalised, decay: penalised ? decay : 0 });
  };
  for (const [l, { inputs, outputs, weights, biases }] of places.entries()) {
    const { weightRate, biasRate } = layers[l]!;
    add(weights, inputs * strideOf(outputs), weightRate, true);
    add(biases, strideOf(outputs), biasRate, regulariser.biases);
  }
  return segments;
}
