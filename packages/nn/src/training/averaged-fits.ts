/**
 * Several fits of one trainer, averaged as they come in: what cross-validation and repeated evaluation share. A step is
 * one fit, so pruners may end a trial between fits.
 */
import { type FitContext, type Metric, type Trainer, TrialError } from '@tangentlab/core';
import { concatMap, defer, from, last, map, type Observable, scan, throwIfEmpty } from 'rxjs';

/** The averaged metrics: the mean of each, and the standard error of that mean. */
export type AveragedMetric<M extends string> = M | `${M}StdErr`;

/** Sums over the fits so far, by metric (Welford's running mean and sum of squares). */
interface Running {
  readonly count: number;
  readonly mean: Readonly<Record<string, number>>;
  readonly squares: Readonly<Record<string, number>>;
}

/**
 * Fits `model` to each of `data` in turn and emits the average of the last metrics after each fit.
 *
 * Step k holds the means over the first k fits, and their standard errors: NaN after the first, one value has no spread.
 * *Determinism*: fit k draws from the child `name/k` of the trial's rng, k from 0.
 */
export function averagedFits<Model, Data, M extends string>(
  trainer: Trainer<Model, Data, M>,
  model: Model,
  data: readonly Data[],
  name: string,
  context: FitContext,
): Observable<Metric<AveragedMetric<M>>> {
  const nothing: Running = { count: 0, mean: {}, squares: {} };
  return from(data.entries()).pipe(
    concatMap(([k, part]) => {
      const inner: FitContext = {
        ...context,
        rng: context.rng.split(name, k),
        get: (token) => context.get(token),
        keepAlive: (work) => context.keepAlive(work),
        warn: (warning) => context.warn({ ...warning, step: k + 1 }),
        // analyzers see each fit once, at its end
        snapshot: async (snapshot) => {
          if (!snapshot.last) return;
          const parameters = () => snapshot.parameters();
          await context.snapshot({ epoch: k + 1, last: k + 1 === data.length, parameters });
        },
      };
      return defer(() => trainer.fit(model, part, inner)).pipe(
        throwIfEmpty(() => noMetric(trainer.name, name, k)),
        last(),
      );
    }),
    scan((sums, { values }) => include(sums, values), nothing),
    map(({ count, mean, squares }) => ({ step: count, values: averages<M>(count, mean, squares) })),
  );
}

function include({ count, mean, squares }: Running, values: Readonly<Record<string, number>>): Running {
  const next = { count: count + 1, mean: { ...mean }, squares: { ...squares } };
  for (const [metric, value] of Object.entries(values)) {
    const before = mean[metric] ?? 0;
    const after = before + (value - before) / (count + 1);
    next.mean[metric] = after;
    next.squares[metric] = (squares[metric] ?? 0) + (value - before) * (value - after);
  }
  return next;
}

function averages<M extends string>(count: number, mean: Running['mean'], squares: Running['squares']) {
  const entries = Object.entries(mean).flatMap(([metric, value]) => [
    [metric, value],
    [`${metric}StdErr`, count < 2 ? Number.NaN : Math.sqrt((squares[metric] ?? 0) / (count - 1) / count)],
  ]);
  return Object.fromEntries(entries) as Readonly<Record<AveragedMetric<M>, number>>;
}

function noMetric(trainer: string, name: string, k: number): TrialError {
  return new TrialError('TRIAL_FAILED', {
    where: `${name} ${k}`,
    expected: `the trainer "${trainer}" must emit at least one metric`,
    got: 'none',
    todo: 'check its number of epochs',
  });
}
