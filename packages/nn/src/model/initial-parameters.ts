/**
 * The parameter vector that training starts from: every layer drawn from the model's initialiser, and scaled as its
 * parametrisation says.
 */
import type { Rng } from '@tangentlab/core';
import { checkSample, type Initialiser, pytorch } from './initialiser.js';
import { layersOf, placesOf } from './layers.js';
import type { Mlp } from './mlp.js';

/**
 * Initial parameters of a model.
 *
 * *Shapes*: the model's flat parameter vector. *Determinism*: layer l draws from the child `l` of `rng`. *Throws*
 * CONFIG_INVALID for an initialiser whose samples have another size than the layer.
 */
export function initialParameters(model: Mlp, rng: Rng): Float64Array {
  return drawn(model, model.initialiser, rng);
}

/** PyTorch's initial parameters (see `pytorch`), whatever the model's own initialiser is. */
export function pytorchDefault(model: Mlp, rng: Rng): Float64Array {
  return drawn(model, pytorch(), rng);
}

function drawn({ widths, layers, parameterCount }: Mlp, initialiser: Initialiser, rng: Rng): Float64Array {
  const theta = new Float64Array(parameterCount);
  const places = placesOf(widths);
  for (const [l, { weights, biases }] of layersOf(widths).entries()) {
    const sample = initialiser.sample(places[l]!, rng.split(l));
    checkSample(initialiser.name, places[l]!, sample);
    const { initScale } = layers[l]!;
    theta.set(initScale === 1 ? sample.weights : sample.weights.map((w) => initScale * w), weights);
    theta.set(sample.biases, biases);
  }
  return theta;
}
