/**
 * The stage `addNoise`: Gaussian noise on the features, an old way to keep a network from learning rows by heart.
 *
 * Not a way to spoil labels: they pass through. Invariant: its input is never changed, and rows that a network is
 * validated on stay as they are.
 */
import { defineStage, parseConfig } from '@tangentlab/core';
import { checkTable } from '@tangentlab/tensor';
import { map } from 'rxjs';

/** @typedef {import('@tangentlab/tensor').Table} Table */
/** @typedef {import('@tangentlab/tensor').Split} Split */
/** @typedef {{ readonly sd: number }} AddNoiseOptions `sd`: the standard deviation, in the units of the features; at least 0 */

/**
 * Adds independent normal noise to each feature: of a table, or of the training part of a split.
 *
 * *Cost*: O(samples x features). *Determinism*: draws from the child `noise` of the stage's rng; a second table gets the
 * noise of the first. *Source*: Bishop (1995), Training with noise is equivalent to Tikhonov regularization.
 *
 * @template {Table | Split} [D=Table]
 * @param {AddNoiseOptions} options
 * @returns {import('@tangentlab/core').Stage<D, D>}
 * @throws ConfigError CONFIG_INVALID unless `sd` is a finite number of at least 0
 */
export function addNoise(options) {
  // checked here, where the user wrote it, and not when the data arrives
  const config = parseConfig('addNoise', schema, options);
  return defineStage({ name: 'addNoise', config, bind: ({ rng }) => map((data) => noisy(data, config.sd, rng)) });
}

/**
 * Any schema library that speaks Standard Schema will do, zod for instance. For one number, the interface itself is short
 * enough.
 *
 * @type {import('@standard-schema/spec').StandardSchemaV1<AddNoiseOptions>}
 */
const schema = {
  '~standard': {
    version: 1,
    vendor: 'tangentlab-add-noise',
    validate: (value) => {
      const { sd, ...others } = /** @type {Record<string, unknown>} */ (value ?? {});
      const unknown = Object.keys(others).map((name) => ({ message: 'is not known', path: [name] }));
      if (typeof sd === 'number' && sd >= 0 && sd < Infinity) {
        return unknown.length > 0 ? { issues: unknown } : { value: { sd } };
      }
      return { issues: [{ message: 'must be a finite number of at least 0', path: ['sd'] }, ...unknown] };
    },
  },
};

/**
 * @template {Table | Split} D
 * @param {D} data
 * @param {number} sd
 * @param {import('@tangentlab/core').Rng} rng
 * @returns {D}
 */
function noisy(data, sd, rng) {
  if ('train' in data) return { ...data, train: noisy(data.train, sd, rng) };
  const normal = normals(rng.split('noise').stream());
  const x = checkTable('addNoise', data).x.map((value) => value + sd * normal()); // samples x features
  return { ...data, x };
}

/**
 * Standard normal numbers. *Source*: Box and Muller (1958).
 *
 * @param {() => number} uniform
 */
function normals(uniform) {
  // 1 - u lies in (0, 1], where the logarithm is finite
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}
