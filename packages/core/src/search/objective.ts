/**
 * Objectives: which metric the search drives, and in which direction. Plain data.
 */
import { show } from '../config.js';
import { ConfigError } from '../errors.js';

/** A metric to be driven up or down. */
export interface Objective<M extends string = string> {
  readonly metric: M;
  readonly direction: 'maximize' | 'minimize';
  /** Which of a trial's values counts: that of its last step, or its best one. */
  readonly at: 'last' | 'best';
}

/** Drive a metric up; its value at the last step counts, unless `at: 'best'`. */
export function maximize<const M extends string>(metric: M, options: { at?: 'last' | 'best' } = {}): Objective<M> {
  return Object.freeze({ metric, direction: 'maximize', at: options.at ?? 'last' });
}

/** Drive a metric down; its value at the last step counts, unless `at: 'best'`. */
export function minimize<const M extends string>(metric: M, options: { at?: 'last' | 'best' } = {}): Objective<M> {
  return Object.freeze({ metric, direction: 'minimize', at: options.at ?? 'last' });
}

/** True if `value` is strictly better than `than` under the objective. */
export function isBetter(objective: Objective, value: number, than: number): boolean {
  return objective.direction === 'maximize' ? value > than : value < than;
}

/** Throws CONFIG_INVALID unless `objective` came from maximize() or minimize(). */
export function checkObjective(where: string, objective: Objective): void {
  const { metric, direction, at } = objective ?? {};
  if (typeof metric === 'string' && ['maximize', 'minimize'].includes(direction) && ['last', 'best'].includes(at))
    return;
  throw new ConfigError('CONFIG_INVALID', {
    where,
    expected: 'an objective is needed',
    got: show(objective),
    todo: "write maximize('valAccuracy') or minimize('valLoss')",
  });
}
