import {
  type Answer,
  type AskRequest,
  askTell,
  choice,
  dataHash,
  int,
  isTangentError,
  type Metric,
  maximize,
  type Params,
  type Pruner,
  Rng,
  RunError,
  resumeTrial,
  type Searcher,
  type SearchOptions,
  type StopRule,
  searchTrials,
  startWith,
  type TrialEvent,
} from '@tangentlab/core';
import { from, Observable, type Subscriber } from 'rxjs';

const space = { x: int(0, 999) };
type Space = typeof space;

const searcherOf = (ask: (request: AskRequest) => Answer, feedback = true): Searcher => ({
  name: 'fake',
  feedback,
  ask,
});
const counting = searcherOf(({ slot }) => ({ x: slot }));

type Extra = Partial<SearchOptions<Space>>;
const optionsOf = (searcher: Searcher, extra: Extra): SearchOptions<Space> => ({
  space,
  searcher,
  objectives: [maximize('y')],
  trials: 6,
  rng: Rng.root(3),
  ...extra,
});

/** Five steps of x + step, all at once. */
const fiveSteps = ({ params }: { params: Params }): Metric[] =>
  Array.from({ length: 5 }, (_, i) => ({ step: i + 1, values: { y: (params['x'] as number) + i + 1 } }));

function eventsOf(searcher: Searcher, extra: Extra = {}, project = fiveSteps as never): TrialEvent[] {
  const events: TrialEvent[] = [];
  searchTrials(optionsOf(searcher, extra), project).subscribe((event) => events.push(event as TrialEvent));
  return events;
}

/** One word an event: `0 started`, `0:3`, `0 pruned`. */
const briefly = (events: readonly TrialEvent[]) =>
  events.map((event) => {
    if (event.type === 'search/finished')
      return event.rule === undefined ? event.reason : `${event.reason} by ${event.rule}`;
    if (event.type === 'trial/metric') return `${event.trial}:${event.step}`;
    return `${event.trial} ${event.type === 'trial/finished' ? event.state : event.type.slice('trial/'.length)}`;
  });

function failureOf(act: () => void): { code: unknown; message: string } {
  try {
    act();
  } catch (error) {
    return { code: isTangentError(error) ? error.code : error, message: (error as Error).message };
  }
  return { code: 'nothing was thrown', message: '' };
}

function errorOf(
  searcher: Searcher,
  extra: Extra = {},
  project = fiveSteps as never,
): { code: unknown; message: string } {
  let found = { code: 'no error' as unknown, message: '' };
  searchTrials(optionsOf(searcher, extra), project).subscribe({
    error: (error: Error) => {
      found = { code: isTangentError(error) ? error.code : error, message: error.message };
    },
  });
  return found;
}

describe('a pruner', () => {
  const after = (step: number, feedback = false): Pruner => ({
    name: 'after',
    feedback,
    prune: ({ trial, curve }) => trial === 1 && curve.length >= step,
  });

  test('ends the trial with the deciding step, frees it, and the search goes on', () => {
    const aborted: number[] = [];
    const project = ({ number, params, signal }: { number: number; params: Params; signal: AbortSignal }) => {
      signal.addEventListener('abort', () => aborted.push(number));
      return fiveSteps({ params });
    };
    const events = eventsOf(counting, { trials: 3, pruner: after(2) }, project as never);
    expect(briefly(events)).toEqual([
      ...['0 started', '0:1', '0:2', '0:3', '0:4', '0:5', '0 complete'],
      ...['1 started', '1:1', '1:2', '1 pruned'],
      ...['2 started', '2:1', '2:2', '2:3', '2:4', '2:5', '2 complete', 'trials'],
    ]);
    expect(aborted).toEqual([1]);
    const pruned = events.find((event) => event.type === 'trial/finished' && event.state === 'pruned');
    expect(pruned).toMatchObject({ values: [3], steps: 2 });
  });

  test('sees earlier curves whole, and of its own trial only what has happened', () => {
    const seen: string[] = [];
    const pruner: Pruner = {
      name: 'spy',
      feedback: true,
      prune: ({ view, trial, curve }) => {
        const before = Array.from({ length: view.told }, (_, slot) => view.outcome(slot).curve.length);
        seen.push(`${trial}: ${before.join()} | ${curve.length}`);
        return false;
      },
    };
    eventsOf(counting, { trials: 2, pruner });
    expect(seen).toEqual([
      ...['0:  | 1', '0:  | 2', '0:  | 3', '0:  | 4', '0:  | 5'],
      ...['1: 5 | 1', '1: 5 | 2', '1: 5 | 3', '1: 5 | 4', '1: 5 | 5'],
    ]);
  });

  test('that throws fails the trial', () => {
    const pruner: Pruner = {
      name: 'broken',
      feedback: false,
      prune: () => {
        throw new Error('boom');
      },
    };
    expect(briefly(eventsOf(counting, { trials: 1, pruner }))).toEqual(['0 started', '0:1', '0 failed', 'trials']);
  });
});

