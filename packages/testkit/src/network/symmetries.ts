/**
 * Changes of a perceptron that leave its function as it is, or turn it with its samples.
 */
import type { Parameters, Perceptron } from './perceptron.js';

/** The rows of a matrix in another order: the last first. */
export function reversedRows(values: Float64Array, cols: number): Float64Array {
  const rows = values.length / cols;
  return values.map((_, at) => values[(rows - 1 - Math.floor(at / cols)) * cols + (at % cols)]!);
}

function reversedCols(values: Float64Array, cols: number): Float64Array {
  return values.map((_, at) => values[Math.floor(at / cols) * cols + (cols - 1 - (at % cols))]!);
}

/** The network with some of its layers' parameters replaced. */
function changed(network: Perceptron, of: (part: keyof Parameters, l: number, values: Float64Array) => Float64Array) {
  const part = (name: keyof Parameters) => network[name].map((values, l) => of(name, l, values));
  return { ...network, weights: part('weights'), biases: part('biases') };
}

/** The hidden units of the first layer in reverse. */
export function reversedUnits(network: Perceptron): Perceptron {
  const hidden = network.widths[1]!;
  return changed(network, (part, l, values) => {
    if (l === 0) return reversedRows(values, part === 'weights' ? network.widths[0]! : 1);
    return l === 1 && part === 'weights' ? reversedCols(values, hidden) : values;
  });
}

/** The units of the first layer times 4 and what reads them over 4: exact in binary. */
export function rescaledUnits(network: Perceptron): Perceptron {
  return changed(network, (part, l, values) => {
    if (l === 0) return values.map((value) => 4 * value);
    return l === 1 && part === 'weights' ? values.map((value) => value / 4) : values;
  });
}
