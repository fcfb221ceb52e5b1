/**
 * The rank of the Jacobian, measured in a running experiment.
 */
import { type AnalyzerProvider, defineAnalyzer, parseConfig } from '@tangentlab/core';
import type { Mlp } from '@tangentlab/nn';
import * as z from '@tangentlab/schema';
import { LINEAR_ALGEBRA, type Samples, type Split } from '@tangentlab/tensor';
import { jacobianRankOf } from '../rank/jacobian-rank.js';
import { ANALYZER_SHAPE, type AnalyzerOptions, lookedAt } from './analyzed-samples.js';

const SCHEMA = z.strictObject(ANALYZER_SHAPE);

/**
 * Measures `jacobianRank`, the numerical rank of the Jacobian on the training samples.
 *
 * *Cost*: that of `jacobianRankOf` per measurement; with all 800 samples of the seed document far more than a trial's
 * training, so choose `samples` for live use. *Throws* ConfigError CONFIG_INVALID for its options.
 *
 * @example
 * jacobianRank({ every: 'epoch', samples: 100 }).measures // => ['jacobianRank']
 */
export function jacobianRank(options: AnalyzerOptions = {}): AnalyzerProvider<Mlp, Split<Samples>, 'jacobianRank'> {
  const { every, samples } = parseConfig('jacobianRank', SCHEMA, options);
  return defineAnalyzer<Mlp, Split<Samples>, 'jacobianRank', readonly [typeof LINEAR_ALGEBRA]>({
    name: 'jacobianRank',
    measures: ['jacobianRank'],
    every,
    config: { every, ...(samples === undefined ? {} : { samples }) },
    requires: [LINEAR_ALGEBRA],
    create: (linearAlgebra) => ({
      measure: async ({ model, data: { train }, parameters, signal }) => {
        const { x, n } = lookedAt(train, samples);
        const { rank } = await jacobianRankOf(model, await parameters(), x, n, { linearAlgebra, signal });
        return { jacobianRank: rank };
      },
    }),
  });
}
