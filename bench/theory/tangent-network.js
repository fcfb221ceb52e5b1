/**
 * The network whose tangent kernel and rank are timed, and its rows, as the Python peers make them (peers/tangent_network.py):
 * ReLU, entries made up alike, the weights divided by the root of their fan-in; theirs are in x out, ours out x in.
 */
import { layersOf, mlp } from '@tangentlab/nn';
import { entries } from '../measure/entries.js';

/** A model of these widths with its parameters. */
export function madeUpNetwork(widths) {
  const model = mlp({ widths });
  const theta = new Float64Array(model.parameterCount);
  for (const { inputs, outputs, weights, biases } of layersOf(widths)) {
    const [w, b, root] = [entries(inputs, outputs), entries(1, outputs), Math.sqrt(inputs)];
    for (let o = 0; o < outputs; o++) {
      for (let j = 0; j < inputs; j++) theta[weights + o * inputs + j] = w[j * outputs + o] / root;
      theta[biases + o] = b[o] / root;
    }
  }
  return { model, theta, x: (rows) => entries(rows, widths[0]) };
}
