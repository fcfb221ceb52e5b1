/**
 * What a search needs, and the check of it. The types say the same to TypeScript; the check says it to JavaScript.
 */
import { show } from '../config.js';
import { ConfigError } from '../errors.js';
import type { TrialEvent } from '../events/events.js';
import type { Rng } from '../rng.js';
import type { CheckSpace } from '../space/shape.js';
import type { ParamsOf, SpaceShape } from '../space/space.js';
import type { Constraint } from './constraint.js';
import { checkObjective, type Objective } from './objective.js';
import type { Pruner } from './pruner.js';
import type { Searcher } from './searcher.js';
import type { StopRule } from './stop-rule.js';

/** What a search needs. */
export interface SearchOptions<S extends SpaceShape> {
  readonly space: S & CheckSpace<S>;
  readonly searcher: Searcher;
  /** One objective, or several for a front. */
  readonly objectives: readonly [Objective, ...Objective[]];
  /** Bounds on metrics: a trial that breaks one is never the best. */
  readonly constraints?: readonly Constraint[];
  /** How many trials at most. */
  readonly trials: number;
  readonly rng: Rng;
  /** Trials in flight at once; 1 unless given. */
  readonly concurrency?: number;
  /** How many slots a view lags behind; 1 at concurrency 1, else 2 x concurrency. Fix it to reproduce a run elsewhere. */
  readonly lag?: number;
  /** May end trials early; none unless given. */
  readonly pruner?: Pruner;
  /** Asked before each slot; none unless given. */
  readonly stopRules?: readonly StopRule[];
  /** Points that take the first slots, before the searcher is asked. */
  readonly enqueued?: readonly ParamsOf<S>[];
  /** The search ends with the first cause once a view shows more failed trials than this; never unless given. */
  readonly maxFailures?: number;
  /** How often a trial that fails with RESOURCE_FAILED (a worker that crashed, say) is tried again in its slot; 0 unless given. */
  readonly retries?: number;
  /**
   * `reproducible` (unless given) waits for the outcomes that the lag promises; `eager` starts a trial whenever there is
   * room, on what happens to be known: faster with unequal trials, and not reproducible.
   */
  readonly order?: 'reproducible' | 'eager';
  /** The events of an earlier search of these options: what ended there is not run again. */
  readonly recorded?: readonly TrialEvent[];
  /**
   * How many leading slots of `recorded` are taken over as they are, instead of asking for them again: the trials of an
   * earlier search that this one goes on from, with another searcher or a space that has grown. 0 unless given; at most
   * up to the first slot that did not end.
   */
  readonly takenOver?: number;
  /** Milliseconds, for stop rules; without it no time passes. */
  readonly clock?: () => number;
  /** Milliseconds that the search had taken when `recorded` broke off; stop rules count on from there. 0 unless given. */
  readonly elapsedMs?: number;
  /** Ends the search early: running trials are cancelled and the stream completes with reason `cancelled`. */
  readonly signal?: AbortSignal;
}

/** How many trials run at once: a number, or as many as the run's executor runs at the same time. */
export type Concurrency = number | 'cores';

/** Under `'cores'` the lag must not depend on the machine; twice eight trials at once. */
const LAG_OF_CORES = 16;

/**
 * The lag that a concurrency takes unless the user fixes one.
 *
 * @example
 * defaultLag(4) // => 8
 * defaultLag('cores') // => 16
 */
export function defaultLag(concurrency: Concurrency): number {
  if (concurrency === 'cores') return LAG_OF_CORES;
  return concurrency === 1 ? 1 : 2 * concurrency;
}

/** Throws CONFIG_INVALID unless `options` and `project` are what searchTrials takes; the space checks itself. */
export function checkOptions(options: SearchOptions<SpaceShape>, project: unknown): void {
  if (typeof options !== 'object' || options === null)
    throw invalid('searchTrials()', 'a record of options is needed', options, 'see its docstring');
  if (typeof project !== 'function')
    throw invalid('searchTrials()', 'a function from a trial to its metrics is needed', project, 'write one');
  const { trials, concurrency = 1, lag = 1, maxFailures = 0, retries = 0, objectives, searcher, rng } = options;
  const { takenOver = 0, elapsedMs = 0 } = options;
  for (const [name, value] of Object.entries({ trials, concurrency, lag })) checkInteger(name, value, 1);
  for (const [name, value] of Object.entries({ maxFailures, retries, takenOver })) checkInteger(name, value, 0);
  if (!(elapsedMs >= 0))
    throw invalid(
      'elapsedMs',
      'milliseconds of at least 0 are needed',
      elapsedMs,
      'leave it out, or give the time used',
    );
  if (!['reproducible', 'eager', undefined].includes(options.order))
    throw invalid('order', "'reproducible' or 'eager' is needed", options.order, 'write one of them');
  if (!Array.isArray(objectives) || objectives.length === 0)
    throw invalid('objectives', 'a list of at least one is needed', objectives, "write [maximize('valAccuracy')]");
  objectives.forEach((objective, i) => {
    checkObjective(objectives.length === 1 ? 'objective' : `objective ${i}`, objective);
  });
  if (typeof searcher?.ask !== 'function')
    throw invalid('searcher', 'a search strategy is needed', searcher, 'give an object with a method ask()');
  if (typeof rng?.split !== 'function') throw invalid('rng', 'an Rng is needed', rng, 'write Rng.root(seed)');
}

function checkInteger(name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw invalid(name, `an integer of at least ${least} is needed`, value, `set ${name} to one`);
}

function invalid(where: string, expected: string, got: unknown, todo: string): ConfigError {
  return new ConfigError('CONFIG_INVALID', { where, expected, got: show(got), todo });
}
