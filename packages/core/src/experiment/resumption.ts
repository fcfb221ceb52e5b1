/**
 * Resuming: whether the events of a log can be told again by the present experiment, and gone on with as one run.
 */
import { show } from '../config.js';
import { ConfigError, listOf, RunError } from '../errors.js';
import type { ResolvedPart, RunEvent, RunStarted } from '../events/events.js';
import { recordingOf } from '../search/recording.js';
import { compareSpaces } from '../space/compare-spaces.js';
import { Space } from '../space/space.js';
import { type EarlierRun, earlierRun } from './earlier-run.js';
import type { ExperimentPlan } from './plan.js';

/** The parts whose change would make another run of it. */
const SAME_PARTS = ['Searcher', 'Pruner'];

/**
 * The events of a log as the beginning of this run. A log without its first event is the beginning of any run.
 *
 * *Throws* CONFIG_INVALID for a run of other numbers or parts, or in eager order; SPACE_INVALID for one in another space;
 * STORAGE_CORRUPT when the log ends before the trials were told that it took over from an earlier run.
 */
export function resumption(
  where: string,
  plan: ExperimentPlan,
  events: readonly RunEvent[],
  roles: readonly ResolvedPart[],
): EarlierRun {
  const header = events.find((event): event is RunStarted => event.type === 'run/started');
  if (header !== undefined) {
    checkOrder(where, header, plan);
    checkNumbers(where, header, plan);
    checkSpace(where, header, plan);
    checkParts(where, header, roles);
  }
  const earlier = earlierRun(where, plan, { replay: events });
  const missing = earlier.takenOver - recordingOf(earlier.recorded).answers.length;
  if (missing > 0) throw endsTooEarly(where, missing);
  return earlier;
}

function checkOrder(where: string, { order }: RunStarted, { policy }: ExperimentPlan): void {
  if (order !== 'eager' && policy.order !== 'eager') return;
  throw new ConfigError('CONFIG_INVALID', {
    where: `${where}.run({ resume })`,
    expected: 'a run in eager order cannot be told again, and so not be resumed',
    todo: 'read its log and go on from it by run({ continues })',
  });
}

function checkNumbers(where: string, header: RunStarted, { seed, lag, objectives }: ExperimentPlan): void {
  checkEqual(where, '"seed"', header.seed, seed, 'override it');
  checkEqual(where, '"lag"', header.lag, lag, 'override it: it follows the concurrency unless it is given');
  const todo = 'keep the objectives, or go on from its trials by run({ continues })';
  if (JSON.stringify(header.objectives) === JSON.stringify(objectives)) return;
  throw otherRun(where, 'the objectives', header.objectives, objectives, todo);
}

function checkSpace(where: string, header: RunStarted, plan: ExperimentPlan): void {
  const { relation, names } = compareSpaces({ leaves: header.space }, new Space(plan.space));
  if (relation === 'same') return;
  throw new ConfigError('SPACE_INVALID', {
    where: `${where}.run({ resume })`,
    expected: 'the space must be that of the stored run',
    got: `another one at ${listOf(names)}`,
    todo: 'keep it, or go on from its trials by run({ continues }) if only choices were added',
  });
}

function checkParts(where: string, header: RunStarted, roles: readonly ResolvedPart[]): void {
  for (const part of SAME_PARTS) {
    const nameIn = (some: readonly ResolvedPart[]) => some.find(({ role }) => role === part)?.name ?? 'none';
    const todo = 'keep it, or go on from its trials by run({ continues })';
    checkEqual(where, `the ${part.toLowerCase()}`, nameIn(header.roles), nameIn(roles), todo);
  }
}

function checkEqual(where: string, what: string, stored: unknown, present: unknown, todo: string): void {
  if (!Object.is(stored, present)) throw otherRun(where, what, stored, present, todo);
}

function otherRun(where: string, what: string, stored: unknown, present: unknown, todo: string): ConfigError {
  return new ConfigError('CONFIG_INVALID', {
    where: `${where}.run({ resume })`,
    expected: `${what} must be as in the stored run (${show(stored)})`,
    got: show(present),
    todo,
  });
}

function endsTooEarly(where: string, missing: number): RunError {
  return new RunError('STORAGE_CORRUPT', {
    where: `${where}.run({ resume })`,
    expected: 'the log must hold all trials that the run took over from an earlier one',
    got: `${missing} too few`,
    todo: 'start it again by run({ continues }): nothing was trained yet',
  });
}
