/**
 * percentile() and median(): end a trial whose best value so far is worse than what most complete trials had at this step.
 */
import { defineProvider, PRUNER, type Provider, type Pruner, parseConfig } from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import { CurveLogs } from './curve-log.js';
import { lossesAt, onlyObjective } from './curve-losses.js';

/** What `median` takes. */
export interface MedianOptions {
  /** No trial is ended before so many are complete; 5 unless given. */
  readonly startupTrials?: number;
  /** No trial is ended in its first so many steps; 0 unless given. */
  readonly warmupSteps?: number;
  /** Only every so many steps it is asked whether to go on; 1 unless given. */
  readonly intervalSteps?: number;
  /** So many complete trials must have the step; 1 unless given. */
  readonly leastTrials?: number;
}

/** What `percentile` takes. */
export interface PercentileOptions extends MedianOptions {
  /** The share of complete trials, in percent, that a trial must be among the best of to go on. */
  readonly keep: number;
}

const count = (least: number, otherwise: number) => z.number().int().min(least).default(otherwise);
const MEDIAN = {
  startupTrials: count(0, 5),
  warmupSteps: count(0, 0),
  intervalSteps: count(1, 1),
  leastTrials: count(1, 1),
};
const SCHEMA = z.strictObject({ ...MEDIAN, keep: z.number().min(0).max(100) });

/**
 * Ends a trial whose best value so far is worse than the median of the complete trials at the same step.
 *
 * For one objective; a trial without any finite value is ended. *Cost*: O(trials log trials) a step. *Throws*
 * CONFIG_INVALID for its options, and when asked under several objectives. *Source*: Golovin et al. (2017); Optuna.
 *
 * @example
 * median({ warmupSteps: 3 }).config['warmupSteps'] // => 3
 */
export function median(options: MedianOptions = {}): Provider<Pruner> {
  const config = parseConfig('median', z.strictObject(MEDIAN), options);
  return defineProvider({
    token: PRUNER,
    name: 'median',
    config,
    create: () => percentilePruner('median', { ...config, keep: 50 }),
  });
}

/**
 * Ends a trial whose best value so far is not among the best `keep` percent of the complete trials' at the same step.
 *
 * For one objective. *Cost*: O(trials log trials) a step. *Throws* CONFIG_INVALID for its options, and when asked under
 * several objectives.
 *
 * @example
 * percentile({ keep: 25 }).name // => 'percentile'
 */
export function percentile(options: PercentileOptions): Provider<Pruner> {
  const config = parseConfig('percentile', SCHEMA, options);
  return defineProvider({
    token: PRUNER,
    name: 'percentile',
    config,
    create: () => percentilePruner('percentile', config),
  });
}

function percentilePruner(name: string, options: Required<PercentileOptions>): Pruner {
  const { keep, startupTrials, warmupSteps, intervalSteps, leastTrials } = options;
  const logs = new CurveLogs();
  return {
    name,
    feedback: true,
    prune: (request) => {
      const { view, curve, objectives } = request;
      const objective = onlyObjective(name, request);
      const { step } = curve.at(-1)!;
      if (step <= warmupSteps || !isAsked(curve.at(-2)?.step ?? 0, step, warmupSteps, intervalSteps)) return false;
      const log = logs.of(view, objectives);
      const complete = log.completeCount(view);
      if (complete === 0 || complete < startupTrials) return false;
      const [best = Number.NaN] = lossesAt([{ ...objective, at: 'best' }], curve, curve.length - 1);
      if (Number.isNaN(best)) return true;
      const others = log.reached(view, step, 'exactly', true).map(({ losses }) => losses[0]!);
      if (others.length < leastTrials) return false;
      const line = quantileOf(others, keep / 100);
      return best > line; // false if there is no line
    },
  };
}

/** Whether this is the first step of its interval that the trial has told. */
function isAsked(before: number, step: number, warmup: number, interval: number): boolean {
  const start = Math.floor((step - warmup - 1) / interval) * interval + warmup + 1;
  return before < start;
}

/** Linear between the order statistics, NaN left out. *Source*: NumPy's `nanpercentile`. */
export function quantileOf(values: readonly number[], share: number): number {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  if (sorted.length === 0) return Number.NaN;
  const place = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
  return below === above ? below : below + (place - Math.floor(place)) * (above - below);
}