describe('pausing', () => {
  /** Each trial gets two steps; the better of the first two then goes to its end. */
  const halving = searcherOf(({ slot, view }) => {
    if (slot < 2) return startWith({ x: 10 * slot }, 2);
    return slot === 2 && view.outcome(1).state === 'paused' ? resumeTrial(1) : null;
  });

  test('a budget pauses a trial, a resumption goes on where it was', () => {
    const events = eventsOf(halving);
    expect(briefly(events)).toEqual([
      ...['0 started', '0:1', '0:2', '0 paused', '1 started', '1:1', '1:2', '1 paused'],
      ...['1 resumed', '1:3', '1:4', '1:5', '1 complete', 'exhausted'],
    ]);
    expect(events.filter((event) => 'slot' in event).map((event) => event.slot)).toEqual([0, 0, 1, 1, 2, 2]);
    expect(events.at(-2)).toMatchObject({ trial: 1, params: { x: 10 }, values: [15], steps: 5 });
  });

  test('the project is told where the trial was, and draws the same random numbers as without the pause', () => {
    const told: [number, number, number | undefined, number][] = [];
    const project = (trial: {
      number: number;
      params: Params;
      rng: Rng;
      resumedAt: number;
      budget: number | undefined;
    }) => {
      told.push([trial.number, trial.resumedAt, trial.budget, trial.rng.split('init').seed32()]);
      return fiveSteps(trial);
    };
    eventsOf(halving, {}, project as never);
    const [, first, second] = told;
    expect(first?.slice(0, 3)).toEqual([1, 0, 2]);
    expect(second?.slice(0, 3)).toEqual([1, 2, undefined]);
    expect(second?.[3]).toBe(first?.[3]);
  });

  test.each([
    ['a trial that does not exist', 7, 'no such trial'],
    ['a trial that is complete', 0, 'got complete'],
  ])('%s cannot be resumed', (_, trial, message) => {
    const { code, message: said } = errorOf(searcherOf(({ slot }) => (slot === 0 ? { x: 1 } : resumeTrial(trial))));
    expect(code).toBe('SEARCH_ABORTED');
    expect(said).toContain(message);
  });

  test('a budget must lie ahead', () => {
    expect(errorOf(searcherOf(() => startWith({ x: 1 }, 0))).message).toContain(
      'a budget must be an integer step after 0',
    );
    const back = searcherOf(({ slot }) => (slot === 0 ? startWith({ x: 1 }, 3) : resumeTrial(0, 2)));
    expect(errorOf(back).message).toContain('a budget must be an integer step after 3');
  });

  test('a resumption costs no trial, a further point does', () => {
    const greedy = searcherOf(({ slot }) => (slot === 1 ? resumeTrial(0) : startWith({ x: slot }, 2)));
    expect(briefly(eventsOf(greedy, { trials: 1 })).slice(-6)).toEqual([
      '0 resumed',
      '0:3',
      '0:4',
      '0:5',
      '0 complete',
      'trials',
    ]);
  });
});

