/**
 * How far a network in training is from its linearisation, measured in a running experiment.
 */
import { type AnalyzerProvider, defineAnalyzer, parseConfig } from '@tangentlab/core';
import { type Mlp, predict } from '@tangentlab/nn';
import * as z from '@tangentlab/schema';
import type { Samples, Split } from '@tangentlab/tensor';
import { jvp } from '../derivatives/forward-tangent.js';
import { ANALYZER_SHAPE, type AnalyzerOptions, lookedAt } from './analyzed-samples.js';

const SCHEMA = z.strictObject(ANALYZER_SHAPE);

/** What `linearDistance` measures. */
export type LinearDistanceMetric = 'linearDistance' | 'linearDistanceRelative';

/**
 * Measures Z - Zlin at the parameters as they are, Zlin(theta) = Z(theta_0) + J(theta_0) (theta - theta_0): the root mean
 * square over the outputs of the *validation* samples, and the same relative to that of Z - Z(theta_0).
 *
 * Not on the training samples: once both interpolate these, the distance there says nothing. `samples` counts validation
 * samples here. *Cost*: four forward passes. *Throws* ConfigError CONFIG_INVALID for its options; fails the trial of a
 * trainer that does not tell its initial parameters. *Source*: Lee et al. (2019); the seed document, section 12.
 *
 * @example
 * linearDistance({ every: 'epoch' }).measures // => ['linearDistance', 'linearDistanceRelative']
 */
export function linearDistance(
  options: AnalyzerOptions = {},
): AnalyzerProvider<Mlp, Split<Samples>, LinearDistanceMetric> {
  const { every, samples } = parseConfig('linearDistance', SCHEMA, options);
  return defineAnalyzer<Mlp, Split<Samples>, LinearDistanceMetric>({
    name: 'linearDistance',
    measures: ['linearDistance', 'linearDistanceRelative'],
    every,
    config: { every, ...(samples === undefined ? {} : { samples }) },
    create: () => ({
      measure: async ({ model, data: { val }, parameters, initial }) => {
        const { x, n } = lookedAt(val, samples);
        const [theta, theta0] = [await parameters(), initial()];
        const [now, then] = [predict(model, theta, x, n), predict(model, theta0, x, n)];
        const step = theta.map((value, i) => value - theta0[i]!);
        const linear = jvp(model, theta0, x, n, step);
        const moved = now.map((value, i) => value - then[i]!);
        const apart = rootMeanSquare(moved.map((value, i) => value - linear[i]!));
        const length = rootMeanSquare(moved);
        return { linearDistance: apart, linearDistanceRelative: length === 0 ? 0 : apart / length };
      },
    }),
  });
}

function rootMeanSquare(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / Math.max(1, values.length));
}
