/**
 * The first event of a run: everything that a second run needs to give the same bits, read from its plan and its parts.
 */
import type { LogLink, ResolvedPart, RunLink, RunStarted } from '../events/events.js';
import { Space } from '../space/space.js';
import { VERSION } from '../version.js';
import type { ExperimentPlan } from './plan.js';

/** What the header says beside the plan. */
export interface RunFacts {
  readonly link: RunLink | undefined;
  readonly log: LogLink | undefined;
  readonly roles: readonly ResolvedPart[];
  readonly dataHash: string;
  /** Resolved, where the plan says `'cores'`. */
  readonly concurrency: number;
}

/** The header of a run. */
export function runHeader(plan: ExperimentPlan, { link, log, roles, dataHash, concurrency }: RunFacts): RunStarted {
  const { name, seed, trials, lag, objectives, policy } = plan;
  return {
    type: 'run/started',
    name,
    seed,
    trials,
    concurrency,
    lag,
    order: policy.order ?? 'reproducible',
    objectives,
    space: new Space(plan.space).leaves,
    ...(link === undefined ? {} : { continues: link }),
    ...(log === undefined ? {} : { log }),
    roles,
    dataHash,
    version: VERSION,
    engine: engineName(),
  };
}

function engineName(): string {
  const v8 = typeof process === 'object' ? process.versions?.v8 : undefined;
  return v8 === undefined ? 'unknown' : `V8 ${v8.split('.').slice(0, 2).join('.')}`;
}