describe('waiting', () => {
  test("'wait' is asked again once every earlier slot has its outcome, and then sees them all", () => {
    const flying: Subscriber<Metric>[] = [];
    const asked: string[] = [];
    const patient = searcherOf(({ slot, view }) => {
      asked.push(`${slot}: ${view.told}`);
      return slot === 2 && view.told < 2 ? 'wait' : { x: slot };
    });
    const project = () => new Observable<Metric>((observer) => void flying.push(observer));
    searchTrials(optionsOf(patient, { trials: 3, concurrency: 3, lag: 8 }), project).subscribe();
    for (let i = 0; i < 3; i++) {
      flying[i]?.next({ step: 1, values: { y: 1 } });
      flying[i]?.complete();
    }
    expect(asked).toEqual(['0: 0', '1: 0', '2: 0', '2: 2']);
    expect(flying).toHaveLength(3);
  });

  test('to wait for ever is an error', () => {
    const { code, message } = errorOf(searcherOf(() => 'wait'));
    expect([code, message]).toEqual(['SEARCH_ABORTED', expect.stringContaining("'wait' is no answer")]);
  });
});

describe('ending', () => {
  const rule = (name: string, stop: StopRule['stop']): StopRule => ({ name, feedback: false, stop });

  test('a stop rule ends the search before a slot; its name is told', () => {
    const stopRules = [rule('enough', ({ slot }) => slot === 2)];
    expect(briefly(eventsOf(counting, { stopRules })).slice(-2)).toEqual(['1 complete', 'stopped by enough']);
  });

  test('a time limit gives a prefix of the unlimited run', () => {
    let now = 0;
    const stopRules = [rule('time', ({ elapsedMs }) => elapsedMs >= 30)];
    const limited = eventsOf(counting, { stopRules, clock: () => (now += 10) });
    const all = eventsOf(counting);
    expect(limited.slice(0, -1)).toEqual(all.slice(0, limited.length - 1));
    expect(limited.at(-1)).toMatchObject({ reason: 'stopped', rule: 'time' });
  });

  test('a recorded slot was begun in time, however long it takes to tell it again; the time goes on after it', () => {
    const asked: number[] = [];
    const limit = rule('time', ({ slot, elapsedMs }) => {
      asked.push(elapsedMs);
      return elapsedMs >= 5000 && slot > 0;
    });
    const recorded = eventsOf(counting, { trials: 3 });
    let now = 0;
    const again = { stopRules: [limit], recorded, elapsedMs: 4900, clock: () => (now += 100) };
    const events = eventsOf(counting, again);
    expect(events).toEqual([...recorded.slice(0, -1), { type: 'search/finished', reason: 'stopped', rule: 'time' }]);
    expect(asked).toEqual([0, 0, 0, 5000]);
  });

  test.each([-1, Number.NaN])('an elapsed time of %d is refused', (elapsedMs) => {
    expect(failureOf(() => eventsOf(counting, { elapsedMs }))).toEqual({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('elapsedMs: milliseconds of at least 0 are needed'),
    });
  });

  test('more failures than allowed end the search with the first cause beyond', () => {
    const failing = ({ number, params }: { number: number; params: Params }) => {
      if (number % 2 === 1) throw new Error(`trial ${number} broke`);
      return fiveSteps({ params });
    };
    expect(errorOf(counting, { maxFailures: 1 }, failing as never)).toEqual({
      code: 'SEARCH_ABORTED',
      message: expect.stringContaining('at most 1 trials may fail, got 2 (the last one by: trial 3 broke)'),
    });
    expect(briefly(eventsOf(counting, { maxFailures: 3 }, failing as never)).at(-1)).toBe('trials');
  });
});

