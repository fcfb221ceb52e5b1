/**
 * partiallyFixed(): another searcher, on the part of the space that is left when some parameters are held fixed.
 */
import {
  type Answer,
  isDirective,
  type Params,
  type Provider,
  parseConfig,
  type Scalar,
  SEARCHER,
  type Searcher,
  type Space,
  startWith,
  type View,
} from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import { FixedSpace } from '../wrapping/fixed-space.js';
import { wrappedProvider } from '../wrapping/wrapped-provider.js';

const SCHEMA = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

/**
 * Searches with some parameters held fixed: `partiallyFixed(tpe(), { batch: 32 })`.
 *
 * The inner searcher sees the space without them, and of the trials those that have these values. Parameters that exist
 * only beside another value are left out.
 *
 * *Cost*: that of the inner searcher, and O(slots) per suggestion. *Throws* CONFIG_INVALID unless the values are scalars;
 * SPACE_INVALID, before the first trial, for names and values that the space does not have.
 *
 * @example
 * partiallyFixed(tpe(), { batch: 32 }).config['of'] // => 'tpe'
 */
export function partiallyFixed(
  searcher: Provider<Searcher>,
  fixed: Readonly<Record<string, Scalar>>,
): Provider<Searcher> {
  const values = parseConfig('partiallyFixed', SCHEMA, fixed);
  return wrappedProvider(SEARCHER, 'partiallyFixed', searcher, { fixed: values }, (inner) => withFixed(inner, values));
}

function withFixed(inner: Searcher, fixed: Readonly<Record<string, Scalar>>): Searcher {
  const spaces = new WeakMap<Space, FixedSpace>();
  const fixedSpace = (space: Space) => {
    const known = spaces.get(space) ?? new FixedSpace(space, fixed);
    spaces.set(space, known);
    return known;
  };
  return {
    name: inner.name,
    feedback: inner.feedback,
    check: (space) => {
      const { rest } = fixedSpace(space);
      inner.check?.(rest);
    },
    ask: (request) => {
      const part = fixedSpace(request.space);
      const view = matching(request.view, part);
      return wholeAnswer(inner.ask({ ...request, space: part.rest, view, slot: view.asked }), part);
    },
  };
}

function wholeAnswer(answer: Answer, part: FixedSpace): Answer {
  if (answer === null || answer === 'wait') return answer;
  if (!isDirective(answer)) return part.whole(answer);
  return 'start' in answer ? startWith(part.whole(answer.start), answer.budget) : answer;
}

/** The slots whose points have the fixed values, numbered without gaps. */
function matching(view: View, part: FixedSpace): View {
  const slots: number[] = [];
  let told = 0;
  for (let slot = 0; slot < view.asked; slot++) {
    if (!part.holds(view.params(slot))) continue;
    if (slot < view.told) told++;
    slots.push(slot);
  }
  const parts: Params[] = [];
  return {
    search: view.search,
    asked: slots.length,
    told,
    params: (slot) => {
      parts[slot] ??= part.partOf(view.params(slots[slot] ?? Number.NaN));
      return parts[slot];
    },
    trial: (slot) => view.trial(slots[slot] ?? Number.NaN),
    outcome: (slot) => view.outcome(slots[slot] ?? Number.NaN),
  };
}
