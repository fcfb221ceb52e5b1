/**
 * One trial of an experiment: build the model and its trainer from the hyperparameters, train, let the analyzers look.
 */
import { defer, map, type Observable } from 'rxjs';
import { isDue, type ScheduledAnalyzer } from './analyzer.js';
import { isTangentError, messageOf, TrialError, WiringError } from './errors.js';
import type { Metric } from './metric.js';
import { recordOf } from './record.js';
import type { Trial } from './search-trials.js';
import type { Params } from './space.js';
import type { AnyToken } from './token.js';
import type { FitContext, Trainer, TrainerSnapshot } from './trainer.js';
import type { TrainedModel } from './trial-recorder.js';

/** What all trials of a run share. */
export interface TrialParts {
  readonly data: unknown;
  readonly analyzers: readonly ScheduledAnalyzer[];
  model(c: { params: Params; data: unknown }): unknown;
  train(c: { params: Params; data: unknown }): Trainer<unknown, unknown, string>;
  /** The resolved value of a role; throws WIRING_MISSING if the run has none. */
  resolve(token: AnyToken): unknown;
  /** Takes the state of the model after the trial's last epoch. */
  keep(trial: number, trained: TrainedModel): void;
}

/** The metrics of a trial, with the analyzers' measurements joined to the steps at which they were taken. */
export function fitTrial(parts: TrialParts, trial: Trial<Params>): Observable<Metric> {
  return defer(() => {
    const about = { params: trial.params, data: parts.data };
    const model = named('model', trial, () => parts.model(about));
    const trainer = named('train', trial, () => parts.train(about));
    const measured = new Map<number, Readonly<Record<string, number>>>();
    const context: FitContext = {
      trial: trial.number,
      rng: trial.rng,
      signal: trial.signal,
      get: <T>(token: AnyToken): T => {
        if (!trainer.requires.some((declared) => declared.key === token.key)) throw undeclared(trainer.name, token);
        return parts.resolve(token) as T;
      },
      snapshot: async (snapshot) => {
        const values = await measureAll(parts, trial, model, snapshot);
        if (values !== undefined) measured.set(snapshot.epoch, values);
        if (snapshot.last) parts.keep(trial.number, { model, parameters: await snapshot.parameters() });
      },
    };
    return trainer.fit(model, parts.data, context).pipe(map((metric) => joined(metric, measured)));
  });
}

async function measureAll(
  parts: TrialParts,
  trial: Trial<Params>,
  model: unknown,
  { epoch, last, parameters }: TrainerSnapshot,
): Promise<Readonly<Record<string, number>> | undefined> {
  const entries: (readonly [string, number])[] = [];
  for (const analyzer of parts.analyzers) {
    if (!isDue(analyzer.every, epoch, last) || trial.signal.aborted) continue;
    const { data } = parts;
    const { signal, number } = trial;
    try {
      entries.push(
        ...Object.entries(await analyzer.measure({ trial: number, epoch, last, model, data, signal, parameters })),
      );
    } catch (cause) {
      throw trialFailed(`analyzer "${analyzer.name}", trial ${number}, epoch ${epoch}`, cause);
    }
  }
  return entries.length === 0 ? undefined : recordOf(entries);
}

function joined(metric: Metric, measured: Map<number, Readonly<Record<string, number>>>): Metric {
  const values = measured.get(metric.step);
  if (values === undefined) return metric;
  measured.delete(metric.step);
  return { step: metric.step, values: recordOf([...Object.entries(metric.values), ...Object.entries(values)]) };
}

/** Runs a function of the user's record; what it throws fails the trial, under the name of the role. */
function named<T>(role: string, trial: Trial<Params>, build: () => T): T {
  try {
    return build();
  } catch (cause) {
    throw trialFailed(`${role}, trial ${trial.number}`, cause);
  }
}

function trialFailed(where: string, cause: unknown): TrialError {
  return new TrialError(isTangentError(cause) && cause.code === 'NUMERIC_NOT_FINITE' ? cause.code : 'TRIAL_FAILED', {
    where,
    expected: 'the trial could not go on',
    got: `the error "${messageOf(cause)}"`,
    todo: 'correct what it names',
    cause,
  });
}

function undeclared(trainer: string, token: AnyToken): WiringError {
  return new WiringError('WIRING_MISSING', {
    where: `trainer "${trainer}"`,
    expected: `the role ${token.name} was not declared`,
    todo: 'add its token to `requires`',
  });
}
