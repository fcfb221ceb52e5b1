/**
 * What the page knows of the trials: the events of a run, gathered by trial. No element of the page is touched here.
 */
import type { RunEvent } from 'tangentlab';
import type { SeedParams } from './seed-search.js';

/** One trial so far. */
export interface TrialSoFar {
  readonly trial: number;
  readonly params: SeedParams;
  /** By epoch, from the first. */
  readonly accuracy: number[];
  readonly loss: number[];
  f1: number | undefined;
  state: 'running' | 'complete' | 'pruned' | 'failed' | 'cancelled' | 'paused';
  error: string | undefined;
}

/** The trials of a run, in their order. */
export class Trials {
  readonly all: TrialSoFar[] = [];

  /** Takes an event; true if it changed anything. */
  take(event: RunEvent<SeedParams>): boolean {
    switch (event.type) {
      case 'trial/started':
        this.all[event.trial] = {
          trial: event.trial,
          params: event.params,
          accuracy: [],
          loss: [],
          f1: undefined,
          state: 'running',
          error: undefined,
        };
        return true;
      case 'trial/metric': {
        const trial = this.all[event.trial];
        if (trial === undefined) return false;
        const { valAccuracy = Number.NaN, valLoss = Number.NaN, valF1 } = event.values;
        trial.accuracy[event.step - 1] = valAccuracy;
        trial.loss[event.step - 1] = valLoss;
        trial.f1 = valF1;
        return true;
      }
      case 'trial/finished': {
        const trial = this.all[event.trial];
        if (trial === undefined) return false;
        trial.state = event.state;
        trial.error = event.error?.message;
        return true;
      }
      default:
        return false;
    }
  }

  /** How many have ended. */
  get ended(): number {
    return this.all.filter(({ state }) => state !== 'running').length;
  }

  /** The complete trial with the highest accuracy at its last epoch; of equals the first. */
  get best(): TrialSoFar | undefined {
    let best: TrialSoFar | undefined;
    for (const trial of this.all) {
      if (trial.state !== 'complete') continue;
      if (best === undefined || lastOf(trial.accuracy) > lastOf(best.accuracy)) best = trial;
    }
    return best;
  }

  /** The trial that runs now, if one does. */
  get running(): TrialSoFar | undefined {
    return this.all.findLast(({ state }) => state === 'running');
  }
}

/** The last value of a curve; NaN of an empty one. */
export function lastOf(curve: readonly number[]): number {
  return curve.at(-1) ?? Number.NaN;
}
