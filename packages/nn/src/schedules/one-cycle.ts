/**
 * The one-cycle schedule: up to a peak and down far below the start, once in a training.
 */
import { parseConfig } from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import { between, type Per, per, type Schedule } from './schedule.js';

/** What `oneCycle` takes. */
export interface OneCycleOptions {
  /** Counts of the whole cycle: all epochs, or all steps with `per: 'step'`. */
  readonly total: number;
  /** The peak; the trainer's `lr` unless given. */
  readonly max?: number;
  /** Share of the counts on the way up; 0.3 unless given. */
  readonly warmupFraction?: number;
  /** The start is the peak divided by this; 25 unless given. */
  readonly divide?: number;
  /** The end is the start divided by this; 10,000 unless given. */
  readonly finalDivide?: number;
  /** Along half a cosine wave (unless given), or a line. */
  readonly anneal?: 'cosine' | 'linear';
  readonly per?: Per;
}

const SCHEMA = z.strictObject({
  total: z.number().int().min(2),
  max: z.number().positive().optional(),
  warmupFraction: z.number().gt(0).lt(1).default(0.3),
  divide: z.number().positive().default(25),
  finalDivide: z.number().positive().default(1e4),
  anneal: z.enum(['cosine', 'linear']).default('cosine'),
  per,
});

/**
 * From max/divide up to max, then down to max/(divide finalDivide), where it stays.
 *
 * *Throws* CONFIG_INVALID for options out of range. *Source*: Smith and Topin (2018); PyTorch's `OneCycleLR` with two
 * phases, which leaves momentum alone here.
 *
 * @example
 * oneCycle({ total: 11, warmupFraction: 4 / 11 }).rate(0.5, 3) // => 0.5
 */
export function oneCycle(options: OneCycleOptions): Schedule {
  const { total, max, warmupFraction, divide, finalDivide, anneal, per } = parseConfig('oneCycle', SCHEMA, options);
  const top = warmupFraction * total - 1; // where the peak is; PyTorch's, and not always a whole number
  const curve = anneal === 'cosine' ? halfWave : between;
  return {
    name: 'oneCycle',
    per,
    rate: (lr, count) => {
      const peak = max ?? lr;
      const start = peak / divide;
      if (count <= top) return curve(start, peak, top === 0 ? 1 : count / top);
      return curve(peak, start / finalDivide, Math.min((count - top) / (total - 1 - top), 1));
    },
  };
}

function halfWave(from: number, to: number, part: number): number {
  return to + ((from - to) * (1 + Math.cos(Math.PI * part))) / 2;
}
