/**
 * From how a trial came to rest to its outcome: the values of its objectives, or why it failed.
 */
import { ConfigError, errorRecord, isTangentError, TrialError } from '../errors.js';
import { type Constraint, violation } from './constraint.js';
import type { Metric } from './metric.js';
import { isBetter, type Objective } from './objective.js';
import type { CompleteOutcome, Outcome } from './outcome.js';
import type { Ending } from './running-trial.js';

/** Errors that no further trial could escape: they end the search instead of failing one trial. */
const FATAL = new Set([
  'WIRING_MISSING',
  'WIRING_AMBIGUOUS',
  'PLUGIN_INCOMPATIBLE',
  'BACKEND_UNAVAILABLE',
  'WORKER_NOT_SERIALISABLE',
]);

/** The outcome of a slot; or the error that every further trial would meet as well. */
export function outcomeOf(
  ending: Ending,
  trial: number,
  curve: readonly Metric[],
  objectives: readonly Objective[],
  constraints: readonly Constraint[] = [],
): Outcome | { readonly fatal: unknown } {
  const verdict = ending.kind === 'threw' ? { error: ending.error } : valuesOf(objectives, constraints, trial, curve);
  // what is only measured at the end of a trial may be missing before it
  if (ending.kind === 'pruned' || ending.kind === 'paused') {
    return { state: ending.kind, values: 'values' in verdict ? verdict.values : null, curve };
  }
  if ('error' in verdict && isFatal(verdict.error, trial)) return { fatal: verdict.error };
  if ('values' in verdict) return { state: 'complete', ...verdict, curve };
  return { state: 'failed', error: errorRecord(verdict.error, 'TRIAL_FAILED'), curve };
}

/**
 * A record that is wrong shows in its first trial already, and is worth no second one; what only goes wrong later depends
 * on the trial, and must not undo those that are complete.
 */
function isFatal(error: unknown, trial: number): boolean {
  return isTangentError(error) && (FATAL.has(error.code) || (error.code === 'CONFIG_INVALID' && trial === 0));
}

/** The value of every objective, or why there is none. */
function valuesOf(
  objectives: readonly Objective[],
  constraints: readonly Constraint[],
  trial: number,
  curve: readonly Metric[],
): Pick<CompleteOutcome, 'values' | 'violations'> | { readonly error: unknown } {
  // kept for every trial: map makes an array of just this length, push one with room for 16 more
  const counted = objectives.map((objective) => countedValue(objective, curve));
  for (const [i, objective] of objectives.entries()) {
    const value = counted[i];
    if (value === undefined) return { error: unknownMetric('objective', trial, objective, curve) };
    if (!Number.isFinite(value)) return { error: notFinite(trial, objective.metric, value) };
  }
  const values = counted as number[];
  if (constraints.length === 0) return { values };
  const violations: number[] = [];
  for (const constraint of constraints) {
    const value = countedValue({ ...constraint, direction: 'maximize', at: 'last' }, curve);
    if (value === undefined) return { error: unknownMetric('subjectTo', trial, { ...constraint, at: 'last' }, curve) };
    violations.push(violation(constraint, value));
  }
  return { values, violations };
}

/** The value that counts under the objective; undefined if no step that counts has one. */
function countedValue(objective: Objective, curve: readonly Metric<string>[]): number | undefined {
  let best: number | undefined;
  for (const { values } of objective.at === 'last' ? curve.slice(-1) : curve) {
    if (!Object.hasOwn(values, objective.metric)) continue;
    const value = values[objective.metric] as number;
    // NaN is never the best, but it is a value: a trial of nothing else is not finite, and not without its metric
    if (best === undefined || Number.isNaN(best) || isBetter(objective, value, best)) best = value;
  }
  return best;
}

function unknownMetric(
  role: 'objective' | 'subjectTo',
  trial: number,
  { metric, at }: Pick<Objective, 'metric' | 'at'>,
  curve: readonly Metric<string>[],
): ConfigError | TrialError {
  const last = curve.at(-1);
  if (last === undefined) {
    return new TrialError('TRIAL_FAILED', {
      where: `trial ${trial}`,
      expected: 'at least one step must be emitted',
      got: 'none',
      todo: 'check the number of epochs',
    });
  }
  const where = at === 'last' ? "a trial's last step" : 'some step of a trial';
  return new ConfigError('CONFIG_INVALID', {
    where: role,
    expected: `"${metric}" must be among the values of ${where} (its last one has ${Object.keys(last.values).join(', ')})`,
    todo: 'name one of these',
  });
}

function notFinite(trial: number, metric: string, value: number): TrialError {
  return new TrialError('NUMERIC_NOT_FINITE', {
    where: `trial ${trial}`,
    expected: `"${metric}" must be finite`,
    got: String(value),
    todo: 'look at its learning rate and its data',
  });
}
