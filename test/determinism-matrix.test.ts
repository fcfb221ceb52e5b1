/**
 * The determinism matrix on real networks: back ends x seeds x threads x concurrency, at one lag. A searcher and a pruner
 * that learn, dropout, shuffling and warnings: everything that a trial says, and the parameters of the winner, must be the
 * same bits wherever it was trained.
 */

import { lastValueFrom, type Observable, toArray } from 'rxjs';
import { type Executor, inProcess, type Overrides, type Provider, type RunEvent, workers } from 'tangentlab';

interface Searched {
  with(executor: Provider<Executor>): Searched;
  override(overrides: Overrides): Searched;
  run(): {
    readonly events$: Observable<RunEvent>;
    readonly result: Promise<{
      readonly best: { readonly parameters: Float64Array };
      readonly diagnostics: readonly unknown[];
    }>;
  };
}
interface Searches {
  readonly onReference: Searched;
  readonly onWasm: Searched;
}
// by its URL: it is plain JavaScript, without types
const { onReference, onWasm } = (await import(
  new URL('programs/networks-on-threads.js', import.meta.url).href
)) as Searches;

/** What must not depend on where trials ran, nor on which was faster; as bits: NaN equals itself, and 0 is not -0. */
async function said(experiment: Searched, executor: Provider<Executor>, overrides: Overrides) {
  const run = experiment.with(executor).override(overrides).run();
  const events = await lastValueFrom(run.events$.pipe(toArray()));
  const { best, diagnostics } = await run.result;
  expect(diagnostics).toEqual([]);
  const trials = events.flatMap((event) => ('trial' in event ? [event] : [])).sort((a, b) => a.trial - b.trial);
  return { trials, parameters: [...best.parameters] };
}

test.each([
  ['reference', onReference],
  ['wasm', onWasm],
])(
  '%s: seeds x threads x concurrency',
  async (_, experiment) => {
    const states = new Set<string>();
    const seeds: unknown[] = [];
    for (const seed of [1, 2]) {
      const want = await said(experiment, inProcess(), { seed, concurrency: 1 });
      for (const event of want.trials) states.add(event.type === 'trial/finished' ? event.state : event.type);
      seeds.push(want);
      expect(await said(experiment, inProcess(), { seed, concurrency: 3 })).toEqual(want);
      for (const [threads, concurrency] of [
        [1, 1],
        [1, 3],
        [2, 2],
        [3, 4],
        [2, 'cores'],
      ] as const) {
        expect(await said(experiment, workers({ threads }), { seed, concurrency })).toEqual(want);
      }
    }
    // otherwise the matrix shows little
    expect([...states]).toEqual(expect.arrayContaining(['complete', 'pruned', 'trial/metric']));
    expect(seeds[0]).not.toEqual(seeds[1]);
  },
  240_000,
);
