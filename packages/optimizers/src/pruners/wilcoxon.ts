/**
 * wilcoxon(): for trials whose steps are folds or instances, not epochs: end a trial that is significantly worse than the
 * best one on the steps that both have.
 */
import {
  defineProvider,
  isBetter,
  isFeasible,
  type Metric,
  type Objective,
  PRUNER,
  type Provider,
  type Pruner,
  parseConfig,
  type View,
} from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import { lossOf, onlyObjective } from './curve-losses.js';
import { signedRank } from './signed-rank.js';

/** What `wilcoxon` takes. */
export interface WilcoxonOptions {
  /** A trial is ended when its being worse is less likely than this to be chance; 0.1 unless given. */
  readonly p?: number;
  /** So many common steps are needed; 2 unless given. */
  readonly leastSteps?: number;
}

const SCHEMA = z.strictObject({
  p: z.number().gt(0).lt(1).default(0.1),
  leastSteps: z.number().int().min(2).default(2),
});

/**
 * Ends a trial when Wilcoxon's signed-rank test finds it worse than the best complete trial, step by step: for
 * cross-validation and other means over independent parts.
 *
 * A trial whose mean is the better one all the same goes on; so does one with values that are not finite. For one
 * objective. *Cost*: O(trials + steps^3). *Throws* CONFIG_INVALID for its options, and when asked under several objectives.
 * *Source*: Optuna's `WilcoxonPruner`.
 *
 * @example
 * wilcoxon({ p: 0.05 }).config // => { p: 0.05, leastSteps: 2 }
 */
export function wilcoxon(options: WilcoxonOptions = {}): Provider<Pruner> {
  const config = parseConfig('wilcoxon', SCHEMA, options);
  const create = (): Pruner => ({
    name: 'wilcoxon',
    feedback: true,
    prune: (request) => {
      const objective = onlyObjective('wilcoxon', request);
      const best = bestCurve(request.view, objective);
      if (best === undefined) return false;
      const own = lossesByStep(objective, request.curve);
      const other = lossesByStep(objective, best);
      if (![...own.values(), ...other.values()].every(Number.isFinite)) return false;
      const differences = [...own].flatMap(([step, loss]) => (other.has(step) ? [loss - other.get(step)!] : []));
      if (differences.length < config.leastSteps || mean(own.values()) <= mean(other.values())) return false;
      return signedRank(differences) < config.p;
    },
  });
  return defineProvider({ token: PRUNER, name: 'wilcoxon', config, create });
}

function lossesByStep(objective: Objective, curve: readonly Metric[]): Map<number, number> {
  return new Map(curve.map((metric) => [metric.step, lossOf(objective, metric)]));
}

function mean(values: Iterable<number>): number {
  const all = [...values];
  return all.reduce((sum, value) => sum + value, 0) / all.length;
}

/** The curve of the best complete trial that breaks no constraint; of equals the first. */
function bestCurve(view: View, objective: Objective): readonly Metric[] | undefined {
  let best: { readonly value: number; readonly curve: readonly Metric[] } | undefined;
  for (let slot = 0; slot < view.told; slot++) {
    const outcome = view.outcome(slot);
    if (outcome.state !== 'complete' || !isFeasible(outcome)) continue;
    const value = outcome.values[0]!;
    if (best === undefined || isBetter(objective, value, best.value)) best = { value, curve: outcome.curve };
  }
  return best?.curve;
}
