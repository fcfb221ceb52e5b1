/**
 * Learning-rate schedules: pure functions of the epoch, or of the step if `per` says so. They hold no state, so that a
 * training that is resumed goes on where it was. The numbers are PyTorch's.
 */
import { parseConfig } from '@tangentlab/core';
import * as z from '@tangentlab/schema';

/** What a schedule counts. */
export type Per = 'epoch' | 'step';

/** A learning rate that changes while a model is trained. */
export interface Schedule {
  readonly name: string;
  readonly per: Per;
  /** The learning rate after `count` epochs or steps (0 at first), from the trainer's `lr`. */
  rate(lr: number, count: number): number;
}

export const per = z.enum(['epoch', 'step']).default('epoch');
export const count = z.number().int().min(1);

const CONSTANT = z.strictObject({ per });

/**
 * The learning rate as it is. (`per` matters only under a `warmup`.)
 *
 * @example
 * constant().rate(0.1, 7) // => 0.1
 */
export function constant(options: { readonly per?: Per } = {}): Schedule {
  return { name: 'constant', ...parseConfig('constant', CONSTANT, options), rate: (lr) => lr };
}

const STEP_DECAY = z.strictObject({ every: count, factor: z.number().positive().default(0.1), per });

/**
 * Multiplied by `factor` (0.1 unless given) every so many counts. *Throws* CONFIG_INVALID for options out of range.
 * *Source*: PyTorch's `StepLR`.
 *
 * @example
 * stepDecay({ every: 2, factor: 0.5 }).rate(1, 5) // => 0.25
 */
export function stepDecay(options: { readonly every: number; readonly factor?: number; readonly per?: Per }): Schedule {
  const { every, factor, per } = parseConfig('stepDecay', STEP_DECAY, options);
  return { name: 'stepDecay', per, rate: (lr, count) => lr * factor ** Math.floor(count / every) };
}

const EXPONENTIAL = z.strictObject({ factor: z.number().positive(), per });

/**
 * Multiplied by `factor` at every count. *Throws* CONFIG_INVALID unless it is positive. *Source*: PyTorch's
 * `ExponentialLR`.
 *
 * @example
 * exponential({ factor: 0.5 }).rate(1, 3) // => 0.125
 */
export function exponential(options: { readonly factor: number; readonly per?: Per }): Schedule {
  const { factor, per } = parseConfig('exponential', EXPONENTIAL, options);
  return { name: 'exponential', per, rate: (lr, count) => lr * factor ** count };
}

const COSINE = z.strictObject({ over: count, floor: z.number().min(0).default(0), per });

/**
 * Half a cosine wave from the learning rate down to `floor` (0 unless given) over so many counts.
 *
 * Beyond them it rises again, as the wave does. *Throws* CONFIG_INVALID for options out of range. *Source*: Loshchilov
 * and Hutter (2017) without restarts; PyTorch's `CosineAnnealingLR`.
 *
 * @example
 * cosine({ over: 10 }).rate(1, 5) // => 0.5
 */
export function cosine(options: { readonly over: number; readonly floor?: number; readonly per?: Per }): Schedule {
  const { over, floor, per } = parseConfig('cosine', COSINE, options);
  return {
    name: 'cosine',
    per,
    rate: (lr, count) => floor + ((lr - floor) * (1 + Math.cos((Math.PI * count) / over))) / 2,
  };
}

const factor = z.number().min(0);
const LINEAR = z.strictObject({ from: factor.default(1), to: factor.default(0), over: count, per });

/**
 * Multiplied by a factor that goes from `from` (1 unless given) to `to` (0 unless given) over so many counts, and stays.
 *
 * *Throws* CONFIG_INVALID for options out of range. *Source*: PyTorch's `LinearLR`.
 *
 * @example
 * linear({ from: 1, to: 0, over: 4 }).rate(1, 1) // => 0.75
 */
export function linear(options: {
  readonly from?: number;
  readonly to?: number;
  readonly over: number;
  readonly per?: Per;
}): Schedule {
  const { from, to, over, per } = parseConfig('linear', LINEAR, options);
  return { name: 'linear', per, rate: (lr, count) => lr * between(from, to, Math.min(count / over, 1)) };
}

/** The point at `part` of the way. */
export function between(from: number, to: number, part: number): number {
  return from + (to - from) * part;
}
