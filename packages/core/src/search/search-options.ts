/**
 * What a search needs, and the check of it. The types say the same to TypeScript; the check says it to JavaScript.
 */
import { show } from '../config.js';
import { ConfigError } from '../errors.js';
import type { Rng } from '../rng.js';
import type { SpaceShape } from '../space/space.js';
import { checkObjective, type Objective } from './objective.js';
import type { Searcher } from './searcher.js';

/** What a search needs. */
export interface SearchOptions<S extends SpaceShape> {
  readonly space: S;
  readonly searcher: Searcher;
  /** One objective, or several for a front. */
  readonly objectives: readonly [Objective, ...Objective[]];
  /** How many trials at most. */
  readonly trials: number;
  readonly rng: Rng;
  /** Trials in flight at once; 1 unless given. */
  readonly concurrency?: number;
  /** How many slots a view lags behind; 1 at concurrency 1, else 2 x concurrency. Fix it to reproduce a run elsewhere. */
  readonly lag?: number;
  /** Ends the search early: running trials are cancelled and the stream completes with reason `cancelled`. */
  readonly signal?: AbortSignal;
}

/** The lag that a concurrency takes unless the user fixes one. */
export function defaultLag(concurrency: number): number {
  return concurrency === 1 ? 1 : 2 * concurrency;
}

/** Throws CONFIG_INVALID unless `options` and `project` are what searchTrials takes; the space checks itself. */
export function checkOptions(options: SearchOptions<SpaceShape>, project: unknown): void {
  if (typeof options !== 'object' || options === null)
    throw invalid('searchTrials()', 'a record of options is needed', options, 'see its docstring');
  if (typeof project !== 'function')
    throw invalid('searchTrials()', 'a function from a trial to its metrics is needed', project, 'write one');
  const { trials, concurrency = 1, lag = 1, objectives, searcher, rng } = options;
  for (const [name, value] of Object.entries({ trials, concurrency, lag })) {
    if (!Number.isSafeInteger(value) || value < 1)
      throw invalid(name, 'an integer of at least 1 is needed', value, `set ${name} to one`);
  }
  if (!Array.isArray(objectives) || objectives.length === 0)
    throw invalid('objectives', 'a list of at least one is needed', objectives, "write [maximize('valAccuracy')]");
  objectives.forEach((objective, i) => {
    checkObjective(objectives.length === 1 ? 'objective' : `objective ${i}`, objective);
  });
  if (typeof searcher?.ask !== 'function')
    throw invalid('searcher', 'a search strategy is needed', searcher, 'give an object with a method ask()');
  if (typeof rng?.split !== 'function') throw invalid('rng', 'an Rng is needed', rng, 'write Rng.root(seed)');
}

function invalid(where: string, expected: string, got: unknown, todo: string): ConfigError {
  return new ConfigError('CONFIG_INVALID', { where, expected, got: show(got), todo });
}
