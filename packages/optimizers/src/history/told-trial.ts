/**
 * A trial as searchers see it: the point, how it ended so far, and its losses - objectives turned so that less is better.
 */
import type { AskRequest, Objective, Outcome, Params, View } from '@tangentlab/core';

/** A trial that has an outcome. */
export interface ToldTrial {
  readonly trial: number;
  readonly slot: number;
  readonly params: Params;
  readonly outcome: Outcome;
}

/** The trial of a told slot. */
export function toldTrial(view: View, slot: number): ToldTrial {
  return { trial: view.trial(slot), slot, params: view.params(slot), outcome: view.outcome(slot) };
}

/** The values of an outcome turned so that less is better; null where there are none. */
export function lossesOf(objectives: readonly Objective[], outcome: Outcome): readonly number[] | null {
  if (outcome.state === 'failed' || outcome.values === null) return null;
  const { values } = outcome;
  return values.map((value, i) => (objectives[i]?.direction === 'maximize' ? -value : value));
}

/** The sum of what is broken of all constraints; 0 of a feasible trial. */
export function totalViolation(outcome: Outcome): number {
  const { violations = [] } = outcome as { readonly violations?: readonly number[] };
  return violations.reduce((sum, amount) => sum + Math.max(0, amount), 0);
}

/** The slots that have a proposal and no outcome in the view, each with its trial. */
export function openSlots(view: AskRequest['view']): readonly { readonly slot: number; readonly trial: number }[] {
  const slots: { slot: number; trial: number }[] = [];
  for (let slot = view.told; slot < view.asked; slot++) slots.push({ slot, trial: view.trial(slot) });
  return slots;
}
