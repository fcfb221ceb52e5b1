import { getEventListeners } from 'node:events';
import {
  choice,
  isTangentError,
  type Metric,
  maximize,
  nextTurn,
  Rng,
  type Searcher,
  type SearchOptions,
  searchTrials,
  type Trial,
  type TrialEvent,
} from '@tangentlab/core';
import { finalize, lastValueFrom, NEVER, Observable, of, type Subscriber, take, toArray } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';

const space = { width: choice(8, 16) };
type Options = SearchOptions<typeof space>;
const searcher: Searcher = { name: 'fake', feedback: true, ask: ({ space, rng }) => space.sample(rng) };
const metric = (score: number): Metric => ({ step: 1, values: { score } });
const optionsOf = (changes: Partial<Options> = {}): Options => ({
  space,
  searcher,
  objectives: [maximize('score')],
  trials: 10,
  concurrency: 3,
  rng: Rng.root(1),
  ...changes,
});

const states = (events: readonly TrialEvent[]) =>
  events.map((event) => {
    if (event.type === 'search/finished') return event.reason;
    return `${event.trial} ${event.type === 'trial/finished' ? event.state : event.type.slice(6)}`;
  });

/** A search whose trials never end by themselves, cancelled when `when` says so. */
function cancelled(
  when: (event: TrialEvent) => boolean,
  project?: (trial: Trial<{ width: 8 | 16 }>) => Observable<Metric>,
) {
  const abort = new AbortController();
  const signals: AbortSignal[] = [];
  const events: TrialEvent[] = [];
  let completed = false;
  searchTrials(optionsOf({ signal: abort.signal }), (trial) => {
    signals.push(trial.signal);
    return project?.(trial) ?? NEVER;
  }).subscribe({
    next: (event) => {
      events.push(event);
      if (when(event)) abort.abort('enough');
    },
    complete: () => {
      completed = true;
    },
  });
  expect(getEventListeners(abort.signal, 'abort')).toHaveLength(0);
  return { events: states(events), completed, aborted: signals.map(({ aborted }) => aborted), signals };
}

test('take inside next aborts the signals of the running trials, and starts no other', () => {
  const trials: Trial<unknown>[] = [];
  const search = searchTrials(optionsOf(), (trial) => {
    trials.push(trial);
    return NEVER;
  });
  search.pipe(take(3)).subscribe();
  // the third trial/started was the last thing wanted: its project is not called any more
  expect(trials.map(({ number, signal }) => [number, signal.aborted])).toEqual([
    [0, true],
    [1, true],
  ]);
  for (const { signal } of trials) expect(isTangentError(signal.reason) && signal.reason.code).toBe('RUN_CANCELLED');
});

test('unsubscribing stops a trial that emits synchronously and without end', () => {
  let pulled = 0;
  const endless = function* () {
    for (;;) yield metric(pulled++);
  };
  searchTrials(optionsOf(), endless).pipe(take(5)).subscribe();
  expect(pulled).toBe(4); // one of the five events is trial/started
});

test('unsubscribing later stops everything; nothing more is said, and no listener stays', () => {
  const abort = new AbortController();
  const signals: AbortSignal[] = [];
  const events: TrialEvent[] = [];
  const subscription = searchTrials(optionsOf({ signal: abort.signal }), ({ signal }) => {
    signals.push(signal);
    return NEVER;
  }).subscribe((event) => events.push(event));
  expect(getEventListeners(abort.signal, 'abort')).toHaveLength(1);
  subscription.unsubscribe();
  expect(getEventListeners(abort.signal, 'abort')).toHaveLength(0);
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true]);
  expect(states(events)).toEqual(['0 started', '1 started', '2 started']);
});

// trial 0: ------------------------------!
// trial 1:           -----b              |
// abort:                                 x   both that run end as cancelled at that moment
test('the signal ends the running trials as cancelled, and the stream completes', () => {
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run((marble) => {
    const { cold, expectObservable, expectSubscriptions } = marble;
    const abort = new AbortController();
    const sources = ['-', '5ms (m|)', '-'].map((picture) => cold(picture, { m: metric(1) }));
    cold('30ms x').subscribe(() => abort.abort());
    const search = searchTrials(
      optionsOf({ signal: abort.signal, concurrency: 2, trials: 3 }),
      ({ number }) => sources[number]!,
    );
    const told = new Observable<string>((observer) =>
      search.subscribe({
        next: (event) => observer.next(states([event as TrialEvent])[0]!),
        complete: () => observer.complete(),
      }),
    );
    expectObservable(told).toBe('(ab) 1ms (cde) 20ms (fgh|)', {
      a: '0 started',
      b: '1 started',
      c: '1 metric',
      d: '1 complete',
      e: '2 started',
      f: '0 cancelled',
      g: '2 cancelled',
      h: 'cancelled',
    });
    expectSubscriptions(sources[0]!.subscriptions).toBe('^ 29ms !');
    expectSubscriptions(sources[2]!.subscriptions).toBe('5ms ^ 24ms !');
  });
});

