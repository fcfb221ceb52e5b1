/**
 * The stage `addNoise`: Gaussian noise on the features, an old way to keep a network from learning rows by heart.
 *
 * Not a way to spoil labels: they pass through. Invariant: its input is never changed, and rows that a network is
 * validated on stay as they are.
 */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { defineStage, parseConfig, type Rng, type Stage } from '@tangentlab/core';
import { checkTable, type Split, type Table } from '@tangentlab/tensor';
import { map } from 'rxjs';

/** How much noise. */
export interface AddNoiseOptions {
  /** The standard deviation, in the units of the features. *Range*: finite, at least 0. */
  readonly sd: number;
}

/**
 * Any schema library that speaks Standard Schema will do, zod for instance. For one number, the interface itself is short
 * enough.
 */
const schema: StandardSchemaV1<AddNoiseOptions> = {
  '~standard': {
    version: 1,
    vendor: 'tangentlab-add-noise',
    validate: (value) => {
      const { sd, ...others } = (value ?? {}) as Readonly<Record<string, unknown>>;
      const unknown = Object.keys(others).map((name) => ({ message: 'is not known', path: [name] }));
      if (typeof sd === 'number' && sd >= 0 && sd < Infinity) {
        return unknown.length > 0 ? { issues: unknown } : { value: { sd } };
      }
      return { issues: [{ message: 'must be a finite number of at least 0', path: ['sd'] }, ...unknown] };
    },
  },
};

/**
 * Adds independent normal noise to each feature: of a table, or of the training part of a split.
 *
 * *Cost*: O(samples x features). *Determinism*: draws from the child `noise` of the stage's rng; a second table gets the
 * noise of the first. *Source*: Bishop (1995), Training with noise is equivalent to Tikhonov regularization.
 *
 * @throws ConfigError CONFIG_INVALID unless `sd` is a finite number of at least 0
 */
export function addNoise<D extends Table | Split = Table>(options: AddNoiseOptions): Stage<D, D> {
  // checked here, where the user wrote it, and not when the data arrives
  const { sd } = parseConfig('addNoise', schema, options);
  return defineStage<D, D>({
    name: 'addNoise',
    config: { sd },
    bind: ({ rng }) => map((data) => noisy(data, sd, rng)),
  });
}

function noisy<D extends Table | Split>(data: D, sd: number, rng: Rng): D {
  if ('train' in data) return { ...data, train: noisy(data.train, sd, rng) };
  const normal = normals(rng.split('noise').stream());
  const x = checkTable('addNoise', data).x.map((value) => value + sd * normal()); // samples x features
  return { ...data, x };
}

/** Standard normal numbers. *Source*: Box and Muller (1958). */
function normals(uniform: () => number): () => number {
  // 1 - u lies in (0, 1], where the logarithm is finite
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}
