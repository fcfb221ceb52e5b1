/**
 * Hill climbing: try a point near the best one of this climb; when that has not helped for a while, begin anew somewhere
 * else. Not an optimum of search strategies, but all that one consists of.
 *
 * Invariant: nothing is remembered between two calls. Where the climb stands is read from the view, every time; so a
 * searcher that was built a moment ago answers like one that has seen the whole run.
 */
import {
  type AskRequest,
  ConfigError,
  defineProvider,
  type FloatDistribution,
  type IntDistribution,
  isBetter,
  type Outcome,
  type Params,
  type Provider,
  SEARCHER,
  type Searcher,
  type Space,
} from '@tangentlab/core';

/** How to climb. */
export interface HillClimbOptions {
  /** How far one step goes, as a part of the way to a random point. *Range*: (0, 1]; 0.2 unless given. */
  readonly radius?: number;
  /** After how many trials without a better one to begin anew. *Range*: integers from 1 on; 15 unless given. */
  readonly patience?: number;
}

/**
 * Searches around the best point so far, and begins anew when it is stuck. The first objective decides;
 * constraints on outcomes are not looked at.
 *
 * *Cost*: O(trials + parameters) per suggestion. *Determinism*: slot n draws from the children `point`, `which` and `how`
 * of its rng. *Source*: a (1+1) evolution strategy with restarts.
 *
 * @throws ConfigError CONFIG_INVALID for a radius or a patience out of range
 */
export function hillClimb({ radius = 0.2, patience = 15 }: HillClimbOptions = {}): Provider<Searcher> {
  if (!(radius > 0 && radius <= 1)) throw invalid('"radius" must lie in (0, 1]', radius);
  if (!(Number.isSafeInteger(patience) && patience >= 1)) {
    throw invalid('"patience" must be an integer of at least 1', patience);
  }
  return defineProvider({
    token: SEARCHER,
    name: 'hillClimb',
    config: { radius, patience },
    create: () => ({
      name: 'hillClimb',
      feedback: true, // it looks at outcomes, so trials wait for the slots that their view needs
      ask: (request) => {
        const best = bestOfClimb(request, patience);
        return best === undefined ? request.space.sample(request.rng.split('point')) : near(best, request, radius);
      },
    }),
  });
}

/** The best point since the last restart; undefined right after one. */
function bestOfClimb({ view, objectives: [objective] }: AskRequest, patience: number): Params | undefined {
  let best: { readonly params: Params; readonly value: number } | undefined;
  let stuck = 0;
  let restart = 0;
  // parallel trials are asked before earlier ones have ended: slot n saw the outcomes of the slots below n - lag
  const lag = view.asked - view.told;
  for (let slot = 0; slot < view.told; slot++) {
    const seen = Math.max(0, slot - lag);
    if (seen < restart) continue; // still a point of the climb before
    const value = scoreOf(view.outcome(slot));
    if (value !== undefined && (best === undefined || (objective && isBetter(objective, value, best.value)))) {
      best = { params: view.params(slot), value };
      stuck = 0;
    } else if (++stuck >= patience) {
      best = undefined;
      stuck = 0;
      restart = slot + 1;
    }
  }
  return best?.params;
}

/** Failed and pruned trials have no value to climb from. An infinite one is a value like others. */
function scoreOf(outcome: Outcome): number | undefined {
  const value = outcome.state === 'complete' ? outcome.values[0] : undefined;
  return Number.isNaN(value) ? undefined : value;
}

/** `centre` with one parameter moved for sure, and each of the others with probability 1/2. */
function near(centre: Params, { space, rng }: AskRequest, radius: number): Params {
  const other = space.sample(rng.split('point'));
  const which = rng.split('which').stream();
  const how = rng.split('how').stream();
  const names = Object.keys(centre);
  const sure = Math.floor(which() * names.length);
  const distributions = new Map<string, unknown>(space.parameters);
  const point = { ...centre };
  for (const [i, name] of names.entries()) {
    const [moves, part] = [which() < 0.5 || i === sure, radius * how()];
    const [from, towards] = [centre[name], other[name]];
    if (moves && from !== undefined && towards !== undefined) {
      point[name] = moved(from, towards, part, distributions.get(name));
    }
  }
  return isPoint(space, point) ? point : other;
}

/** Numbers go a part of the way, in the scale of their distribution; anything else is exchanged. */
function moved<V>(from: V, to: V, part: number, distribution: unknown): V | number {
  if (!isRange(distribution) || typeof from !== 'number' || typeof to !== 'number') return to;
  const { low, step, log } = distribution;
  const between = log ? from * (to / from) ** part : from + part * (to - from);
  // rounding may lead out of a range by the last bit
  if (!step) return Math.min(Math.max(between, Math.min(from, to)), Math.max(from, to));
  // on a grid, what would not move takes one step
  const rounded = low + step * Math.round((between - low) / step);
  return rounded === from ? from + step * Math.sign(to - from) : rounded;
}

/** True of a range of numbers; false of choices, lists, and parameters that depend on another one. */
function isRange(distribution: unknown): distribution is FloatDistribution | IntDistribution {
  const { kind } = (distribution ?? {}) as { readonly kind?: unknown };
  return kind === 'float' || kind === 'int';
}

/** Parameters may depend on each other: what was put together from two points need not be one. */
function isPoint(space: Space, point: Params): boolean {
  try {
    space.check(point, 'hillClimb');
    return true;
  } catch {
    return false;
  }
}

function invalid(expected: string, got: unknown): ConfigError {
  return new ConfigError('CONFIG_INVALID', { where: 'hillClimb', expected, got: String(got), todo: 'correct it' });
}