describe('retries', () => {
  const lost = () => new RunError('RESOURCE_FAILED', { where: 'worker 1', expected: 'it is gone', todo: 'none' });

  /** Breaks off after two steps, `times` times per trial. */
  const crashing = (times: number, error: () => Error) => {
    const crashes = new Map<number, number>();
    return ({ number, params }: { number: number; params: Params }) => {
      const crashed = crashes.get(number) ?? 0;
      crashes.set(number, crashed + 1);
      if (crashed >= times) return fiveSteps({ params });
      return new Observable<Metric>((out) => {
        for (const metric of fiveSteps({ params }).slice(0, 2)) out.next(metric);
        out.error(error());
      });
    };
  };

  test('a trial that lost a resource is tried again in its slot, and equals one that did not', () => {
    const events = eventsOf(counting, { trials: 2, retries: 1 }, crashing(1, lost) as never);
    expect(briefly(events).slice(0, 8)).toEqual([
      '0 started',
      '0:1',
      '0:2',
      '0 retried',
      '0:3',
      '0:4',
      '0:5',
      '0 complete',
    ]);
    expect(events.filter(({ type }) => type !== 'trial/retried')).toEqual(eventsOf(counting, { trials: 2 }));
  });

  test('after the last retry it has failed; other errors are not retried', () => {
    expect(briefly(eventsOf(counting, { trials: 1, retries: 1 }, crashing(2, lost) as never)).slice(-2)).toEqual([
      '0 failed',
      'trials',
    ]);
    const other = eventsOf(counting, { trials: 1, retries: 5 }, crashing(1, () => new Error('diverged')) as never);
    expect(briefly(other)).toEqual(['0 started', '0:1', '0:2', '0 failed', 'trials']);
  });
});

describe('points of the user', () => {
  test('enqueued points take the first slots', () => {
    const events = eventsOf(counting, { trials: 3, enqueued: [{ x: 77 }, { x: 78 }] });
    expect(events.flatMap((event) => (event.type === 'trial/started' ? [event.params['x']] : []))).toEqual([77, 78, 2]);
  });

  test('a point outside of the space is refused before anything runs', () => {
    const options = optionsOf(counting, { enqueued: [{ x: 5000 }] });
    expect(failureOf(() => searchTrials(options, fiveSteps as never))).toMatchObject({
      code: 'SPACE_INVALID',
      message: expect.stringContaining('enqueued point 0'),
    });
  });
});

test("order 'eager' starts a trial whenever there is room", () => {
  const flying: Subscriber<Metric>[] = [];
  const told: number[] = [];
  const eager = searcherOf(({ slot, view }) => {
    told.push(view.told);
    return { x: slot };
  });
  const project = () => new Observable<Metric>((observer) => void flying.push(observer));
  searchTrials(optionsOf(eager, { concurrency: 2, lag: 1, order: 'eager' }), project).subscribe();
  expect(flying).toHaveLength(2); // at lag 1 the second would have to wait
  flying[0]?.next({ step: 1, values: { y: 1 } });
  flying[0]?.complete();
  expect(told).toEqual([0, 0, 1]);
});

