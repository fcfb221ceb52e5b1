/**
 * Where each layer stands in the flat parameter vector: weights (out x in, row-major), then biases, layer after layer.
 * This is the order of PyTorch's `parameters()`, so vectors can be exchanged as they are.
 */

/** One layer's place. */
export interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  /** Offset of the outputs x inputs weights. */
  readonly weights: number;
  /** Offset of the biases. */
  readonly biases: number;
  /** Offset of the next layer. */
  readonly end: number;
}

/** What initialisers and parametrisations know of a layer: its widths, and where in the network it is. */
export interface LayerPlace {
  /** 0, 1, 2, ... */
  readonly index: number;
  /** How many layers the network has. */
  readonly layers: number;
  readonly inputs: number;
  readonly outputs: number;
  /** Width of the last hidden layer, if there is one. */
  readonly lastHidden?: number;
}

/** The layers of a perceptron of these widths, first to last. */
export function layersOf(widths: readonly number[]): readonly Layer[] {
  let offset = 0;
  return widths.slice(1).map((outputs, l) => {
    const inputs = widths[l]!;
    const weights = offset;
    const biases = weights + inputs * outputs;
    offset = biases + outputs;
    return { inputs, outputs, weights, biases, end: offset };
  });
}

/** The same layers, as initialisers and parametrisations see them. */
export function placesOf(widths: readonly number[]): readonly LayerPlace[] {
  const layers = widths.length - 1;
  const hidden = layers > 1 ? { lastHidden: widths.at(-2)! } : {};
  return widths.slice(1).map((outputs, index) => ({ index, layers, inputs: widths[index]!, outputs, ...hidden }));
}
