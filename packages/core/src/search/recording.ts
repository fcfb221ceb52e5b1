/**
 * A recording: the events of an earlier search, cut into what each slot did. A search that is given one asks as it would
 * have, and takes from it what has ended there, instead of running it again.
 */
import { RunError } from '../errors.js';
import type { TrialEvent } from '../events/events.js';
import type { Params } from '../space/space.js';
import type { Assignment } from './asking.js';
import type { Metric } from './metric.js';
import type { Outcome } from './outcome.js';
import { type Directive, resumeTrial, startWith } from './searcher.js';

/** What one slot did, if it has come to its end. */
export interface Segment {
  readonly metrics: readonly Metric[];
  /** The recorded outcome, with the trial's whole curve. */
  outcomeWith(curve: readonly Metric[]): Outcome;
}

/** The slots of an earlier search. */
export interface Recording {
  /**
   * What the slot did; undefined if it is not recorded to its end.
   *
   * @throws RunError STORAGE_CORRUPT when the recording has another trial or other parameters there.
   */
  segmentOf(assignment: Assignment): Segment | undefined;
  /** How many slots were begun, ended or not. */
  readonly begun: number;
  /** What slots 0, 1, ... were given, up to the first that is not recorded to its end. */
  readonly answers: readonly (Params | Directive)[];
}

type Ended = Extract<TrialEvent, { readonly type: 'trial/finished' | 'trial/paused' }>;

/** Cuts events, as searchTrials emitted them, into slots. Other events and cancelled trials do not count. */
export function recordingOf(events: readonly TrialEvent[]): Recording {
  const open = new Map<number, Metric[]>(); // metrics since the trial's last start, by trial
  const ended = new Map<number, { readonly event: Ended; readonly metrics: readonly Metric[] }>(); // by slot
  const resumed = new Set<number>(); // slots
  let begun = 0;
  for (const event of events) {
    if (event.type === 'trial/resumed') resumed.add(event.slot);
    if ('slot' in event) begun = Math.max(begun, event.slot + 1);
    if (event.type === 'trial/started' || event.type === 'trial/resumed') open.set(event.trial, []);
    else if (event.type === 'trial/metric') open.get(event.trial)?.push({ step: event.step, values: event.values });
    else if (event.type === 'trial/paused' || (event.type === 'trial/finished' && event.state !== 'cancelled')) {
      ended.set(event.slot, { event, metrics: open.get(event.trial) ?? [] });
    }
  }
  const answers: (Params | Directive)[] = [];
  for (let last = ended.get(0); last !== undefined; last = ended.get(answers.length))
    answers.push(answerOf(last.event, resumed.has(answers.length)));
  return {
    begun,
    answers,
    segmentOf: (assignment) => {
      const found = ended.get(assignment.slot);
      if (found === undefined) return undefined;
      checkSame(assignment, found.event);
      return { metrics: found.metrics, outcomeWith: (curve) => outcomeWith(found.event, curve) };
    },
  };
}

/** What a searcher would have to answer for the slot to do this. */
function answerOf(event: Ended, resumed: boolean): Params | Directive {
  const budget = event.type === 'trial/paused' ? event.steps : undefined;
  if (resumed) return resumeTrial(event.trial, budget);
  return budget === undefined ? event.params : startWith(event.params, budget);
}

function outcomeWith(event: Ended, curve: readonly Metric[]): Outcome {
  if (event.type === 'trial/paused') return { state: 'paused', values: event.values, curve };
  if (event.state === 'pruned') return { state: 'pruned', values: event.values, curve };
  if (event.state === 'complete') {
    const broken = event.violations === undefined ? {} : { violations: event.violations };
    return { state: 'complete', values: event.values ?? [], curve, ...broken };
  }
  return { state: 'failed', error: event.error ?? { code: 'TRIAL_FAILED', message: 'unknown' }, curve };
}

function checkSame({ slot, trial, params }: Assignment, event: Ended): void {
  const [asked, recorded] = [JSON.stringify([trial, params]), JSON.stringify([event.trial, event.params])];
  if (asked === recorded) return;
  throw new RunError('STORAGE_CORRUPT', {
    where: `recording, slot ${slot}`,
    expected: `trial and parameters must be those that are asked now (${asked})`,
    got: recorded,
    todo: 'replay with the seed, space, searcher and lag of the recorded run',
  });
}
