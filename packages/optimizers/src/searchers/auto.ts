/**
 * auto(): the searcher for who does not want to choose one, and of experiments of `tangentlab` that name none.
 */
import { type AskRequest, defineProvider, type Provider, parseConfig, SEARCHER, type Searcher } from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import { LINEAR_ALGEBRA, type LinearAlgebra } from '@tangentlab/tensor';
import { exhaustiveSearcher } from './exhaustive-search.js';
import { gpSearcher } from './gp.js';
import { tpeSearcher } from './tpe.js';

/** What `auto` takes. */
export interface AutoOptions {
  /** How many trials there will be, if that is known: enough of them for every point mean that every point is tried. */
  readonly trials?: number;
  /** Whether points of a finite space may be tried again: for objectives with noise. False unless given. */
  readonly repeats?: boolean;
}

/** What `autoSearcher` takes besides. */
export interface AutoSearcherOptions extends AutoOptions {
  /** Where matrices are factorised; plain TypeScript unless given. */
  readonly linearAlgebra?: LinearAlgebra;
}

const SCHEMA = z.strictObject({
  trials: z.number().int().min(1).optional(),
  repeats: z.boolean().default(false),
});

/** As the specification has it; at which number of slots `tpe()` becomes the better one was not measured. */
const MANY = 300;

/**
 * Chooses a searcher for the space, by this rule: a finite space of at most `trials` points, none of them to be repeated,
 * is searched exhaustively; any other one by `gp()` in the first 300 slots and by `tpe()` from then on, whatever its
 * parameters, conditions, constraints and objectives. `tpe()` learns from all trials, also those that `gp()` chose.
 *
 * *Cost*: that of the searcher. *Throws* CONFIG_INVALID for its options. *Determinism*: that of the searcher.
 *
 * @example
 * auto({ trials: 20 }).config // => { trials: 20, repeats: false }
 */
export function auto(options: AutoOptions = {}): Provider<Searcher> {
  const config = parseConfig('auto', SCHEMA, options);
  return defineProvider({
    token: SEARCHER,
    name: 'auto',
    config,
    requires: [LINEAR_ALGEBRA],
    create: (linearAlgebra) => autoSearcher({ ...options, linearAlgebra }),
  });
}

/** The searcher itself, for graphs that are composed by hand. *Throws* CONFIG_INVALID for its options. */
export function autoSearcher({ linearAlgebra, ...options }: AutoSearcherOptions = {}): Searcher {
  const { trials = 0, repeats } = parseConfig('auto', SCHEMA, options);
  const exhaustive = exhaustiveSearcher();
  const few = gpSearcher({ repeats, ...(linearAlgebra === undefined ? {} : { linearAlgebra }) });
  const many = tpeSearcher({ repeats });
  const searcherOf = ({ space, slot }: Pick<AskRequest, 'space' | 'slot'>) => {
    if (!repeats && space.size <= trials) return exhaustive;
    return slot < MANY ? few : many;
  };
  return {
    name: 'auto',
    feedback: true,
    check: (space) => searcherOf({ space, slot: 0 }).check?.(space),
    ask: (request) => searcherOf(request).ask(request),
  };
}
