/**
 * Repeated evaluation: the same fit under several random numbers, for objectives that are noisy.
 */
import { parseConfig, type Trainer } from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import { type AveragedMetric, averagedFits } from './averaged-fits.js';

/** What `repeatFit` takes. */
export interface RepeatFitOptions {
  /** How many fits; at least 2. */
  readonly times: number;
}

const SCHEMA = z.strictObject({ times: z.number().int().min(2) });

/**
 * Trains several times from different random numbers; every metric becomes its mean, with `${metric}StdErr` beside it.
 *
 * Step k comes after fit k; the parameters of a winner are those of its last fit. *Cost*: `times` fits. *Throws*
 * CONFIG_INVALID unless `times` is an integer of at least 2. *Determinism*: fit k draws from the child `repeat/k` of the
 * trial's rng.
 *
 * @example
 * repeatFit(adam({ lr: 0.01, batchSize: 16, epochs: 2 }), { times: 5 }).name // => 'repeatFit(adam)'
 */
export function repeatFit<Model, Data, M extends string>(
  trainer: Trainer<Model, Data, M>,
  options: RepeatFitOptions,
): Trainer<Model, Data, AveragedMetric<M>> {
  const { times } = parseConfig('repeatFit', SCHEMA, options);
  return {
    name: `repeatFit(${trainer.name})`,
    requires: trainer.requires,
    fit: (model, data, context) => averagedFits(trainer, model, Array<Data>(times).fill(data), 'repeat', context),
  };
}
