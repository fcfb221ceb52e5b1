import {
  type AskRequest,
  dataHash,
  int,
  type Metric,
  maximize,
  type Outcome,
  type Params,
  Rng,
  type Searcher,
  searchTrials,
  type TrialEvent,
} from '@tangentlab/core';
import fc from 'fast-check';
import { Observable, type Subscriber } from 'rxjs';

const space = { x: int(0, 1_000_000) };

/** All that a slot can see, as data. */
function seenBy({ view, slot }: AskRequest): { params: Params[]; outcomes: Outcome[] } {
  if (view.asked !== slot) throw new Error(`slot ${slot} sees ${view.asked} proposals`);
  return {
    params: Array.from({ length: view.asked }, (_, i) => view.params(i)),
    outcomes: Array.from({ length: view.told }, (_, i) => view.outcome(i)),
  };
}

/** Its point depends on every bit of its whole view, so that any difference there shows in what it proposes. */
const sensitive = (extra: () => unknown = () => 0): Searcher => ({
  name: 'sensitive',
  feedback: true,
  ask: (request) => {
    const hash = dataHash(JSON.stringify([seenBy(request), request.rng.path, extra()]));
    return { x: Number.parseInt(hash.slice(0, 8), 16) % 1_000_001 };
  },
});

interface InFlight {
  readonly number: number;
  readonly params: Params;
  readonly observer: Subscriber<Metric>;
}

/** Runs 24 trials; `choose` says which of those in flight moves on next. Every fifth trial fails. */
function search(
  searcher: Searcher,
  lag: number,
  concurrency: number,
  choose: (n: number) => number,
  onEvent: (event: TrialEvent) => void = () => undefined,
): TrialEvent[] {
  const events: TrialEvent[] = [];
  const flying: InFlight[] = [];
  const options = { space, searcher, objectives: [maximize('y')] as const, trials: 24, lag, concurrency };
  searchTrials({ ...options, rng: Rng.root(3) }, ({ number, params }) => {
    return new Observable<Metric>((observer) => void flying.push({ number, params, observer }));
  }).subscribe((event) => {
    events.push(event);
    onEvent(event);
  });
  while (flying.length > 0) {
    const [{ number, params, observer }] = flying.splice(choose(flying.length), 1) as [InFlight];
    observer.next({ step: 1, values: { y: (params['x'] as number) % 97 } });
    if (number % 5 === 4) observer.error(new Error(`trial ${number} diverged`));
    else observer.complete();
  }
  expect(events.at(-1)).toEqual({ type: 'search/finished', reason: 'trials' });
  return events;
}

/** The events of each trial: what must not depend on which trial is faster. */
function perTrial(events: readonly TrialEvent[]): string {
  const trials = events.filter((event) => 'trial' in event);
  return JSON.stringify([...trials].sort((a, b) => a.trial - b.trial));
}

/** Different results over concurrency {1, 2, 4} and many orders of completion, at one lag. */
function resultsOf(make: () => [Searcher, (event: TrialEvent) => void], lag: number): Set<string> {
  const results = new Set<string>();
  const order = fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), {
    minLength: 24,
    maxLength: 24,
  });
  fc.assert(
    fc.property(fc.constantFrom(1, 2, 4), order, (concurrency, choices) => {
      let i = 0;
      const [searcher, onEvent] = make();
      results.add(perTrial(search(searcher, lag, concurrency, (n) => Math.floor(choices[i++ % 24]! * n), onEvent)));
    }),
    { numRuns: 25 },
  );
  return results;
}

test.each([1, 2, 4, 8])(
  'at lag %i the trials are the same at any concurrency and in any order of completion',
  (lag) => {
    expect(resultsOf(() => [sensitive(), () => undefined], lag).size).toBe(1);
  },
);

test('the matrix catches a searcher that counts what has really ended instead of looking at its view', () => {
  const cheater = (): [Searcher, (event: TrialEvent) => void] => {
    let ended = 0;
    const count = (event: TrialEvent) => {
      if (event.type === 'trial/finished') ended++;
    };
    return [sensitive(() => ended), count];
  };
  expect(resultsOf(cheater, 4).size).toBeGreaterThan(1);
});

test('the fake is sensitive: another lag shows it another view, and it proposes other points', () => {
  const atLag = (lag: number) => perTrial(search(sensitive(), lag, 1, () => 0));
  expect(new Set([1, 2, 4, 8].map(atLag)).size).toBe(4);
});

test.each([1, 2, 5])(
  'View(n) at lag %i: outcomes of slots 0..n-L with their curves, proposals of all below n',
  (lag) => {
    const views: ReturnType<typeof seenBy>[] = [];
    const inner = sensitive();
    const recording: Searcher = {
      ...inner,
      ask: (request) => {
        const { view, slot } = request;
        const told = Math.max(0, slot - lag + 1);
        expect(view.told).toBe(told);
        expect(() => view.params(slot)).toThrow(RangeError);
        expect(() => view.outcome(told)).toThrow(RangeError);
        views.push(seenBy(request));
        return inner.ask(request);
      },
    };
    // the youngest first, so that outcomes beyond the view are in the log when it is looked at
    const events = search(recording, lag, 4, (n) => n - 1);
    const ended = events.filter((event) => event.type === 'trial/finished').sort((a, b) => a.trial - b.trial);
    const proposals = ended.map(({ params }) => params);
    const outcomes = ended.map(({ state, values, error, params }): Outcome => {
      const curve = [{ step: 1, values: { y: (params['x'] as number) % 97 } }];
      return state === 'complete' ? { state, values: values!, curve } : { state: 'failed', error: error!, curve };
    });
    expect(outcomes.filter(({ state }) => state === 'failed')).toHaveLength(4);
    expect(views).toHaveLength(24);
    for (const [n, view] of views.entries()) {
      expect(view.params).toEqual(proposals.slice(0, n));
      expect(view.outcomes).toEqual(outcomes.slice(0, Math.max(0, n - lag + 1)));
    }
  },
);

test('a searcher that never looks is shown proposals, but no outcome', () => {
  const told: number[] = [];
  const asked: number[] = [];
  const blind: Searcher = {
    name: 'blind',
    feedback: false,
    ask: ({ view, slot }) => {
      told.push(view.told);
      asked.push(view.asked);
      return { x: slot };
    },
  };
  search(blind, 1, 2, () => 0);
  expect(told).toEqual(new Array(24).fill(0));
  expect(asked).toEqual(Array.from({ length: 24 }, (_, i) => i));
});