describe('replay', () => {
  /** Points, budgets and resumptions depend on everything that is visible. */
  const sensitive = searcherOf(({ slot, view, rng }) => {
    const seen = Array.from({ length: view.told }, (_, i) => view.outcome(i));
    const hash = Number.parseInt(dataHash(JSON.stringify([seen, rng.path])).slice(0, 6), 16);
    const last = view.told - 1;
    const paused = last >= 0 && view.outcome(last).state === 'paused' ? view.trial(last) : undefined;
    const latest =
      paused !== undefined && Array.from({ length: slot }, (_, i) => view.trial(i)).lastIndexOf(paused) === last;
    if (latest) return resumeTrial(paused);
    return hash % 3 === 0 ? startWith({ x: hash % 1000 }, 2) : { x: hash % 1000 };
  });
  const pruner: Pruner = {
    name: 'sensitive',
    feedback: true,
    prune: ({ view, curve }) => curve.length === 3 && Number(curve[2]?.values['y']) % 4 === view.told % 4,
  };
  const extra: Extra = { trials: 12, pruner };

  test('from every prefix of its log a search gives the same events, and runs only what had not ended', () => {
    const whole = eventsOf(sensitive, extra);
    const states = new Set(briefly(whole).map((word) => word.split(' ')[1]));
    for (const state of ['paused', 'resumed', 'pruned', 'complete']) expect(states).toContain(state);
    for (let length = 0; length <= whole.length; length++) {
      let runs = 0;
      const counted = (trial: { params: Params }) => {
        runs++;
        return from(fiveSteps(trial));
      };
      const recorded = whole.slice(0, length);
      expect(eventsOf(sensitive, { ...extra, recorded }, counted as never)).toEqual(whole);
      const ended = recorded.filter(({ type }) => type === 'trial/finished' || type === 'trial/paused').length;
      const all = whole.filter(({ type }) => type === 'trial/finished' || type === 'trial/paused').length;
      expect(runs).toBe(all - ended);
    }
  });

  test('a recording of another search is refused', () => {
    const recorded = eventsOf(counting);
    const other = searcherOf(({ slot }) => ({ x: slot + 1 }));
    expect(errorOf(other, { recorded }).code).toBe('STORAGE_CORRUPT');
  });
});

describe('askTell', () => {
  const points = { x: choice(0, 1, 2, 3) };
  const next = searcherOf(({ slot }) => (slot < 4 ? { x: slot } : null));

  test('asks, is told, and keeps the best', () => {
    const search = askTell(points, next);
    for (let asked = search.ask(); asked !== null && asked !== 'wait'; asked = search.ask()) {
      const { slot, params } = asked;
      search.tell(slot, params.x === 3 ? { failed: new Error('broke') } : -((params.x - 2) ** 2));
    }
    expect(search.front).toEqual([{ trial: 2, params: { x: 2 }, values: [-0] }]);
  });

  test('a searcher sees what was told without a gap', () => {
    const told: number[] = [];
    const search = askTell(
      points,
      searcherOf(({ slot, view }) => {
        told.push(view.told);
        return slot < 4 ? { x: slot } : null;
      }),
    );
    const slots = [search.ask(), search.ask(), search.ask()].map((asked) => (asked as { slot: number }).slot);
    search.tell(slots[1] as number, 1);
    search.ask();
    search.tell(slots[0] as number, 1);
    search.ask();
    expect(told).toEqual([0, 0, 0, 0, 2]);
  });

  test('an enqueued point comes next', () => {
    const search = askTell(points, next);
    search.enqueue({ x: 3 });
    expect(search.ask()).toMatchObject({ params: { x: 3 }, slot: 0 });
    expect(failureOf(() => search.enqueue({ x: 9 } as never)).code).toBe('SPACE_INVALID');
  });

  test('pausing by hand', () => {
    const search = askTell(
      points,
      searcherOf(({ slot }) => (slot === 0 ? startWith({ x: 1 }, 3) : resumeTrial(0))),
    );
    expect(search.ask()).toMatchObject({ trial: 0, budget: 3 });
    search.tell(0, { paused: 3, values: [0.5] });
    expect(search.ask()).toMatchObject({ slot: 1, trial: 0, params: { x: 1 }, budget: undefined });
  });

  test.each([
    ['a slot that was not asked', 5, 1],
    ['too many values', 0, [1, 2]],
    ['a value that is not finite', 0, Number.NaN],
  ])('%s is refused', (_, slot, told) => {
    const search = askTell(points, next);
    search.ask();
    expect(failureOf(() => search.tell(slot, told)).code).toBe('CONFIG_INVALID');
    expect(failureOf(() => search.tell(0, 1)).code).toBe('nothing was thrown');
    expect(failureOf(() => search.tell(0, 1)).code).toBe('CONFIG_INVALID');
  });
});
