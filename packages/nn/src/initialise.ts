/**
 * Initial parameters.
 */
import type { Rng } from '@tangentlab/core';
import { layersOf } from './layers.js';
import type { Mlp } from './mlp.js';

/**
 * PyTorch's default for linear layers: weights and biases uniform in +-1/sqrt(inputs).
 *
 * *Shapes*: the model's flat parameter vector. *Determinism*: layer l draws from the child `l` of `rng`; the weights
 * first, row by row, then the biases. *Source*: `torch.nn.Linear.reset_parameters` (He initialisation with a = sqrt 5,
 * which comes to this range: a variance of 1/(3 inputs), not 2/inputs).
 */
export function pytorchDefault(model: Mlp, rng: Rng): Float64Array {
  const theta = new Float64Array(model.parameterCount);
  for (const [l, layer] of layersOf(model.widths).entries()) {
    const uniform = rng.split(l).stream();
    const bound = 1 / Math.sqrt(layer.inputs);
    for (let i = layer.weights; i < layer.end; i++) theta[i] = bound * (2 * uniform() - 1);
  }
  return theta;
}
