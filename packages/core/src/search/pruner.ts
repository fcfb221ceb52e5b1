/**
 * The contract of pruners, and its token: who may end a trial early.
 */
import { token } from '../wiring/token.js';
import type { Metric } from './metric.js';
import type { Objective } from './objective.js';
import type { View } from './view.js';

/** What a pruner is given after each step of a trial. */
export interface PruneRequest {
  readonly objectives: readonly Objective[];
  /** What the trial's slot may know: outcomes and whole curves of earlier slots, never of those still running. */
  readonly view: View;
  readonly trial: number;
  /** The trial's own curve so far, this step included. */
  readonly curve: readonly Metric[];
}

/**
 * Decides after each step whether a trial goes on: a pure function of its request.
 *
 * *Determinism*: it sees no live neighbours, so its decisions do not depend on which trial happened to be faster.
 */
export interface Pruner {
  readonly name: string;
  /** False promises to look at the trial's own curve alone. */
  readonly feedback: boolean;
  /** True to end the trial here. */
  prune(request: PruneRequest): boolean;
}

/** The role of the pruner. */
export const PRUNER = token<Pruner>('Pruner', 'run');