test('a signal that is aborted before the start: nothing is asked', async () => {
  const asked = () => {
    throw new Error('must not be asked');
  };
  const search = searchTrials(
    optionsOf({ signal: AbortSignal.abort(), searcher: { ...searcher, ask: asked } }),
    () => [],
  );
  expect(await lastValueFrom(search.pipe(toArray()))).toEqual([{ type: 'search/finished', reason: 'cancelled' }]);
});

test('cancelling on hearing of a start: that trial is never run', () => {
  const result = cancelled((event) => event.type === 'trial/started' && event.trial === 1);
  expect(result.events).toEqual(['0 started', '1 started', '0 cancelled', '1 cancelled', 'cancelled']);
  expect([result.aborted, result.completed]).toEqual([[true], true]);
});

test('cancelling on a metric: also of a trial that emits synchronously and without end', () => {
  const endless = new Observable<Metric>((observer) => {
    for (let i = 0; !observer.closed; i++) observer.next(metric(i));
  });
  const result = cancelled(
    (event) => event.type === 'trial/metric' && event.values['score'] === 2,
    ({ number }) => (number === 1 ? endless : NEVER),
  );
  const metrics = ['1 metric', '1 metric', '1 metric'];
  expect(result.events).toEqual(['0 started', '1 started', ...metrics, '0 cancelled', '1 cancelled', 'cancelled']);
  expect([result.aborted, result.completed]).toEqual([[true, true], true]);
});

test('cancelling on hearing of an end: that outcome stays', () => {
  const result = cancelled(
    (event) => event.type === 'trial/finished' && event.state === 'complete',
    ({ number }) => (number === 1 ? of(metric(1)) : NEVER),
  );
  expect(result.events).toEqual(['0 started', '1 started', '1 metric', '1 complete', '0 cancelled', 'cancelled']);
  expect(result.aborted).toEqual([true, false]);
});

test('cancelling on hearing of the end of the search changes nothing', () => {
  const result = cancelled(
    (event) => event.type === 'search/finished',
    () => of(metric(1)),
  );
  expect(result.events.at(-1)).toBe('trials');
  expect(result.completed).toBe(true);
});

test('a trial finds the reason in its signal before its subscription is gone', () => {
  const log: string[] = [];
  cancelled(
    (event) => event.type === 'trial/started' && event.trial === 2,
    ({ number, signal }) =>
      new Observable<Metric>(() => {
        signal.addEventListener('abort', () => log.push(`abort ${number}: ${signal.reason.code}`));
        return () => log.push(`free ${number}`);
      }),
  );
  expect(log).toEqual(['abort 0: RUN_CANCELLED', 'free 0', 'abort 1: RUN_CANCELLED', 'free 1']);
});

test('a trial that cannot be freed has failed; the others are cancelled all the same', () => {
  const result = cancelled(
    (event) => event.type === 'trial/started' && event.trial === 2,
    ({ number }) =>
      new Observable<Metric>(() => () => {
        if (number === 0) throw new Error('stuck');
      }),
  );
  expect(result.events.slice(3)).toEqual(['0 failed', '1 cancelled', '2 cancelled', 'cancelled']);
  expect([result.aborted, result.completed]).toEqual([[true, true], true]);
});

test('a trial whose teardown cancels the search ends once', () => {
  const abort = new AbortController();
  const events: TrialEvent[] = [];
  searchTrials(optionsOf({ signal: abort.signal, concurrency: 1 }), () =>
    of(metric(1)).pipe(finalize(() => abort.abort())),
  ).subscribe((event) => events.push(event));
  expect(states(events)).toEqual(['0 started', '0 metric', '0 cancelled', 'cancelled']);
});

test('what a cancelled trial still says is not heard', async () => {
  const late: Subscriber<Metric>[] = [];
  const result = cancelled(
    (event) => event.type === 'trial/started' && event.trial === 2,
    () => new Observable<Metric>((observer) => void late.push(observer)),
  );
  const before = [...result.events];
  expect(late).toHaveLength(2);
  for (const observer of late) {
    observer.next(metric(1));
    observer.complete();
  }
  await nextTurn();
  expect(result.events).toEqual(before);
});

test('a search that ended by itself leaves no listener and no timer', async () => {
  const abort = new AbortController();
  const timers = () => process.getActiveResourcesInfo().filter((name) => /Timeout|Immediate/.test(name)).length;
  const before = timers();
  await lastValueFrom(searchTrials(optionsOf({ signal: abort.signal }), async ({ number }) => [metric(number)][0]!));
  expect(getEventListeners(abort.signal, 'abort')).toHaveLength(0);
  expect(timers()).toBe(before);
});
