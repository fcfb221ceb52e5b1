/**
 * What the module exports. Addresses count bytes; nothing is allocated here: the caller lays out the memory from
 * `heapStart` on. Matrices are row-major in f32 with rows padded to four.
 */
export { activate, activationGradient } from './activations';
export { counters, mask } from './dropout';
export {
  accumulate,
  accumulateSign,
  addBias,
  clamp,
  columnSums,
  gatherRows,
  multiply,
  scale,
  softThreshold,
  sumOfSquares,
} from './elementwise';
export { loss } from './losses';
export {
  layerBytes,
  networkBytes,
  segmentBytes,
  setBuffers,
  setData,
  setDropout,
  setLayer,
  setModel,
  setNorms,
  setOptimizer,
  setPenalties,
  setRoom,
  setSegment,
  setShape,
  setSteps,
  setVectors,
  stepsOf,
} from './network';
export { optimizerStep } from './optimizers';
export { gemm } from './products';
export { actAsThread, heapStart } from './scratch';
export { gather, serve, threads } from './team';
export { evaluate, runSteps } from './training';
