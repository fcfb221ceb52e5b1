/**
 * Stages: named, configured steps of a stream, and their composition. A stage binds to a context and becomes an ordinary
 * RxJS operator; plain operators stand beside stages anywhere.
 */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { type Observable, type OperatorFunction, pipe } from 'rxjs';
import { parseConfig, show } from '../config.js';
import { ConfigError } from '../errors.js';
import type { Rng } from '../rng.js';

/** What a stage or a source may use. */
export interface StageContext {
  readonly rng: Rng;
}

/** A named step from `In` to `Out`. */
export interface Stage<In, Out> {
  readonly stageName: string;
  readonly config: Readonly<Record<string, unknown>>;
  bind(context: StageContext): OperatorFunction<In, Out>;
}

/** A stage or a plain RxJS operator. */
export type Step<In, Out> = Stage<In, Out> | OperatorFunction<In, Out>;

/** A step as graphs show it. */
export interface StepDescription {
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/**
 * A stage factory whose configuration is checked when it is called.
 *
 * @example
 * const scaleBy = (factor: number): Stage<number, number> =>
 *   defineStage({ name: 'scaleBy', config: { factor }, bind: () => map((x: number) => x * factor) });
 * scaleBy(2).stageName // => 'scaleBy'
 */
export function defineStage<In, Out>(definition: {
  readonly name: string;
  readonly config?: Readonly<Record<string, unknown>>;
  bind(context: StageContext): OperatorFunction<In, Out>;
}): Stage<In, Out> {
  const { name, config = {}, bind } = definition;
  return Object.freeze({ stageName: name, config, bind });
}

/** A factory of configured stages: the options are parsed by `schema` at construction, CONFIG_INVALID if they do not fit. */
export function defineStageFactory<
  In,
  Out,
  S extends StandardSchemaV1<unknown, Readonly<Record<string, unknown>>>,
>(definition: {
  readonly name: string;
  readonly schema: S;
  bind(context: StageContext, config: StandardSchemaV1.InferOutput<S>): OperatorFunction<In, Out>;
}): (options: StandardSchemaV1.InferInput<S>) => Stage<In, Out> {
  return (options) => {
    const config = parseConfig(definition.name, definition.schema, options);
    return defineStage({ name: definition.name, config, bind: (context) => definition.bind(context, config) });
  };
}

/** True of a stage, false of a plain operator. */
export function isStage<In, Out>(step: Step<In, Out>): step is Stage<In, Out> {
  return typeof step !== 'function';
}

/** The operator behind a step. */
export function bindStep<In, Out>(step: Step<In, Out>, context: StageContext): OperatorFunction<In, Out> {
  return isStage(step) ? step.bind(context) : step;
}

/** Name and configuration of a step; a plain operator has the name of its function, or `rx`. */
export function describeStep(step: Step<never, never>): StepDescription {
  return isStage(step) ? { name: step.stageName, config: step.config } : { name: step.name || 'rx', config: {} };
}

/**
 * Several steps as one stage: `flow(stage, map(f), stage)`.
 *
 * *Determinism*: step i draws from the child `i` of the context's rng.
 */
export function flow<A, B>(a: Step<A, B>): Stage<A, B>;
export function flow<A, B, C>(a: Step<A, B>, b: Step<B, C>): Stage<A, C>;
export function flow<A, B, C, D>(a: Step<A, B>, b: Step<B, C>, c: Step<C, D>): Stage<A, D>;
export function flow<A, B, C, D, E>(a: Step<A, B>, b: Step<B, C>, c: Step<C, D>, d: Step<D, E>): Stage<A, E>;
export function flow<A, B, C, D, E, F>(
  a: Step<A, B>,
  b: Step<B, C>,
  c: Step<C, D>,
  d: Step<D, E>,
  e: Step<E, F>,
): Stage<A, F>;
export function flow(...steps: readonly unknown[]): unknown {
  checkSteps('flow', steps);
  return flowOf(steps as readonly Step<never, never>[]);
}

function flowOf(steps: readonly Step<never, never>[]): Stage<never, never> {
  return defineStage({
    name: steps.map((step) => describeStep(step).name).join(' > '),
    config: Object.fromEntries(steps.map((step, i) => [`${i} ${describeStep(step).name}`, describeStep(step).config])),
    bind: (context) => bindSteps(steps, context),
  });
}

/** Throws CONFIG_INVALID unless every step is a stage or an operator, and there is one. */
export function checkSteps(where: string, steps: readonly unknown[]): void {
  const wrong = steps.findIndex(
    (step) => typeof step !== 'function' && typeof (step as Partial<Stage<never, never>> | null)?.bind !== 'function',
  );
  if (wrong < 0 && (steps.length > 0 || where === 'pipe')) return;
  throw new ConfigError('CONFIG_INVALID', {
    where,
    expected: wrong < 0 ? 'at least one step is needed' : `step ${wrong} must be a stage or an RxJS operator`,
    ...(wrong < 0 ? {} : { got: show(steps[wrong]) }),
    todo: 'call the factory of the stage, with the parentheses',
  });
}

/** Steps bound in order, each to its own child of the rng; the first has the number `from`. */
export function bindSteps(
  steps: readonly Step<never, never>[],
  context: StageContext,
  from = 0,
): OperatorFunction<never, never> {
  const operators = steps.map((step, i) => bindStep(step, { ...context, rng: context.rng.split(from + i) }));
  return (source: Observable<never>) =>
    (pipe as (...fns: unknown[]) => (typeof operators)[number])(...operators)(source);
}
