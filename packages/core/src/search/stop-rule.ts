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
  /**
   * How long the search has taken, by the run's clock: what earlier sessions of it took, too. 0 for slots that are told
   * again, as they were begun in time.
   */
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
 * Stops when `seconds` have passed: no further trial starts, running ones end. In a run that is resumed or replayed the
 * seconds go on from those of its earlier sessions, as far as these told their end: one that was killed tells none.
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
  const progress = new WeakMap<object, Progress>();
  return stopRule('noImprovement', { trials, by }, true, ({ view, objectives }) => {
    let seen = progress.get(view.search);
    // a view that shows less than was seen belongs to no later slot: it is read from its start
    if (seen === undefined || seen.told > view.told) seen = new Progress(objectives[0]!, trials);
    progress.set(view.search, seen);
    return seen.upTo(view).stagnates(by);
  });
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

/** The best value now and `trials` complete trials ago, read along with the log: O(1) for each slot. */
class Progress {
  told = 0;
  /** The best of the first k complete trials, for the last `trials` + 1 k's; a ring. */
  readonly #best: number[] = [];
  #complete = 0;
  readonly #objective: Objective;
  readonly #trials: number;

  constructor(objective: Objective, trials: number) {
    this.#objective = objective;
    this.#trials = trials;
  }

  upTo(view: View): this {
    for (; this.told < view.told; this.told++) {
      const outcome = view.outcome(this.told);
      if (outcome.state !== 'complete') continue;
      const value = outcome.values[0]!;
      const best = this.#bestOf(this.#complete);
      this.#complete++;
      this.#best[this.#complete % (this.#trials + 1)] =
        best === undefined || isBetter(this.#objective, value, best) ? value : best;
    }
    return this;
  }

  stagnates(by: number): boolean {
    const [before, after] = [this.#bestOf(this.#complete - this.#trials), this.#bestOf(this.#complete)];
    if (before === undefined || after === undefined) return false;
    return !isBetter(this.#objective, after, before) || Math.abs(after - before) <= by;
  }

  /** The best of the first `complete` trials, as far back as the ring goes; undefined of none. */
  #bestOf(complete: number): number | undefined {
    return complete < 1 ? undefined : this.#best[complete % (this.#trials + 1)];
  }
}

function invalid(where: string, expected: string, got: unknown): ConfigError {
  return new ConfigError('CONFIG_INVALID', { where, expected, got: String(got), todo: 'correct it' });
}
