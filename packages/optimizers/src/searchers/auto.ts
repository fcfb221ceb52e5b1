/**
 * auto(): the searcher for who does not want to choose one.
 */
import { defineProvider, type Provider, parseConfig, SEARCHER, type Searcher, type Space } from '@tangentlab/core';
import * as z from 'zod';
import { exhaustiveSearcher } from './exhaustive-search.js';
import { tpeSearcher } from './tpe.js';

/** What `auto` takes. */
export interface AutoOptions {
  /** How many trials there will be, if that is known: enough of them for every point mean that every point is tried. */
  readonly trials?: number;
  /** Whether points of a finite space may be tried again: for objectives with noise. False unless given. */
  readonly repeats?: boolean;
}

const SCHEMA = z.strictObject({
  trials: z.number().int().min(1).optional(),
  repeats: z.boolean().default(false),
});

/**
 * Chooses a searcher for the space, by this rule: a finite space of at most `trials` points, none of them to be repeated,
 * is searched exhaustively; any other one by `tpe()`, whatever its parameters, conditions, constraints and objectives.
 *
 * *Cost*: that of the searcher. *Throws* CONFIG_INVALID for its options. *Determinism*: that of the searcher.
 *
 * @example
 * auto({ trials: 20 }).config // => { trials: 20, repeats: false }
 */
export function auto(options: AutoOptions = {}): Provider<Searcher> {
  const config = parseConfig('auto', SCHEMA, options);
  return defineProvider({ token: SEARCHER, name: 'auto', config, create: () => autoSearcher(options) });
}

/** The searcher itself, for graphs that are composed by hand. *Throws* CONFIG_INVALID for its options. */
export function autoSearcher(options: AutoOptions = {}): Searcher {
  const { trials = 0, repeats } = parseConfig('auto', SCHEMA, options);
  const [exhaustive, learning] = [exhaustiveSearcher(), tpeSearcher({ repeats })];
  const searcherOf = (space: Space) => (!repeats && space.size <= trials ? exhaustive : learning);
  return {
    name: 'auto',
    feedback: true,
    check: (space) => searcherOf(space).check?.(space),
    ask: (request) => searcherOf(request.space).ask(request),
  };
}
