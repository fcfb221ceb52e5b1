/**
 * Warm-up: small steps first, while the scale of the gradients is not known yet.
 */
import { parseConfig } from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import { between, count, type Schedule } from './schedule.js';

const WARMUP = z.strictObject({ over: count, from: z.number().min(0).default(0) });

/**
 * A linear rise before another schedule: from `from` (0 unless given) times its first rate, over so many counts.
 *
 * The schedule itself begins after them. *Throws* CONFIG_INVALID for options out of range. *Source*: PyTorch's
 * `SequentialLR` of a `LinearLR` and the schedule.
 *
 * @example
 * warmup(constant(), { over: 4 }).rate(1, 1) // => 0.25
 */
export function warmup(schedule: Schedule, options: { readonly over: number; readonly from?: number }): Schedule {
  const { over, from } = parseConfig('warmup', WARMUP, options);
  return {
    name: `warmup(${schedule.name})`,
    per: schedule.per,
    rate: (lr, count) =>
      count < over ? schedule.rate(lr, 0) * between(from, 1, count / over) : schedule.rate(lr, count - over),
  };
}
