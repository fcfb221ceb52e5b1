/**
 * The search strategy `templateName`: now and then a point at random, else the best one so far with one value exchanged.
 *
 * Invariant: it keeps no history. All it knows is in the view, so that a searcher that was built a moment ago answers
 * like one that has seen the whole run.
 */
import {
  type AskRequest,
  ConfigError,
  defineProvider,
  isBetter,
  type Params,
  type Provider,
  SEARCHER,
  type Searcher,
} from '@tangentlab/core';

/** How to search. */
export interface TemplateTypeOptions {
  /** The part of the points that are drawn at random. *Range*: [0, 1]; 0.2 unless given. */
  readonly explore?: number;
}

/**
 * Says in one sentence what it does.
 *
 * *Cost*: O(trials + parameters) per suggestion. *Determinism*: slot n draws from the children `explore`, `point` and
 * `which` of its rng.
 *
 * @throws ConfigError CONFIG_INVALID unless `explore` lies in [0, 1]
 */
export function templateName({ explore = 0.2 }: TemplateTypeOptions = {}): Provider<Searcher> {
  if (!(explore >= 0 && explore <= 1)) {
    throw new ConfigError('CONFIG_INVALID', {
      where: 'templateName',
      expected: '"explore" must lie in [0, 1]',
      got: String(explore),
      todo: 'correct it',
    });
  }
  return defineProvider({
    token: SEARCHER,
    name: 'templateName',
    config: { explore },
    // feedback: true, as it looks at outcomes; false lets trials start without waiting for each other
    create: () => ({ name: 'templateName', feedback: true, ask: (request) => nextPoint(request, explore) }),
  });
}

function nextPoint(request: AskRequest, explore: number): Params {
  const { space, rng } = request;
  const drawn = space.sample(rng.split('point'));
  const best = bestSoFar(request);
  if (best === undefined || rng.split('explore').stream()() < explore) return drawn;
  const names = Object.keys(best);
  const name = names[Math.floor(rng.split('which').stream()() * names.length)];
  const value = name === undefined ? undefined : drawn[name];
  // where parameters depend on each other, one value alone cannot be exchanged
  if (name === undefined || value === undefined || names.some((other) => !Object.hasOwn(drawn, other))) return drawn;
  return { ...best, [name]: value };
}

function bestSoFar({ view, objectives: [objective] }: AskRequest): Params | undefined {
  let best: { readonly params: Params; readonly value: number } | undefined;
  for (let slot = 0; slot < view.told; slot++) {
    const outcome = view.outcome(slot);
    const value = outcome.state === 'complete' ? outcome.values[0] : undefined;
    if (value === undefined || objective === undefined) continue;
    if (best === undefined || isBetter(objective, value, best.value)) best = { params: view.params(slot), value };
  }
  return best?.params;
}
