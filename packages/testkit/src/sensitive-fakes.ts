/**
 * A searcher and a pruner that look at everything they may see: any difference in a view, however small, changes what
 * they answer. With fakes that do not look, a parallel run equals a serial one by luck.
 */
import {
  type Outcome,
  type Params,
  type Pruner,
  resumeTrial,
  type Searcher,
  startWith,
  type View,
} from '@tangentlab/core';

/** What `sensitiveSearcher` does besides suggesting points. */
export interface SensitiveOptions {
  /** Gives every third trial or so a budget of this many steps, resumes what is paused, and waits now and then; never unless given. */
  readonly budget?: number;
  /** Mixed into every answer, for broken fakes: a count that outlives the search, say. */
  readonly extra?: () => unknown;
}

const { imul } = Math; // looked up once: a sandbox makes every look-up of a global expensive

/** A 32-bit hash of a text. *Source*: FNV-1a, then a finaliser, so that the low bits depend on all of it. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = imul(hash ^ (hash >>> 16), 0x7feb352d);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** All that a view shows, as text. */
function seenIn(view: View): string {
  const outcomes: Outcome[] = Array.from({ length: view.told }, (_, slot) => view.outcome(slot));
  const proposals: [number, Params][] = Array.from({ length: view.asked }, (_, slot) => [
    view.trial(slot),
    view.params(slot),
  ]);
  return JSON.stringify([outcomes, proposals]);
}

/** Its answer depends on every bit of its view. *Cost*: O(view) an ask. *Determinism*: a pure function of its request. */
export function sensitiveSearcher({ budget, extra = () => 0 }: SensitiveOptions = {}): Searcher {
  return {
    name: 'sensitive',
    feedback: true,
    ask: ({ view, space, rng }) => {
      const dice = hashOf(`${seenIn(view)} ${extra()}`);
      const params = space.sample(rng.split(dice));
      if (budget === undefined) return params;
      if (dice % 7 === 0 && view.told < view.asked) return 'wait';
      const paused = pausedTrials(view);
      if (paused.length > 0 && dice % 2 === 0) return resumeTrial(paused[dice % paused.length]!);
      return dice % 3 === 0 ? startWith(params, budget) : params;
    },
  };
}

/** The trials whose latest slot the view shows as paused. */
function pausedTrials(view: View): readonly number[] {
  const latest = new Map<number, number>(); // slot by trial
  for (let slot = 0; slot < view.asked; slot++) latest.set(view.trial(slot), slot);
  const paused = ([, slot]: readonly [number, number]) => slot < view.told && view.outcome(slot).state === 'paused';
  return [...latest].filter(paused).map(([trial]) => trial);
}

/** Ends about a quarter of the trials at each step, by all that it sees. *Determinism*: a pure function of its request. */
export function sensitivePruner({ extra = () => 0 }: Pick<SensitiveOptions, 'extra'> = {}): Pruner {
  return {
    name: 'sensitive',
    feedback: true,
    prune: ({ view, curve, trial }) => {
      return hashOf(`${seenIn(view)} ${JSON.stringify(curve)} ${trial} ${extra()}`) % 4 === 0;
    },
  };
}
