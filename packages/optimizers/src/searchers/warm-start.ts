/**
 * warmStart(): another searcher that has seen some trials before the first slot.
 */
import {
  type Answer,
  ConfigError,
  isDirective,
  type Outcome,
  type Params,
  type Provider,
  parseConfig,
  resumeTrial,
  SEARCHER,
  type Searcher,
  type View,
} from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import { wrappedProvider } from '../wrapping/wrapped-provider.js';

/** A trial from elsewhere: a point of the space and what it brought, one number or one per objective. */
export interface KnownTrial {
  readonly params: Params;
  readonly values: number | readonly number[];
}

const SCHEMA = z.array(
  z.strictObject({
    params: z.record(z.string(), z.custom<Params[string]>()),
    values: z.union([z.number(), z.array(z.number()).min(1)]),
  }),
);

/**
 * Searches with trials of an earlier run, or of a neighbouring problem, as known from the start.
 *
 * They cost no slot and are never the run's best; the inner searcher learns from them as if they had been its own first
 * complete trials. For going on with a whole run, see `run({ continues })`.
 *
 * *Cost*: that of the inner searcher with so many more trials. *Throws* CONFIG_INVALID for trials that are not points with
 * finite values, or not one for each objective; SPACE_INVALID, before the first trial, for points outside of the space.
 *
 * @example
 * warmStart(tpe(), [{ params: { lr: 0.01 }, values: 0.9 }]).config['known'] // => 1
 */
export function warmStart(searcher: Provider<Searcher>, trials: readonly KnownTrial[]): Provider<Searcher> {
  const known = parseConfig('warmStart', SCHEMA, trials);
  return wrappedProvider(SEARCHER, 'warmStart', searcher, { known: known.length }, (inner) => withKnown(inner, known));
}

function withKnown(inner: Searcher, trials: readonly KnownTrial[]): Searcher {
  const outcomes = trials.map(
    ({ values }): Outcome => ({ state: 'complete', values: [values].flat() as readonly number[], curve: [] }),
  );
  return {
    name: inner.name,
    feedback: inner.feedback,
    check: (space) => {
      trials.forEach(({ params }, i) => {
        space.check(params, `warmStart, trial ${i}`);
      });
      inner.check?.(space);
    },
    ask: (request) => {
      outcomes.forEach((outcome, i) => {
        checkCount(outcome, request.objectives.length, i);
      });
      const view = preceded(request.view, trials, outcomes);
      return ownAnswer(inner.ask({ ...request, view, slot: trials.length + request.slot }), trials.length);
    },
  };
}

function ownAnswer(answer: Answer, before: number): Answer {
  if (answer === null || answer === 'wait' || !isDirective(answer) || 'start' in answer) return answer;
  return resumeTrial(answer.resume - before, answer.budget);
}

/** The view with the known trials in front of it. */
function preceded(view: View, trials: readonly KnownTrial[], outcomes: readonly Outcome[]): View {
  const before = trials.length;
  return {
    search: view.search,
    asked: before + view.asked,
    told: before + view.told,
    params: (slot) => (slot < before ? trials[slot]!.params : view.params(slot - before)),
    trial: (slot) => (slot < before ? slot : before + view.trial(slot - before)),
    outcome: (slot) => (slot < before ? outcomes[slot]! : view.outcome(slot - before)),
  };
}

function checkCount(outcome: Outcome, objectives: number, trial: number): void {
  const { length } = (outcome as { readonly values: readonly number[] }).values;
  if (length === objectives) return;
  throw new ConfigError('CONFIG_INVALID', {
    where: `warmStart, trial ${trial}`,
    expected: `${objectives} value(s) are needed, one for each objective`,
    got: String(length),
    todo: 'give `values` as a list in the order of the objectives',
  });
}
