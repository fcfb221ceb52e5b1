/**
 * What a run takes from the events of an earlier one: all of it, told again (a replay), or its trials as a beginning (a
 * linked run). A study in Optuna's schema cannot change its choices, so a space that grew goes on in a linked run.
 */
import { show } from '../config.js';
import { ConfigError, listOf } from '../errors.js';
import type { RunEvent, RunLink, RunStarted, TrialEvent } from '../events/events.js';
import { recordingOf } from '../search/recording.js';
import { compareSpaces } from '../space/compare-spaces.js';
import { Space } from '../space/space.js';
import type { ExperimentPlan } from './plan.js';
import type { RunOptions } from './run-options.js';

/** The earlier events that a search is given, and how many of their slots it does not ask for again. */
export interface EarlierRun {
  readonly recorded: readonly TrialEvent[];
  readonly takenOver: number;
  /** What its sessions took, by the ends that they told; 0 for a run to continue, as the new one has its own time. */
  readonly elapsedMs: number;
  readonly link?: RunLink;
  /** The hash of the data that its trials were trained on, if its header is there. */
  readonly dataHash?: string;
}

/**
 * What the options bring along.
 *
 * *Throws* CONFIG_INVALID for events to continue that have no header, or other objectives; SPACE_INVALID for a space
 * that is neither the same nor has grown.
 */
export function earlierRun(where: string, plan: ExperimentPlan, { replay, continues }: RunOptions): EarlierRun {
  const recorded = ((continues ?? replay ?? []) as readonly RunEvent[]).filter(isTrialEvent);
  const header = (continues ?? replay)?.find(isHeader);
  if (continues === undefined) {
    const elapsedMs = timeOf((replay ?? []) as readonly RunEvent[]);
    if (header === undefined) return { recorded, takenOver: 0, elapsedMs };
    const { continues: link, dataHash } = header;
    return { recorded, dataHash, takenOver: link?.slots ?? 0, elapsedMs, ...(link === undefined ? {} : { link }) };
  }
  const { name, seed, objectives, space: before } = checkHeader(where, header);
  if (JSON.stringify(objectives) !== JSON.stringify(plan.objectives)) {
    const todo = 'trials can only be gone on from that were scored in the same way';
    throw invalid(where, `the objectives must be ${show(objectives)}`, show(plan.objectives), todo);
  }
  const space = compareSpaces({ leaves: before }, new Space(plan.space));
  if (space.relation === 'different') throw otherSpace(where, space.names);
  const slots = recordingOf(recorded).answers.length;
  const taken = firstSlots(recorded, slots);
  return {
    recorded: taken,
    dataHash: header!.dataHash,
    takenOver: slots,
    elapsedMs: 0,
    link: { name, seed, slots, space },
  };
}

/** Throws CONFIG_INVALID unless the earlier trials were trained on the data that is there now, as far as is known. */
export function checkSameData(where: string, { dataHash }: EarlierRun, now: string): void {
  if (dataHash === undefined || dataHash === now) return;
  throw new ConfigError('CONFIG_INVALID', {
    where,
    expected: `the data must be that of the earlier run (hash ${dataHash})`,
    got: `other data (hash ${now})`,
    todo: 'open the same data, or start a run of its own: scores on other data say nothing here',
  });
}

/**
 * What the slots below `slots` did. What ended behind a slot that did not is left out: it was asked under other
 * circumstances, and need not be asked again.
 */
function firstSlots(events: readonly TrialEvent[], slots: number): readonly TrialEvent[] {
  const left = new Map<number, boolean>(); // by trial: is the slot that it runs in left out?
  return events.filter((event) => {
    if (!('trial' in event)) return false;
    if (event.type === 'trial/started' || event.type === 'trial/resumed') left.set(event.trial, event.slot >= slots);
    return left.get(event.trial) === false;
  });
}

/** Sessions tell their time when they end. The other events must be those of any session, and so bear no time. */
function timeOf(events: readonly RunEvent[]): number {
  return events.reduce((sum, event) => sum + (event.type === 'run/finished' ? event.elapsedMs : 0), 0);
}

const TRIAL_EVENTS = ['trial/started', 'trial/resumed', 'trial/metric', 'trial/paused', 'trial/finished'];

function isTrialEvent(event: { readonly type: string }): event is TrialEvent {
  return TRIAL_EVENTS.includes(event.type);
}

function isHeader(event: { readonly type: string }): event is RunStarted {
  return event.type === 'run/started';
}

function checkHeader(where: string, header: RunStarted | undefined): RunStarted {
  if (Array.isArray(header?.space) && Array.isArray(header.objectives)) return header;
  const todo = 'gather all events of the run from its events$, the first one included';
  throw invalid(where, '"continues" must hold the event run/started', 'none', todo);
}

function otherSpace(where: string, names: readonly string[]): ConfigError {
  return new ConfigError('SPACE_INVALID', {
    where: `${where}.run({ continues })`,
    expected: 'the space must be that of the earlier run, or have grown from it by choices',
    got: `another one at ${listOf(names)}`,
    todo: 'append choices only, or start a run of its own',
  });
}

function invalid(where: string, expected: string, got: string, todo: string): ConfigError {
  return new ConfigError('CONFIG_INVALID', { where: `${where}.run()`, expected, got, todo });
}
