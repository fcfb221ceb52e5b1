/**
 * The path of a network to its targets beside the one that its linearisation takes, measured in a running experiment.
 */
import { type AnalyzerProvider, defineAnalyzer, parseConfig } from '@tangentlab/core';
import { type Mlp, predict, targetsOf } from '@tangentlab/nn';
import * as z from '@tangentlab/schema';
import { LINEAR_ALGEBRA, type RegressionTable, type Split, type Table } from '@tangentlab/tensor';
import { layerTangents } from '../derivatives/layer-tangents.js';
import { tangentKernel } from '../kernel/tangent-kernel.js';
import { type LinearDynamics, linearDynamics, squaredLoss } from '../linearisation/linear-dynamics.js';
import { ANALYZER_SHAPE, type AnalyzerOptions, lookedAt } from './analyzed-samples.js';
import { StartOfTrial } from './start-of-trial.js';

/** What `pathToInterpolation` takes. */
export interface PathOptions extends AnalyzerOptions {
  /** Time of gradient flow that an epoch takes: for gradient descent the learning rate times the steps of an epoch. */
  readonly timePerEpoch: number;
}

const SCHEMA = z.strictObject({ ...ANALYZER_SHAPE, timePerEpoch: z.number().positive() });

/** What `pathToInterpolation` measures. */
export type PathMetric = 'pathLoss' | 'pathLinear' | 'pathBound';

/**
 * Measures three losses 1/(2 n) |Z - y|^2 on the training samples after t = epoch x `timePerEpoch`: that of the network, that
 * of gradient flow on its linearisation at the start, and the bound exp(-2 lambda_min t/n) of the latter.
 *
 * The first two agree in the lazy regime under squares; classes count as one-hot targets. *Cost*: the eigenvectors of the
 * kernel, O((n k)^3), once per trial, and a forward pass per measurement: choose `samples`, with which the linear path is
 * that of training on these alone.
 * *Throws* ConfigError CONFIG_INVALID for its options; fails the trial of a trainer that does not tell its initial
 * parameters. *Source*: Lee et al. (2019); Du et al. (2019) for the bound.
 *
 * @example
 * pathToInterpolation({ timePerEpoch: 0.1 }).measures // => ['pathLoss', 'pathLinear', 'pathBound']
 */
export function pathToInterpolation(
  options: PathOptions,
): AnalyzerProvider<Mlp, Split<Table> | Split<RegressionTable>, PathMetric> {
  const { every, samples, timePerEpoch } = parseConfig('pathToInterpolation', SCHEMA, options);
  return defineAnalyzer<Mlp, Split<Table> | Split<RegressionTable>, PathMetric, readonly [typeof LINEAR_ALGEBRA]>({
    name: 'pathToInterpolation',
    measures: ['pathLoss', 'pathLinear', 'pathBound'],
    every,
    config: { every, timePerEpoch, ...(samples === undefined ? {} : { samples }) },
    requires: [LINEAR_ALGEBRA],
    create: (linearAlgebra) => {
      const starts = new StartOfTrial<LinearDynamics>();
      return {
        measure: async ({ model, data, epoch, parameters, initial, signal }) => {
          const table = targetsOf(data.train);
          const { x, n } = lookedAt(table, samples);
          const y = table.targets.subarray(0, n * table.outputs);
          const theta0 = initial();
          const dynamics = await starts.of(model, data, theta0, async () => {
            const tangents = layerTangents(model, theta0, x, n, { linearAlgebra });
            const kernel = await tangentKernel(tangents, table.outputs, linearAlgebra, signal);
            return linearDynamics(kernel, predict(model, theta0, x, n), y, n, { linearAlgebra, signal });
          });
          const time = epoch * timePerEpoch;
          const slowest = Math.max(0, dynamics.eigenvalues[0] ?? 0);
          return {
            pathLoss: squaredLoss(predict(model, await parameters(), x, n), y, n),
            pathLinear: dynamics.loss(time),
            pathBound: squaredLoss(predict(model, theta0, x, n), y, n) * Math.exp((-2 * slowest * time) / n),
          };
        },
      };
    },
  });
}
