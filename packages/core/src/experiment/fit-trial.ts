/**
 * One trial of an experiment: build the model and its trainer from the hyperparameters, train, let the analyzers look.
 */
import { defer, finalize, map, type Observable } from 'rxjs';
import { show } from '../config.js';
import { ConfigError, isTangentError, listOf, messageOf, TrialError, WiringError } from '../errors.js';
import { recordOf } from '../record.js';
import type { Metric } from '../search/metric.js';
import type { Trial } from '../search/running-trial.js';
import type { Params } from '../space/space.js';
import { isDue, type ScheduledAnalyzer } from '../training/analyzer.js';
import type { FitContext, Trainer, TrainerSnapshot, TrainingWarning } from '../training/trainer.js';
import type { AnyToken } from '../wiring/token.js';
import type { TrainedModel } from './trial-recorder.js';

/** What all trials of a run share. */
export interface TrialParts {
  readonly data: unknown;
  readonly analyzers: readonly ScheduledAnalyzer[];
  model(c: { params: Params; data: unknown }): unknown;
  train(c: { params: Params; data: unknown }): Trainer<unknown, unknown, string>;
  /** The resolved value of a role; throws WIRING_MISSING if the run has none. */
  resolve(token: AnyToken): unknown;
  /** Takes note of work that still uses the parts of the run. */
  keepAlive(work: Promise<unknown>): void;
  /** Takes the name of a trainer, before it trains. */
  trainerNamed(name: string): void;
  /** Takes a warning of a trial. */
  warn(trial: number, warning: TrainingWarning): void;
  /** Takes the model of a trial; again, with its parameters, after the last epoch. */
  keep(trial: number, trained: TrainedModel): void;
}

/** What a trainer has learnt that never offers a snapshot. */
const NO_PARAMETERS = new Float64Array(0);

/** The metrics of a trial, with the analyzers' measurements joined to the steps at which they were taken. */
export function fitTrial(parts: TrialParts, trial: Trial<Params>): Observable<Metric> {
  return defer(() => {
    const model = modelOf(parts, trial);
    const trainer = named('train', trial, () => parts.train({ params: trial.params, data: parts.data }));
    checkTrainer(trainer);
    parts.trainerNamed(trainer.name);
    parts.keep(trial.number, { model, parameters: NO_PARAMETERS });
    const measured = new Map<number, Readonly<Record<string, number>>>();
    const look = async (snapshot: TrainerSnapshot) => {
      const values = await measureAll(parts, trial, model, snapshot);
      if (values !== undefined) measured.set(snapshot.epoch, values);
      if (!snapshot.last || trial.signal.aborted) return;
      const parameters = await snapshot.parameters();
      // a trial that was cancelled meanwhile has been taken stock of: nobody would ever drop what it keeps now
      if (!trial.signal.aborted) parts.keep(trial.number, { model, parameters });
    };
    const context: FitContext = {
      trial: trial.number,
      rng: trial.rng,
      signal: trial.signal,
      get: <T>(token: AnyToken): T => {
        if (!trainer.requires.some((declared) => declared.key === token.key)) throw undeclared(trainer.name, token);
        return parts.resolve(token) as T;
      },
      keepAlive: (work) => parts.keepAlive(work),
      snapshot: (snapshot) => {
        const looking = look(snapshot);
        parts.keepAlive(looking);
        return looking;
      },
      warn: (warning) => {
        // neither after the trial's end nor for steps from before a pause or a retry, which are not told again either
        if (!over && warning.step > trial.resumedAt) parts.warn(trial.number, warning);
      },
    };
    let over = false;
    return trainer.fit(model, parts.data, context).pipe(
      map((metric) => joined(metric, measured)),
      finalize(() => {
        over = true;
      }),
    );
  });
}

/** The model of a trial. *Throws* TRIAL_FAILED when the user's function does. */
export function modelOf(
  parts: Pick<TrialParts, 'data' | 'model'>,
  trial: Pick<Trial<Params>, 'number' | 'params'>,
): unknown {
  return named('model', trial, () => parts.model({ params: trial.params, data: parts.data }));
}

async function measureAll(
  parts: TrialParts,
  trial: Trial<Params>,
  model: unknown,
  snapshot: TrainerSnapshot,
): Promise<Readonly<Record<string, number>> | undefined> {
  const entries: (readonly [string, number])[] = [];
  const { epoch, last } = snapshot;
  const { signal, number } = trial;
  const { data } = parts;
  const parameters = () => snapshot.parameters();
  const initial = () => snapshot.initial?.() ?? noInitial();
  for (const analyzer of parts.analyzers) {
    if (!isDue(analyzer.every, epoch, last) || signal.aborted) continue;
    try {
      const values = await analyzer.measure({ trial: number, epoch, last, model, data, signal, parameters, initial });
      entries.push(...declared(analyzer, values));
    } catch (cause) {
      throw trialFailed(`analyzer "${analyzer.name}", trial ${number}, epoch ${epoch}`, cause);
    }
  }
  return entries.length === 0 ? undefined : recordOf(entries);
}

function noInitial(): never {
  throw new TrialError('TRIAL_FAILED', {
    where: 'initial()',
    expected: 'a trainer that tells the parameters it began from is needed',
    got: 'one that does not',
    todo: 'leave this analyzer out, or train without folds and repetitions',
  });
}

/** The values of an analyzer, if they are what it said it measures: nothing less, nothing more, nothing but numbers. */
function declared({ measures }: ScheduledAnalyzer, values: unknown): (readonly [string, number])[] {
  const entries = Object.entries((values ?? {}) as Readonly<Record<string, unknown>>);
  const fits =
    entries.length === measures.length &&
    entries.every(([name, value]) => measures.includes(name) && typeof value === 'number');
  if (fits) return entries as [string, number][];
  throw new TrialError('TRIAL_FAILED', {
    where: 'measure()',
    expected: `a number for each of ${listOf(measures)} is needed, and for nothing else`,
    got: show(values),
    todo: 'correct what it returns, or its `measures`',
  });
}

function joined(metric: Metric, measured: Map<number, Readonly<Record<string, number>>>): Metric {
  const values = measured.get(metric.step);
  if (values === undefined) return metric;
  const shared = Object.keys(values).find((name) => Object.hasOwn(metric.values, name));
  if (shared !== undefined) throw measuredTwice(shared);
  return { step: metric.step, values: recordOf([...Object.entries(metric.values), ...Object.entries(values)]) };
}

/** Runs a function of the user's record; what it throws fails the trial, under the name of the role. */
function named<T>(role: string, trial: Pick<Trial<Params>, 'number'>, build: () => T): T {
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

/** The types say so to TypeScript; in JavaScript a missing `return` is easily written. */
function checkTrainer(trainer: unknown): void {
  const { fit, requires } = (trainer ?? {}) as Partial<Trainer<unknown, unknown, string>>;
  if (typeof fit === 'function' && Array.isArray(requires)) return;
  throw new ConfigError('CONFIG_INVALID', {
    where: 'train',
    expected: 'a trainer must be returned',
    got: show(trainer),
    todo: 'return what adam(...), say, gives you',
  });
}

function measuredTwice(name: string): ConfigError {
  return new ConfigError('CONFIG_INVALID', {
    where: 'analyze',
    expected: `no analyzer may measure "${name}", which the trainer measures itself`,
    todo: 'leave one of them out',
  });
}

function undeclared(trainer: string, token: AnyToken): WiringError {
  return new WiringError('WIRING_MISSING', {
    where: `trainer "${trainer}"`,
    expected: `the role ${token.name} was not declared`,
    todo: 'add its token to `requires`',
  });
}
