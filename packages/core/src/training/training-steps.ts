/**
 * Training as a plain Observable: for graphs that are composed by hand, without an experiment around them.
 */
import { defer, map, type Observable } from 'rxjs';
import { WiringError } from '../errors.js';
import type { Rng } from '../rng.js';
import type { Metric } from '../search/metric.js';
import type { AnyToken, Token } from '../wiring/token.js';
import type { FitContext, Trainer, TrainingWarning } from './trainer.js';

/** One epoch: its metric, and the state of the model after it. */
export interface TrainingStep<M extends string> extends Metric<M> {
  /** True for the last epoch. */
  readonly last: boolean;
  /** The flat parameter vector. */
  readonly parameters: Float64Array;
}

/** A part that a trainer may ask for. */
export interface Part<T> {
  readonly token: Token<T>;
  readonly value: T;
}

/** What the training needs from its surroundings. */
export interface TrainingOptions {
  /** The trial's number; 0 unless given. */
  readonly trial?: number;
  /** Random numbers of this training. */
  readonly rng: Rng;
  /** Aborted to stop it; unsubscribing does the same. */
  readonly signal?: AbortSignal;
  /** The parts that the trainer requires: `[part(MATRIX_BACKEND, backend)]`. */
  readonly parts: readonly Part<never>[];
  /** Takes the warnings of the training; dropped unless given. */
  readonly warn?: (warning: TrainingWarning) => void;
}

/** A part for `trainingSteps`. */
export function part<T>(token: Token<T>, value: T): Part<never> {
  return { token, value } as unknown as Part<never>;
}

/**
 * The epochs of a training, with the parameters after each.
 *
 * Cold: each subscription trains anew; `share()` it to let several look. *Cost*: that of the training, and one copy of
 * the parameters per epoch. *Throws* WIRING_MISSING, in the stream, for a part that the trainer requires and does not get.
 */
export function trainingSteps<Model, Data, M extends string>(
  trainer: Trainer<Model, Data, M>,
  model: Model,
  data: Data,
  { trial = 0, rng, signal = new AbortController().signal, parts, warn = () => undefined }: TrainingOptions,
): Observable<TrainingStep<M>> {
  return defer(() => {
    let state: Pick<TrainingStep<M>, 'last' | 'parameters'> = { last: false, parameters: new Float64Array(0) };
    const context: FitContext = {
      trial,
      rng,
      signal,
      get: <T>(token: AnyToken) => partFor(trainer.name, parts, token) as T,
      keepAlive: () => undefined,
      snapshot: async ({ last, parameters }) => {
        state = { last, parameters: await parameters() };
      },
      warn,
    };
    return trainer.fit(model, data, context).pipe(map(({ step, values }) => ({ step, values, ...state })));
  });
}

function partFor(trainer: string, parts: readonly Part<never>[], token: AnyToken): unknown {
  const found = parts.find((candidate) => candidate.token.key === token.key);
  if (found !== undefined) return found.value;
  throw new WiringError('WIRING_MISSING', {
    where: `trainer "${trainer}"`,
    expected: `no part fills the role ${token.name}`,
    todo: 'add part(token, value) to `parts`',
  });
}
