/** Statistics of initial parameters beside PyTorch's: exact bounds and variances, and those of its own samples. */
import { readFileSync } from 'node:fs';
import { Rng } from '@tangentlab/core';
import { he, type Initialiser, normal, orthogonal, pytorch, xavier } from '@tangentlab/nn';

interface Statistics {
  readonly exact: { readonly mean: number; readonly variance: number; readonly bound?: number | null };
  readonly sampled: { readonly variance: number; readonly varianceStdErr: number };
}
const { cases } = JSON.parse(readFileSync(new URL('../../fixtures/initialisers.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly {
    readonly name: 'pytorch' | 'he' | 'xavier' | 'orthogonal' | 'normal';
    readonly options: object;
    readonly outputs: number;
    readonly inputs: number;
    readonly weights: Statistics;
    readonly biases: Statistics | null;
  }[];
};
const FACTORIES = { pytorch, he, xavier, orthogonal, normal } as Record<string, (options: never) => Initialiser>;
const REPETITIONS = 60;

test.each(
  cases.map((given) => [`${given.name} ${JSON.stringify(given.options)}, ${given.inputs} inputs`, given] as const),
)('%s', (_, { name, options, inputs, outputs, weights, biases }) => {
  const initialiser = FACTORIES[name]!(options as never);
  const drawn = Array.from({ length: REPETITIONS }, (__, i) =>
    initialiser.sample({ index: 0, layers: 1, inputs, outputs }, Rng.root(i)),
  );
  const variance = (values: Float64Array) => values.reduce((sum, value) => sum + value * value, 0) / values.length;
  for (const [part, wanted] of [
    ['weights', weights],
    ['biases', biases],
  ] as const) {
    if (wanted === null) {
      expect(drawn.every((sample) => sample[part].every((value) => value === 0))).toBe(true);
      continue;
    }
    const variances = drawn.map((sample) => variance(sample[part]));
    const mean = variances.reduce((a, b) => a + b, 0) / REPETITIONS;
    const spread = variances.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (REPETITIONS - 1);
    // five standard errors, of ours to the exact value and of both to each other; orthogonal ones have none
    const error = Math.sqrt(spread / REPETITIONS);
    expect(Math.abs(mean - wanted.exact.variance)).toBeLessThanOrEqual(5 * error + 1e-14);
    expect(Math.abs(mean - wanted.sampled.variance)).toBeLessThanOrEqual(
      5 * Math.hypot(error, wanted.sampled.varianceStdErr) + 1e-6 * mean,
    );
    const { bound } = wanted.exact;
    if (bound === undefined || bound === null) continue;
    const largest = Math.max(
      ...drawn.map((sample) => sample[part].reduce((max, value) => Math.max(max, Math.abs(value)), 0)),
    );
    expect(largest).toBeLessThanOrEqual(bound * (1 + 1e-12));
  }
});
