/**
 * patient(): ends a trial that has stopped to improve, or lets another pruner decide only then.
 */
import { defineProvider, PRUNER, type Provider, type Pruner, parseConfig } from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import { wrappedProvider } from '../wrapping/wrapped-provider.js';
import { lossOf, onlyObjective } from './curve-losses.js';

/** What `patient` takes. */
export interface PatientOptions {
  /** So many steps may go by without an improvement. */
  readonly patience: number;
  /** The least improvement that counts; 0 unless given. */
  readonly by?: number;
}

const SCHEMA = z.strictObject({ patience: z.number().int().min(0), by: z.number().min(0).default(0) });

/**
 * Ends a trial whose last `patience` + 1 values are all worse than its best one before; with another pruner, lets that one
 * decide, and only then: `patient(median(), { patience: 3 })`.
 *
 * For one objective. *Cost*: O(steps). *Throws* CONFIG_INVALID for its options, and when asked under several objectives.
 * *Source*: Optuna's `PatientPruner`.
 *
 * @param pruner Whom to ask; null for nobody.
 * @example
 * patient(null, { patience: 3 }).config // => { patience: 3, by: 0 }
 */
export function patient(pruner: Provider<Pruner> | null, options: PatientOptions): Provider<Pruner> {
  const config = parseConfig('patient', SCHEMA, options);
  if (pruner !== null)
    return wrappedProvider(PRUNER, 'patient', pruner, config, (inner) => patientPruner(inner, config));
  return defineProvider({ token: PRUNER, name: 'patient', config, create: () => patientPruner(undefined, config) });
}

function patientPruner(inner: Pruner | undefined, { patience, by }: Required<PatientOptions>): Pruner {
  return {
    name: 'patient',
    feedback: inner?.feedback ?? false,
    prune: (request) => {
      const objective = onlyObjective('patient', request);
      const losses = request.curve.map((metric) => lossOf(objective, metric));
      const cut = losses.length - patience - 1;
      if (cut < 1) return false;
      // comparisons with NaN are false: a trial without any finite value is not for this pruner to judge
      if (!(least(losses.slice(0, cut)) + by < least(losses.slice(cut)))) return false;
      return inner === undefined || inner.prune(request);
    },
  };
}

/** The least of the values, NaN left out; NaN if there is none. */
function least(values: readonly number[]): number {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.length === 0 ? Number.NaN : Math.min(...known);
}
