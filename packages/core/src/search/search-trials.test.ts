import {
  choice,
  type Metric,
  maximize,
  minimize,
  Rng,
  type Searcher,
  type SearchOptions,
  searchTrials,
  type TrialEvent,
} from '@tangentlab/core';
import { filter, lastValueFrom, map, Observable, of, toArray } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';

const space = { width: choice(8, 16, 32) };
type Options = SearchOptions<typeof space>;

const looking: Searcher = { name: 'fake', feedback: true, ask: ({ space, rng }) => space.sample(rng) };
const blind: Searcher = { ...looking, feedback: false };

function optionsOf(changes: Partial<Options> = {}): Options {
  return { space, searcher: looking, objectives: [maximize('score')], trials: 4, rng: Rng.root(1), ...changes };
}

const metric = (score: number, step = 1): Metric => ({ step, values: { score } });

/** Started trials as A, B, C, ..., ended ones as a, b, c, ..., the end of the search as $. */
function letter(event: TrialEvent): string {
  if (event.type === 'search/finished') return '$';
  const code = event.trial + (event.type === 'trial/started' ? 65 : 97);
  return String.fromCharCode(code);
}

/** Runs trials of these durations (ms) and expects this picture. */
function expectPicture(options: Partial<Options>, durations: readonly number[], picture: string): void {
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(({ cold, expectObservable }) => {
    const events = searchTrials(optionsOf(options), ({ number }) =>
      cold(`${durations[number]}ms (m|)`, { m: metric(number) }),
    );
    const pictured = events.pipe(
      filter((event) => event.type !== 'trial/metric'),
      map((event) => letter(event as TrialEvent)),
    );
    expectObservable(pictured).toBe(picture);
  });
}

const all = <T>(events: Observable<T>): Promise<T[]> => lastValueFrom(events.pipe(toArray()));

// 0: ----------a
// 1:           ----------b      one at a time
test('at concurrency 1 a trial starts when the one before has ended', () => {
  expectPicture({ trials: 2 }, [10, 10], 'A 9ms (aB) 6ms (b$|)');
});

// 0: -----------------------------------a
// 1: ----------b
// 2:           ----------c              two at a time, the free place is taken at once
// 3:                     ----------d
test('at concurrency 2 a free place is taken at once', () => {
  expectPicture({ concurrency: 2 }, [35, 10, 10, 10], '(AB) 6ms (bC) 6ms (cD) 6ms d 4ms (a$|)');
});

// 0: --------------------------------------------------a
// 1: ----------b
// 2:                                                   ----------c     slot 2 waits for the outcome of slot 0,
// 3:                                                   ---------------d     though a place is free from 10 ms on
test('at lag 2 slot n waits for the outcomes of slots 0 to n-2', () => {
  expectPicture({ concurrency: 2, lag: 2 }, [50, 10, 10, 15], '(AB) 6ms b 39ms (aCD) 5ms c 4ms (d$|)');
});

// 0: ----------------------------------------a
// 1: ----------b
// 2: ---------------c                            slots 3 and 4 wait for the outcome of slot 0
// 3:                                         ----------d
// 4:                                         ---------------e
test('an outcome that closes a gap lets several slots start', () => {
  expectPicture(
    { concurrency: 3, lag: 3, trials: 5 },
    [40, 10, 15, 10, 15],
    '(ABC) 5ms b 4ms c 24ms (aDE) 5ms d 4ms (e$|)',
  );
});

// 0: --------------------------------------------------a
// 1: ----------b
// 2:           ----------c
// 3:                     ----------d              nobody looks, so nobody waits
test('a searcher that never looks lets the lag fall', () => {
  expectPicture(
    { concurrency: 2, lag: 1, searcher: blind },
    [50, 10, 10, 10],
    '(AB) 6ms (bC) 6ms (cD) 6ms d 19ms (a$|)',
  );
});

