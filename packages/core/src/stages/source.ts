/**
 * Sources: where data comes from. A source is opened once per run and emits exactly one value.
 */
import { defer, firstValueFrom, type Observable, take, toArray } from 'rxjs';
import { ConfigError, isTangentError, messageOf, RunError } from '../errors.js';
import { bindSteps, checkSteps, describeStep, type StageContext, type Step, type StepDescription } from './stage.js';

/**
 * A lazily opened value of type `T`, and what it passes through.
 *
 * `open` is a method on purpose: a call signature would make an inline chain infer `unknown`.
 */
export interface Source<T> {
  /** The source and its steps so far, as graphs show them. */
  readonly steps: readonly StepDescription[];
  /** Emits the value once. */
  open(context: StageContext): Observable<T>;
  pipe(): Source<T>;
  pipe<A>(a: Step<T, A>): Source<A>;
  pipe<A, B>(a: Step<T, A>, b: Step<A, B>): Source<B>;
  pipe<A, B, C>(a: Step<T, A>, b: Step<A, B>, c: Step<B, C>): Source<C>;
  pipe<A, B, C, D>(a: Step<T, A>, b: Step<A, B>, c: Step<B, C>, d: Step<C, D>): Source<D>;
}

/** Describes a source. *Determinism*: `open` draws from the context's rng alone. */
export function defineSource<T>(definition: {
  readonly name: string;
  readonly config?: Readonly<Record<string, unknown>>;
  open(context: StageContext): Observable<T>;
}): Source<T> {
  const { name, config = {}, open } = definition;
  return sourceOf([{ name, config }], (context) => open({ ...context, rng: context.rng.split(name) }));
}

function sourceOf<T>(steps: readonly StepDescription[], open: (context: StageContext) => Observable<T>): Source<T> {
  const pipe = (...added: readonly Step<never, never>[]): Source<never> => {
    checkSteps('pipe', added);
    return sourceOf([...steps, ...added.map(describeStep)], (context) =>
      // by position in the whole source: pipe(a, b) and pipe(a).pipe(b) are the same source
      bindSteps(
        added,
        { ...context, rng: context.rng.split('steps') },
        steps.length,
      )(open(context) as Observable<never>),
    );
  };
  return Object.freeze({ steps, open, pipe }) as unknown as Source<T>;
}

/** The one value of a source. *Throws* CONFIG_INVALID when it emits none or several; RESOURCE_FAILED when it fails. */
export async function openOnce<T>(where: string, source: Source<T>, context: StageContext): Promise<T> {
  const place = `${where}, ${source.steps.map((step) => step.name).join(' > ')}`;
  const values = await firstValueFrom(defer(() => source.open(context)).pipe(take(2), toArray())).catch((cause) => {
    throw isTangentError(cause) ? cause : notOpened(place, cause);
  });
  if (values.length === 1) return values[0] as T;
  throw new ConfigError('CONFIG_INVALID', {
    where: place,
    expected: 'a source must emit exactly one value',
    got: values.length === 0 ? 'none' : 'several',
    todo: 'gather the stream into one value, for instance with toArray()',
  });
}

function notOpened(where: string, cause: unknown): RunError {
  return new RunError('RESOURCE_FAILED', {
    where,
    expected: 'the data could not be opened',
    got: `the error "${messageOf(cause)}"`,
    todo: 'see its cause',
    cause,
  });
}
