/**
 * What the log of a resumed run holds already. The run tells all its events again, and only the new ones are added, so
 * that the log reads like that of a run that was never interrupted.
 *
 * A trial that had not ended is run again. Its steps are the same again, as everything random has a path; where they are
 * not - on a back end that cannot be reproduced - the trial is written once more from its start, and readers take the last.
 */
import type { RunEvent, TrialFinished, TrialPaused } from '../events/events.js';
import { encodeEvent } from './event-codec.js';

/** What a log says of a trial since it was started or resumed the last time; it has not come to rest there. */
interface OpenTrial {
  /** The lines in the log, by what they are about. */
  readonly lines: Map<string, string>;
  /** What the present run has told again so far, and the log held already. */
  readonly told: RunEvent[];
}

/** Tells what is new from what is stored. */
export class StoredEvents {
  /** Slots that came to rest. */
  readonly #slots = new Set<number>();
  /** The last step, of each trial, that belongs to such a slot. */
  readonly #steps = new Map<number, number>();
  readonly #open = new Map<number, OpenTrial>();
  /** The end of the search, if nothing came after it. */
  #end: string | undefined;

  /** *Cost*: O(events). */
  constructor(events: readonly RunEvent[]) {
    const reached = new Map<number, number>();
    for (const event of events) {
      if (event.type === 'trial/started' || event.type === 'trial/resumed') {
        this.#open.set(event.trial, { lines: new Map([[aboutOf(event), encodeEvent(event)]]), told: [] });
      } else if (event.type === 'trial/metric' || event.type === 'trial/warning') {
        this.#open.get(event.trial)?.lines.set(aboutOf(event), encodeEvent(event));
        if (event.type === 'trial/metric') reached.set(event.trial, event.step);
      } else if (event.type === 'trial/paused' || (event.type === 'trial/finished' && event.state !== 'cancelled')) {
        this.#slots.add(event.slot);
        this.#steps.set(event.trial, reached.get(event.trial) ?? 0);
        this.#open.delete(event.trial);
      }
      if (event.type === 'search/finished') this.#end = encodeEvent(event);
      else if (event.type.startsWith('trial/')) this.#end = undefined;
    }
  }

  /** What is to be added to the log on hearing of this event: nothing, the event, or with it what has to come before. */
  news(event: RunEvent): readonly RunEvent[] {
    const added = this.#newsOf(event);
    if (added.some(({ type }) => type.startsWith('trial/'))) this.#end = undefined;
    return added;
  }

  #newsOf(event: RunEvent): readonly RunEvent[] {
    switch (event.type) {
      case 'search/finished':
        return encodeEvent(event) === this.#end ? [] : [event];
      case 'trial/started':
      case 'trial/resumed':
      case 'trial/metric':
      case 'trial/warning':
        return this.#isRested(event) ? [] : this.#newsOfOpen(event);
      case 'trial/paused':
      case 'trial/finished':
        return this.#isRested(event) ? [] : this.#newsOfEnd(event);
      default:
        return [event];
    }
  }

  /** True of what belongs to a slot that is in the log to its end. */
  #isRested(event: Extract<RunEvent, { readonly trial: number }>): boolean {
    if ('slot' in event) return this.#slots.has(event.slot);
    return event.type === 'trial/metric' && event.step <= (this.#steps.get(event.trial) ?? Number.NEGATIVE_INFINITY);
  }

  #newsOfOpen(event: Extract<RunEvent, { readonly trial: number }>): readonly RunEvent[] {
    const trial = this.#open.get(event.trial);
    const before = trial?.lines.get(aboutOf(event));
    if (trial === undefined || before === undefined) return [event];
    if (before === encodeEvent(event)) {
      trial.told.push(event);
      return [];
    }
    this.#open.delete(event.trial);
    return isOpening(event) ? [event] : anew(trial, event);
  }

  /** An end that comes before all stored steps were told again is another end. */
  #newsOfEnd(event: TrialFinished | TrialPaused): readonly RunEvent[] {
    const trial = this.#open.get(event.trial);
    this.#open.delete(event.trial);
    if (trial === undefined || (event.type === 'trial/finished' && event.state === 'cancelled')) return [event];
    const stored = [...trial.lines.keys()].filter(isStep).length;
    const told = trial.told.filter(({ type }) => type === 'trial/metric').length;
    return told < stored ? anew(trial, event) : [event];
  }
}

/** It went another way this time: from here on the log has this trial anew, from its start. */
function anew({ told }: OpenTrial, event: RunEvent): readonly RunEvent[] {
  return [...told, event];
}

type About = Extract<RunEvent, { readonly trial: number }>;

const isOpening = ({ type }: RunEvent): boolean => type === 'trial/started' || type === 'trial/resumed';

/** What an event of a trial is about; a second one about the same says the same, or says otherwise. */
function aboutOf(event: About): string {
  if (isOpening(event)) return 'opening';
  if (event.type === 'trial/warning') return `warning ${event.step} ${event.name}`;
  return event.type === 'trial/metric' ? `step ${event.step}` : event.type;
}

const isStep = (about: string): boolean => about.startsWith('step ');
