/**
 * Stop rules: when a search has had enough. A rule is asked before each slot; running trials end as they would have, so
 * that a stopped run is a prefix of the one without the rule.
 */
import { ConfigError } from '../errors.js';
import { defineProvider, type Provider } from '../wiring/provider.js';
import { tokenOfMany } from '../wiring/token.js';
import { isBetter, type Objective } from './objective.js';
import type { View } from './view.js';

/** What a stop rule is given before a slot. */
export interface StopRequest {
  readonly objectives: readonly Objective[];
  readonly view: View;
  readonly slot: number;
  /** Since the search began, by the run's clock. */
  readonly elapsedMs: number;
}

/** Decides before each slot whether the search goes on. */
export interface StopRule {
  readonly name: string;
  /** False promises never to look at outcomes. */
  readonly feedback: boolean;
  stop(request: StopRequest): boolean;
}

/** The role of stop rules; any number of them, and the first that says so ends the search. */
export const STOP_RULE = tokenOfMany<StopRule>('StopRule', 'run');

/**
 * Stops when `seconds` have passed: no further trial starts, running ones end.
 *
 * *Determinism*: the clock decides how long the prefix is, not what is in it.
 * @throws ConfigError CONFIG_INVALID unless `seconds` is above 0.
 */
export function timeLimit(seconds: number): Provider<StopRule> {
  if (!(seconds > 0)) throw invalid('timeLimit', 'a number of seconds above 0 is needed', seconds);
  return stopRule('timeLimit', { seconds }, false, ({ elapsedMs }) => elapsedMs >= 1000 * seconds);
}

/**
 * Stops when the last `trials` complete trials have brought the best value of the first objective no further than `by`.
 *
 * @param options `by`: the least improvement that counts; 0 unless given, so that any improvement does.
 * @throws ConfigError CONFIG_INVALID unless `trials` is an integer of at least 1 and `by` is at least 0.
 */
export function noImprovement(trials: number, options: { readonly by?: number } = {}): Provider<StopRule> {
  const { by = 0 } = options;
  if (!Number.isSafeInteger(trials) || trials < 1)
    throw invalid('noImprovement', 'a number of trials is needed', trials);
  if (!(by >= 0)) throw invalid('noImprovement', '"by" must be at least 0', by);
  return stopRule('noImprovement', { trials, by }, true, (request) => stagnates(request, trials, by));
}

/** Stops when the predicate says so. It must be a function of its request, for the sake of determinism. */
export function stopWhen(name: string, predicate: (request: StopRequest) => boolean): Provider<StopRule> {
  return stopRule(name, {}, true, predicate);
}

function stopRule(
  name: string,
  config: Readonly<Record<string, unknown>>,
  feedback: boolean,
  stop: (request: StopRequest) => boolean,
): Provider<StopRule> {
  return defineProvider<StopRule>({ token: STOP_RULE, name, config, create: () => ({ name, feedback, stop }) });
}

function stagnates({ view, objectives }: StopRequest, trials: number, by: number): boolean {
  const objective = objectives[0]!;
  const values: number[] = [];
  for (let slot = 0; slot < view.told; slot++) {
    const outcome = view.outcome(slot);
    if (outcome.state === 'complete') values.push(outcome.values[0]!);
  }
  if (values.length <= trials) return false;
  const best = (some: readonly number[]) => some.reduce((a, b) => (isBetter(objective, b, a) ? b : a));
  const [before, after] = [best(values.slice(0, -trials)), best(values)];
  return !isBetter(objective, after, before) || Math.abs(after - before) <= by;
}

function invalid(where: string, expected: string, got: unknown): ConfigError {
  return new ConfigError('CONFIG_INVALID', { where, expected, got: String(got), todo: 'correct it' });
}