// 0: ----------a
// 1:           ----------b      lag 1 keeps all but one place empty
test('at lag 1 a concurrency of 4 is of no use', () => {
  expectPicture({ concurrency: 4, lag: 1, trials: 2 }, [10, 10], 'A 9ms (aB) 6ms (b$|)');
});

test('a searcher that does not say whether it looks is taken to look', () => {
  const { feedback: _, ...silent } = looking;
  expectPicture({ concurrency: 2, lag: 1, trials: 2, searcher: silent as Searcher }, [10, 10], 'A 9ms (aB) 6ms (b$|)');
});

test('the events of a search, whole', async () => {
  const events = await all(
    searchTrials(optionsOf({ trials: 1, objectives: [maximize('score'), minimize('loss', { at: 'best' })] }), () => [
      { step: 1, values: { score: 0.5, loss: 1 } },
      { step: 2, values: { score: 0.25, loss: 2 } },
    ]),
  );
  const params = { width: 8 };
  expect(events).toEqual([
    { type: 'trial/started', slot: 0, trial: 0, params },
    { type: 'trial/metric', trial: 0, step: 1, values: { score: 0.5, loss: 1 } },
    { type: 'trial/metric', trial: 0, step: 2, values: { score: 0.25, loss: 2 } },
    { type: 'trial/finished', slot: 0, trial: 0, params, state: 'complete', values: [0.25, 1], steps: 2 },
    { type: 'search/finished', reason: 'trials' },
  ]);
  expect(structuredClone(events)).toEqual(events);
});

test.each([
  ['an array', () => [metric(1)]],
  ['an observable', () => of(metric(1))],
  ['a promise', () => Promise.resolve(metric(1))],
  [
    'an async generator',
    async function* () {
      yield metric(1);
    },
  ],
])('the project function may return %s', async (_, project) => {
  const events = await all(searchTrials(optionsOf({ trials: 3, concurrency: 2 }), project as () => Metric[]));
  const ended = events.filter((event) => event.type === 'trial/finished');
  expect(ended.map(({ trial, values }) => [trial, values])).toEqual([0, 1, 2].map((trial) => [trial, [1]]));
});

test('a search is cold: each subscription runs it anew, with the same numbers', async () => {
  let asked = 0;
  const searcher: Searcher = { ...looking, ask: (request) => looking.ask({ ...request, slot: asked++ }) };
  const search = searchTrials(optionsOf({ searcher }), ({ rng }) => [metric(rng.stream()())]);
  expect(asked).toBe(0);
  const first = await all(search);
  expect(await all(search)).toEqual(first);
  expect(asked).toBe(8);
});

test('ask n draws from ask/n, trial n from trial/n, and the run has a child of its own', async () => {
  const paths: string[] = [];
  const searcher: Searcher = {
    ...looking,
    ask: (request) => {
      paths.push(request.rng.path, request.runRng.path);
      return looking.ask(request);
    },
  };
  const project = ({ rng }: { rng: Rng }) => {
    paths.push(rng.path);
    return [metric(1)];
  };
  await all(searchTrials(optionsOf({ searcher, trials: 2 }), project));
  expect(paths).toEqual(
    ['ask/0', 'search', 'trial/0', 'ask/1', 'search', 'trial/1'].map((path) => `tangentlab:1/${path}`),
  );
});

// 0: ----------a(teardown)
// 1:                      ----------b
test('what a trial holds is free before the next one starts', async () => {
  const log: string[] = [];
  const project = ({ number }: { number: number }) =>
    new Observable<Metric>((observer) => {
      log.push(`open ${number}`);
      const timer = setImmediate(() => {
        observer.next(metric(1));
        observer.complete();
      });
      return () => {
        clearImmediate(timer);
        log.push(`free ${number}`);
      };
    });
  await all(searchTrials(optionsOf({ trials: 3 }), project));
  expect(log).toEqual(['open 0', 'free 0', 'open 1', 'free 1', 'open 2', 'free 2']);
});
