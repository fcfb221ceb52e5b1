/**
 * Adam, as a trainer.
 */
import { parseConfig, type Trainer } from '@tangentlab/core';
import type { Split } from '@tangentlab/tensor';
import * as z from 'zod';
import { type EpochMetric, gradientTrainer } from './gradient-training.js';
import type { Mlp } from './mlp.js';

/** What `adam` takes. */
export interface AdamOptions {
  /** Learning rate. */
  readonly lr: number;
  /** Rows per step; the last batch of an epoch may be smaller. */
  readonly batchSize: number;
  readonly epochs: number;
  /** A new order of the rows in every epoch; true unless given. */
  readonly shuffle?: boolean;
  /** Decay of the mean of gradients; 0.9 unless given. */
  readonly beta1?: number;
  /** Decay of the mean of their squares; 0.999 unless given. */
  readonly beta2?: number;
  /** Added to the denominator; 1e-8 unless given. */
  readonly epsilon?: number;
}

const SCHEMA = z.strictObject({
  lr: z.number().positive(),
  batchSize: z.number().int().min(1),
  epochs: z.number().int().min(1),
  shuffle: z.boolean().default(true),
  beta1: z.number().min(0).lt(1).default(0.9),
  beta2: z.number().min(0).lt(1).default(0.999),
  epsilon: z.number().positive().default(1e-8),
});

/**
 * Trains a perceptron by Adam on softmax cross-entropy.
 *
 * Emits `loss`, `valLoss`, `valAccuracy` and `valF1` after every epoch. *Throws* ConfigError CONFIG_INVALID for options
 * out of range. *Determinism*: see `gradientTrainer`. *Source*: Kingma and Ba (2015), algorithm 1, PyTorch's defaults.
 *
 * @example
 * adam({ lr: 1e-3, batchSize: 32, epochs: 10 }).name // => 'adam'
 */
export function adam(options: AdamOptions): Trainer<Mlp, Split, EpochMetric> {
  const { batchSize, epochs, shuffle, ...constants } = parseConfig('adam', SCHEMA, options);
  return gradientTrainer({ name: 'adam', ...constants }, { batchSize, epochs, shuffle });
}
