import {
  defineProvider,
  EXECUTOR,
  type Executor,
  type Experiment,
  hostTrials,
  inProcess,
  type Metric,
  type Provider,
  RunError,
  type TrialChannel,
  type TrialHost,
  type TrialTask,
} from '@tangentlab/core';
import { type ExecutorSubject, executorLaws, lawsOfExecutors } from '@tangentlab/testkit';
import { concatMap, defer, ignoreElements, map, merge, Observable, Subject, shareReplay, skip } from 'rxjs';

const providerOf = (executor: Executor): Provider<Executor> =>
  defineProvider({ token: EXECUTOR, name: executor.name, create: () => executor });

executorLaws('inProcess', () => ({ provider: inProcess() }));

/** What an executor elsewhere gets wrong; nothing unless given. */
interface Flaws {
  readonly channel?: (channel: TrialChannel) => Partial<TrialChannel>;
  readonly error?: (error: unknown) => unknown;
}

/**
 * An executor that has nothing but what travels: it loads the module, finds the experiment, and hears and says only what
 * can be cloned - as a worker thread does, in this thread.
 */
function elsewhere({ channel: flawed = () => ({}), error: spoilt = (error) => error }: Flaws = {}): ExecutorSubject {
  const losses = new Subject<never>();
  let host: Promise<TrialHost> | undefined;
  const executor: Executor = {
    name: 'elsewhere',
    capacity: Number.POSITIVE_INFINITY,
    run: (task) => {
      const trial = defer(async () => {
        host ??= hostOf(task);
        return host;
      }).pipe(
        concatMap(
          (found) =>
            new Observable<Metric>((out) => {
              const abort = new AbortController();
              const forward = () => abort.abort(task.signal.reason);
              task.signal.addEventListener('abort', forward);
              const channel: TrialChannel = {
                signal: abort.signal,
                warn: (warning) => task.warn(structuredClone(warning)),
                keep: (parameters) => task.keep(structuredClone(parameters)),
                keepAlive: (work) => task.keepAlive(work),
              };
              const running = found
                .run(structuredClone(task.description), { ...channel, ...flawed(channel) })
                .subscribe({
                  next: ({ step, values }) => out.next({ step, values: structuredClone(values) }),
                  error: (error: unknown) => out.error(spoilt(error)),
                  complete: () => out.complete(),
                });
              return () => {
                running.unsubscribe();
                task.signal.removeEventListener('abort', forward);
              };
            }),
        ),
      );
      return new Observable((out) => {
        const lost = losses.subscribe({ error: (error: unknown) => out.error(error) });
        lost.add(trial.subscribe(out));
        return lost;
      });
    },
  };
  const provider = defineProvider({
    token: EXECUTOR,
    name: executor.name,
    create: () => executor,
    release: async () => {
      await (await host)?.release();
      host = undefined;
    },
  });
  return { provider };
}

async function hostOf({ description }: TrialTask): Promise<TrialHost> {
  const exports = Object.values((await import(description.module!)) as Record<string, unknown>);
  const found = exports.find((value) => (value as Partial<AnyExperiment>)?.plan?.name === description.experiment);
  return hostTrials(found as AnyExperiment, description);
}
type AnyExperiment = Experiment<unknown, unknown, unknown, string, string, unknown>;

executorLaws('elsewhere', () => elsewhere());

/** In process, but for what is changed. */
const local = (run: Executor['run'], more: Partial<Executor> = {}): ExecutorSubject => ({
  provider: providerOf({ name: 'local', capacity: Number.POSITIVE_INFINITY, run, ...more }),
});

/** An executor that can lose what runs, and says so by this error. */
function losing(error: () => unknown): ExecutorSubject {
  const losses = new Subject<void>();
  const run: Executor['run'] = (task) =>
    new Observable((out) => {
      const running = task.local().subscribe(out);
      running.add(losses.subscribe(() => out.error(error())));
      return running;
    });
  return { ...local(run), lose: () => losses.next() };
}
const lost = () => new RunError('RESOURCE_FAILED', { where: 'worker 1', expected: 'it must live', todo: 'try again' });
executorLaws('losing', () => losing(lost));

/** At most so many at once, in turn. */
function queued(atOnce: number, capacity: number): ExecutorSubject {
  let running = 0;
  const waiting: (() => void)[] = [];
  const next = () => {
    if (running < atOnce) waiting.shift()?.();
  };
  const run: Executor['run'] = (task) =>
    new Observable((out) => {
      const begin = () => {
        running++;
        out.add(() => {
          running--;
          next();
        });
        out.add(task.local().subscribe(out));
      };
      waiting.push(begin);
      next();
      return () => {
        const at = waiting.indexOf(begin);
        if (at >= 0) waiting.splice(at, 1);
      };
    });
  return local(run, { capacity });
}
executorLaws('two at once', () => queued(2, 2));

