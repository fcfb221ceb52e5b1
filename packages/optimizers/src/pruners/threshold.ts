/**
 * threshold(): end a trial as soon as a value leaves its bounds.
 */
import { defineProvider, PRUNER, type Provider, type Pruner, parseConfig } from '@tangentlab/core';
import * as z from '@tangentlab/schema';

/** What `threshold` takes; at least one bound. */
export interface ThresholdOptions {
  /** The metric that is watched; the first objective's unless given. */
  readonly metric?: string;
  readonly atLeast?: number;
  readonly atMost?: number;
  /** No trial is ended in its first so many steps; 0 unless given. */
  readonly warmupSteps?: number;
}

const SCHEMA = z
  .strictObject({
    metric: z.string().optional(),
    atLeast: z.number().optional(),
    atMost: z.number().optional(),
    warmupSteps: z.number().int().min(0).default(0),
  })
  .refine(({ atLeast, atMost }) => atLeast !== undefined || atMost !== undefined, 'atLeast or atMost is needed')
  .refine(({ atLeast = -Infinity, atMost = Infinity }) => atLeast <= atMost, 'atLeast must not be above atMost');

/**
 * Ends a trial when a metric is NaN, below `atLeast` or above `atMost`: for losses that explode.
 *
 * It looks at the trial alone, so that trials need not wait for each other. *Cost*: O(1). *Throws* CONFIG_INVALID for its
 * options.
 *
 * @example
 * threshold({ metric: 'loss', atMost: 10 }).name // => 'threshold'
 */
export function threshold(options: ThresholdOptions): Provider<Pruner> {
  const config = parseConfig('threshold', SCHEMA, options);
  const { metric, atLeast = Number.NEGATIVE_INFINITY, atMost = Number.POSITIVE_INFINITY, warmupSteps } = config;
  const create = (): Pruner => ({
    name: 'threshold',
    feedback: false,
    prune: ({ curve, objectives }) => {
      const { step, values } = curve.at(-1)!;
      const name = metric ?? objectives[0]!.metric;
      if (step <= warmupSteps || !Object.hasOwn(values, name)) return false;
      const value = values[name] as number;
      return !(value >= atLeast && value <= atMost);
    },
  });
  return defineProvider({ token: PRUNER, name: 'threshold', config, create });
}
