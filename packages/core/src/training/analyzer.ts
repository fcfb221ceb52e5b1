/**
 * The contract of analyzers: instruments that look at a model beside its training. Only what they measure travels.
 */
import { show } from '../config.js';
import { ConfigError } from '../errors.js';
import { type AnyProvider, defineProvider } from '../wiring/provider.js';
import { type AnyToken, tokenOfMany, type ValuesOf } from '../wiring/token.js';

/** What an analyzer sees. */
export interface Snapshot<Model, Data> {
  readonly trial: number;
  readonly epoch: number;
  /** True for the last epoch of the trial. */
  readonly last: boolean;
  readonly model: Model;
  readonly data: Data;
  readonly signal: AbortSignal;
  /** The flat parameter vector, copied when asked for and only then. */
  parameters(): Promise<Float64Array>;
  /** The one that the training began from. *Throws* TRIAL_FAILED for a trainer that does not tell it. */
  initial(): Float64Array;
}

/** When an analyzer measures: after every epoch, every n-th one and the last, or only the last one of each trial. */
export type Every = 'epoch' | 'trial' | number;

/** An instrument, resolved. */
export interface Analyzer<Model, Data, A extends string> {
  /** The values measured; every name in `measures` has one. Training waits for them. */
  measure(snapshot: Snapshot<Model, Data>): Readonly<Record<A, number>> | Promise<Readonly<Record<A, number>>>;
}

/** The role of analyzers; any number of them. */
export const ANALYZER = tokenOfMany<ScheduledAnalyzer>('Analyzer', 'run');

/** An analyzer with its schedule, as the run holds it. */
export interface ScheduledAnalyzer {
  readonly name: string;
  readonly every: Every;
  readonly measures: readonly string[];
  measure(
    snapshot: Snapshot<unknown, unknown>,
  ): Readonly<Record<string, number>> | Promise<Readonly<Record<string, number>>>;
}

declare const ANALYZES: unique symbol;

/** A provider of an analyzer for this kind of model and data. */
export interface AnalyzerProvider<Model, Data, A extends string> extends AnyProvider {
  /** The names that it adds to the metrics. */
  readonly measures: readonly A[];
  readonly every: Every;
  /**
   * A method on purpose, and so bivariant: while the rest of an inline record is still being inferred, the model counts
   * as `unknown`, and a function type would already be refused there.
   */
  [ANALYZES](model: Model, data: Data): void;
}

/** What `defineAnalyzer` takes. */
export interface AnalyzerDefinition<Model, Data, A extends string, D extends readonly AnyToken[]> {
  readonly name: string;
  readonly measures: readonly A[];
  readonly every: Every;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly requires?: D;
  create(...dependencies: ValuesOf<D>): Analyzer<Model, Data, A>;
}

/**
 * Describes an analyzer: its name, what it measures, when, and how it is made.
 *
 * *Throws* CONFIG_INVALID unless `every` is 'epoch', 'trial' or an integer of at least 1.
 */
export function defineAnalyzer<Model, Data, const A extends string, const D extends readonly AnyToken[] = readonly []>(
  definition: AnalyzerDefinition<Model, Data, A, D>,
): AnalyzerProvider<Model, Data, A> {
  const { name, measures, every, config = {}, create } = definition;
  if (every !== 'epoch' && every !== 'trial' && !(Number.isSafeInteger(every) && every >= 1)) {
    throw new ConfigError('CONFIG_INVALID', {
      where: name,
      expected: "\"every\" must be 'epoch', 'trial' or an integer of at least 1",
      got: show(every),
      todo: 'correct it',
    });
  }
  const provider = defineProvider<ScheduledAnalyzer, D>({
    token: ANALYZER,
    name,
    config,
    requires: definition.requires ?? ([] as unknown as D),
    create: (...dependencies) => {
      const analyzer = create(...dependencies);
      return { name, every, measures, measure: (snapshot) => analyzer.measure(snapshot as Snapshot<Model, Data>) };
    },
  });
  return Object.freeze({ ...provider, measures, every }) as unknown as AnalyzerProvider<Model, Data, A>;
}

/** True if an analyzer with this schedule measures after this epoch. */
export function isDue(every: Every, epoch: number, last: boolean): boolean {
  return last || every === 'epoch' || (every !== 'trial' && epoch % every === 0);
}
