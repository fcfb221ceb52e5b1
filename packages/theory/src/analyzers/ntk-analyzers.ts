/**
 * The tangent kernel, measured in a running experiment: its spectrum, and how far it has moved.
 */
import { type AnalyzerProvider, defineAnalyzer, parseConfig } from '@tangentlab/core';
import type { Mlp } from '@tangentlab/nn';
import * as z from '@tangentlab/schema';
import { type DenseMatrix, LINEAR_ALGEBRA, type LinearAlgebra, type Samples, type Split } from '@tangentlab/tensor';
import { layerTangents } from '../derivatives/layer-tangents.js';
import { tangentKernel } from '../kernel/tangent-kernel.js';
import { ANALYZER_SHAPE, type AnalyzerOptions, lookedAt } from './analyzed-samples.js';
import { StartOfTrial } from './start-of-trial.js';

const SCHEMA = z.strictObject(ANALYZER_SHAPE);

/** What `ntkSpectrum` measures. */
export type NtkSpectrumMetric = 'ntkMax' | 'ntkMin' | 'ntkTrace' | 'ntkStableRank';

/**
 * Measures the spectrum of the tangent kernel on the training samples: its largest and smallest eigenvalue, its trace, and
 * trace over largest, the stable rank.
 *
 * Descent on 1/(2 n) |z - y|^2 is stable below 2 n / ntkMax, and its slowest direction decays like exp(-ntkMin t/n).
 * *Cost*: O((n k)^2 sum of widths + (n k)^3) per measurement: choose `samples` for live use. *Throws* ConfigError
 * CONFIG_INVALID for its options.
 *
 * @example
 * ntkSpectrum({ every: 'epoch', samples: 100 }).measures // => ['ntkMax', 'ntkMin', 'ntkTrace', 'ntkStableRank']
 */
export function ntkSpectrum(options: AnalyzerOptions = {}): AnalyzerProvider<Mlp, Split<Samples>, NtkSpectrumMetric> {
  const { every, samples } = parseConfig('ntkSpectrum', SCHEMA, options);
  return defineAnalyzer<Mlp, Split<Samples>, NtkSpectrumMetric, readonly [typeof LINEAR_ALGEBRA]>({
    name: 'ntkSpectrum',
    measures: ['ntkMax', 'ntkMin', 'ntkTrace', 'ntkStableRank'],
    every,
    config: { every, ...(samples === undefined ? {} : { samples }) },
    requires: [LINEAR_ALGEBRA],
    create: (linearAlgebra) => ({
      measure: async ({ model, data: { train }, parameters, signal }) => {
        const { x, n } = lookedAt(train, samples);
        const kernel = await kernelOf(model, await parameters(), x, n, linearAlgebra, signal);
        const values = await linearAlgebra.symmetricEigenvaluesAsync(kernel, signal);
        const [least, most] = [values[0]!, values.at(-1)!];
        const trace = values.reduce((sum, value) => sum + value, 0);
        // what rounding leaves below 0 is 0
        return {
          ntkMax: most,
          ntkMin: Math.max(0, least),
          ntkTrace: trace,
          ntkStableRank: most > 0 ? trace / most : 0,
        };
      },
    }),
  });
}

/** What `ntkDrift` measures. */
export type NtkDriftMetric = 'ntkDrift' | 'ntkDistance';

/**
 * Measures how far the tangent kernel on the training samples has moved since the start of the trial: |Theta - Theta_0| /
 * |Theta_0|, and 1 less the cosine of the two, which does not see a change of scale. 0 in the lazy regime.
 *
 * *Cost*: O((n k)^2 sum of widths) per measurement, and once per trial for the kernel of the start, (n k)^2 numbers that
 * are kept while the trial runs. *Throws* ConfigError CONFIG_INVALID for its options; fails the
 * trial of a trainer that does not tell its initial parameters. *Source*: Chizat et al. (2019); Fort et al. (2020) for the
 * distance.
 *
 * @example
 * ntkDrift({ samples: 50 }).measures // => ['ntkDrift', 'ntkDistance']
 */
export function ntkDrift(options: AnalyzerOptions = {}): AnalyzerProvider<Mlp, Split<Samples>, NtkDriftMetric> {
  const { every, samples } = parseConfig('ntkDrift', SCHEMA, options);
  return defineAnalyzer<Mlp, Split<Samples>, NtkDriftMetric, readonly [typeof LINEAR_ALGEBRA]>({
    name: 'ntkDrift',
    measures: ['ntkDrift', 'ntkDistance'],
    every,
    config: { every, ...(samples === undefined ? {} : { samples }) },
    requires: [LINEAR_ALGEBRA],
    create: (linearAlgebra) => {
      const starts = new StartOfTrial<DenseMatrix>();
      return {
        measure: async ({ model, data, parameters, initial, signal }) => {
          const { x, n } = lookedAt(data.train, samples);
          const now = await kernelOf(model, await parameters(), x, n, linearAlgebra, signal);
          const theta0 = initial();
          const then = await starts.of(model, data, theta0, () => kernelOf(model, theta0, x, n, linearAlgebra, signal));
          return kernelChange(then.values, now.values);
        },
      };
    },
  });
}

/** |B - A| / |A|, and 1 less their cosine; 0 and 0 where nothing was. */
function kernelChange(before: Float64Array, after: Float64Array): Readonly<Record<NtkDriftMetric, number>> {
  let [moved, own, other, both] = [0, 0, 0, 0];
  for (let i = 0; i < before.length; i++) {
    const [a, b] = [before[i]!, after[i]!];
    moved += (b - a) * (b - a);
    own += a * a;
    other += b * b;
    both += a * b;
  }
  const scale = Math.sqrt(own * other);
  return {
    ntkDrift: moved === 0 ? 0 : Math.sqrt(moved / own),
    ntkDistance: scale === 0 ? 0 : Math.max(0, 1 - both / scale),
  };
}

function kernelOf(
  model: Mlp,
  theta: Float64Array,
  x: Float64Array,
  n: number,
  linearAlgebra: LinearAlgebra,
  signal: AbortSignal,
): Promise<DenseMatrix> {
  return tangentKernel(
    layerTangents(model, theta, x, n, { linearAlgebra }),
    model.widths.at(-1)!,
    linearAlgebra,
    signal,
  );
}
