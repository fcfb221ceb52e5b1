/**
 * The contract of search strategies, and its token.
 */

import type { Rng } from '../rng.js';
import type { Params, Space } from '../space/space.js';
import { token } from '../wiring/token.js';
import type { Objective } from './objective.js';
import type { View } from './view.js';

/** What a searcher is given for one slot. */
export interface AskRequest {
  readonly space: Space;
  readonly objectives: readonly Objective[];
  /** What has been tried and told so far, as this slot may see it. */
  readonly view: View;
  /** The slot's number: 0, 1, 2, ... */
  readonly slot: number;
  /** Random numbers of this slot alone. */
  readonly rng: Rng;
  /** Random numbers that are the same in every slot of the run: for sequences that are shuffled or scrambled once. */
  readonly runRng: Rng;
}

/**
 * A search strategy: a pure function from what is known to the next point.
 *
 * *Determinism*: equal requests get equal answers. A searcher keeps no history; what it caches is only what a cold call
 * would compute again.
 */
export interface Searcher {
  readonly name: string;
  /** False promises never to look at outcomes; trials may then start before earlier ones have ended. */
  readonly feedback: boolean;
  /** Called once per run, before slot 0; throws CONFIG_INVALID for a space that the strategy cannot search. */
  check?(space: Space): void;
  /** The point to try, or null when there is none left. */
  ask(request: AskRequest): Params | null;
}

/** The role of the search strategy. */
export const SEARCHER = token<Searcher>('Searcher', 'run');
