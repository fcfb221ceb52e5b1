/**
 * The order of events that docs/guides/streams.md promises, as a check of the events of one run. It knows the promises
 * alone, not how the search keeps them.
 */
import type { RunEvent } from '@tangentlab/core';

type AnyEvent = RunEvent<object, object>;

/** What may come after a search: troubles with what is beside it, and the end of the run. */
const AFTERWARDS = /\/failed$|^run\/finished$/;

/** The promises that these events break, one sentence for each time; of a run whose search did not fail. */
export function orderBreaks(events: readonly AnyEvent[]): readonly string[] {
  return [...endsOf(events), ...slotsOf(events), ...stepsOf(events), ...afterSearch(events)];
}

function* endsOf(events: readonly AnyEvent[]): Generator<string> {
  const types = events.map(({ type }) => type);
  if (types[0] !== 'run/started') yield 'run/started must be first';
  if (types.at(-1) !== 'run/finished') yield 'run/finished must be last';
  for (const once of ['run/started', 'search/finished', 'run/finished'] as const) {
    if (types.filter((type) => type === once).length !== 1) yield `${once} must come once`;
  }
}

/** Slots begin in their order, and each ends once. */
function* slotsOf(events: readonly AnyEvent[]): Generator<string> {
  const open = new Set<number>();
  let begun = 0;
  for (const event of events) {
    if (event.type === 'trial/started' || event.type === 'trial/resumed') {
      if (event.slot !== begun) yield `slot ${event.slot} may not begin where slot ${begun} is next`;
      begun = event.slot + 1;
      open.add(event.slot);
    } else if (event.type === 'trial/paused' || event.type === 'trial/finished') {
      if (!open.delete(event.slot)) yield `slot ${event.slot} must be under way`;
    } else if (event.type === 'search/finished') {
      for (const slot of open) yield `slot ${slot} must end`;
    }
  }
}

/** Steps ascend, while the trial's slot is under way. */
function* stepsOf(events: readonly AnyEvent[]): Generator<string> {
  const last = new Map<number, number>();
  const running = new Set<number>();
  for (const event of events) {
    if (event.type === 'trial/started' || event.type === 'trial/resumed') running.add(event.trial);
    else if (event.type === 'trial/paused' || event.type === 'trial/finished') running.delete(event.trial);
    else if (event.type === 'trial/metric') {
      const { trial, step } = event;
      const before = last.get(trial) ?? 0;
      last.set(trial, step);
      if (step <= before) yield `trial ${trial}, step ${step} must come after step ${before}`;
      if (!running.has(trial)) yield `trial ${trial}, step ${step} must come while its slot is under way`;
    }
  }
}

function* afterSearch(events: readonly AnyEvent[]): Generator<string> {
  const end = events.findIndex(({ type }) => type === 'search/finished');
  if (events.slice(end + 1).some(({ type }) => !AFTERWARDS.test(type))) {
    yield 'nothing but trouble may come after the search';
  }
}