const BITS = 'metrics, warnings and parameters are those of this thread, bit for bit';
const COLD = 'nothing runs before it is subscribed to, and each subscription runs it anew';
const ERRORS = 'an error arrives after the metrics before it, with its code and its message';
const STOPS = 'unsubscribing stops the trial and frees what it held; until then it keeps the parts alive';
const REASON = 'the reason of an abort reaches the trainer';
const APART = 'several trials at once do not mix';
const CAPACITY = 'capacity is a count of trials, and is honoured';
const LOST = 'what a trial ran on and lost is RESOURCE_FAILED, and further trials run';
const RUN = 'a run says the same as in this thread, and keeps the same parameters, at every concurrency';
const RETRIED = 'a trial that lost what it ran on is retried, and equals an undisturbed one';

const rounded = (metrics$: Observable<Metric>) =>
  metrics$.pipe(map(({ step, values }) => ({ step, values: JSON.parse(JSON.stringify(values)) as Metric['values'] })));

describe('executorLaws reject', () => {
  test.each<[string, string, () => ExecutorSubject]>([
    ['metrics through JSON', BITS, () => local((task) => rounded(task.local()))],
    ['a lost step', BITS, () => local((task) => task.local().pipe(skip(1)))],
    ['lost warnings', BITS, () => elsewhere({ channel: () => ({ warn: () => undefined }) })],
    ['lost parameters', BITS, () => elsewhere({ channel: () => ({ keep: () => undefined }) })],
    [
      'parameters in single precision',
      BITS,
      () => elsewhere({ channel: ({ keep }) => ({ keep: (theta) => keep(Float64Array.from(theta, Math.fround)) }) }),
    ],
    [
      'a trial that starts at once',
      COLD,
      () =>
        local((task) => {
          const running = task.local().pipe(shareReplay());
          running.subscribe({ error: () => undefined });
          return running;
        }),
    ],
    [
      'one trial for all subscriptions',
      COLD,
      () =>
        local((task) => {
          const running = task.local().pipe(shareReplay());
          return running;
        }),
    ],
    ['errors without codes', ERRORS, () => elsewhere({ error: (error) => new Error((error as Error).message) })],
    [
      'errors without messages',
      ERRORS,
      () =>
        elsewhere({
          error: (error) => Object.assign(new Error('failed'), { code: (error as { code?: string }).code }),
        }),
    ],
    [
      'a trial that nobody stops',
      STOPS,
      () =>
        local(
          (task) =>
            new Observable((out) => {
              const running = task.local().subscribe(out.next.bind(out));
              task.signal.addEventListener('abort', () => running.unsubscribe());
            }),
        ),
    ],
    ['parts that nobody keeps alive', STOPS, () => elsewhere({ channel: () => ({ keepAlive: () => undefined }) })],
    [
      'parts that are kept alive too shortly',
      STOPS,
      () => elsewhere({ channel: ({ keepAlive }) => ({ keepAlive: () => keepAlive(Promise.resolve()) }) }),
    ],
    [
      'an abort that does not arrive',
      REASON,
      () => elsewhere({ channel: () => ({ signal: new AbortController().signal }) }),
    ],
    [
      'an abort without its reason',
      REASON,
      () =>
        elsewhere({
          channel: ({ signal }) => {
            const other = new AbortController();
            signal.addEventListener('abort', () => other.abort());
            return { signal: other.signal };
          },
        }),
    ],
    [
      'the metrics of another trial',
      APART,
      () => {
        const all = new Subject<Metric>();
        return local((task) =>
          merge(
            all,
            task.local().pipe(
              map((metric) => all.next(metric)),
              ignoreElements(),
            ),
          ),
        );
      },
    ],
    ['a capacity that is no count', CAPACITY, () => queued(2, 1.5)],
    ['no capacity', CAPACITY, () => queued(2, 0)],
    ['more at once than it says', CAPACITY, () => queued(3, 2)],
    ['fewer at once than it says', CAPACITY, () => queued(2, 3)],
    ['a queue that says it has none', CAPACITY, () => queued(2, Number.POSITIVE_INFINITY)],
    ['a loss without its code', LOST, () => losing(() => new Error('worker 1 is gone'))],
    ['a loss that looks like the end', LOST, () => ({ ...local((task) => task.local()), lose: () => undefined })],
    [
      'nothing after a loss',
      LOST,
      () => {
        let gone = false;
        const run: Executor['run'] = (task) =>
          new Observable((out) => {
            if (gone) return out.error(lost());
            return task.local().subscribe({
              next: (metric) => out.next(metric),
              error: (error: unknown) => {
                gone = true;
                out.error(error);
              },
              complete: () => out.complete(),
            });
          });
        return local(run);
      },
    ],
    ['a lost step in a run', RUN, () => local((task) => task.local().pipe(skip(1)))],
    ['lost parameters in a run', RUN, () => elsewhere({ channel: () => ({ keep: () => undefined }) })],
    [
      'trials that see each other',
      RUN,
      () => {
        let at = 0;
        return local((task) => {
          at++;
          return task.local().pipe(map(({ step, values }) => ({ step, values: { ...values, at } })));
        });
      },
    ],
    [
      'a loss that fails the trial',
      RETRIED,
      () => elsewhere({ error: (error) => new Error((error as Error).message) }),
    ],
  ])('%s', async (_, name, make) => {
    const law = lawsOfExecutors({ patienceMs: 400 }).find((candidate) => candidate.name === name)!;
    await expect((async () => law.check(make))()).rejects.toBeDefined();
  });
});
