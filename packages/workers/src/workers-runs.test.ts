/**
 * Whole runs on threads: what a crash, a hang, a cancellation, a pruner and a budget do to them, and that they say what a
 * run in this thread says.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AnyProvider,
  defineProvider,
  type Executor,
  experiment,
  inProcess,
  isTangentError,
  type Overrides,
  PRUNER,
  type Provider,
  type RunEvent,
  SEARCHER,
  startWith,
} from '@tangentlab/core';
import { sensitivePruner, sensitiveSearcher } from '@tangentlab/testkit';
import { workers } from '@tangentlab/workers';
import { firstValueFrom, lastValueFrom, timer, toArray } from 'rxjs';
import { type FixtureOptions, type FixtureParams, record } from '../fixtures/trials.js';

const folder = mkdtempSync(join(tmpdir(), 'tangentlab-workers-'));
let files = 0;
const notesFile = () => join(folder, `notes${files++}`);
const noted = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []);
afterAll(() => rmSync(folder, { recursive: true }));

const begun = (file: string) =>
  noted(file)
    .filter((line) => line.startsWith('begins'))
    .sort();

/** Slots with these deeds, in turn. */
const inTurn = (...points: readonly Partial<FixtureParams>[]) =>
  defineProvider({
    token: SEARCHER,
    name: 'inTurn',
    create: () => ({
      name: 'inTurn',
      feedback: false,
      ask: ({ slot }) =>
        points[slot] === undefined ? null : { deed: 'plain', steps: 4, x: 1, notes: '', ...points[slot] },
    }),
  });

interface Settings {
  readonly executor?: Provider<Executor>;
  readonly options?: FixtureOptions;
  readonly parts?: readonly AnyProvider[];
  readonly overrides?: Overrides;
  readonly spec?: object;
}

/** A run of the fixture, on threads unless said otherwise. */
function start({ executor = workers({ threads: 2 }), options = {}, parts = [], overrides = {}, spec = {} }: Settings) {
  const described = experiment({ ...(record(options) as object), ...spec } as never);
  return described
    .with(executor, ...(parts as readonly Provider<never>[]))
    .override(overrides)
    .run();
}

async function eventsOf(run: ReturnType<typeof start>): Promise<readonly RunEvent[]> {
  return (await lastValueFrom(run.events$.pipe(toArray<unknown>()))) as readonly RunEvent[];
}

/** The events of each trial in turn: what must not depend on which trial was faster. */
const perTrial = (events: readonly RunEvent[]) =>
  events
    .flatMap((event) => ('trial' in event && event.type !== 'trial/retried' ? [event] : []))
    .sort((a, b) => a.trial - b.trial);

const endings = (events: readonly RunEvent[]) =>
  events.flatMap((event) => (event.type === 'trial/finished' ? [[event.trial, event.state]] : [])).sort();

async function codeOf(result: Promise<unknown>): Promise<string> {
  try {
    await result;
  } catch (error) {
    if (isTangentError(error)) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'no error';
}

describe('the same bits', () => {
  const seen = defineProvider({ token: SEARCHER, name: 'sensitive', create: () => sensitiveSearcher({ budget: 2 }) });
  const pruned = defineProvider({ token: PRUNER, name: 'sensitive', create: () => sensitivePruner() });
  const spec = { lag: 4, trials: 20 };
  const said = async (executor: Provider<Executor>, overrides: Overrides) => {
    const events = await eventsOf(start({ executor, parts: [seen, pruned], overrides, spec }));
    return perTrial(events);
  };

  test('seeds x threads x concurrency, with a searcher and a pruner that look at everything', async () => {
    const kinds = new Set<string>();
    for (const seed of [1, 2]) {
      const want = await said(inProcess(), { seed, concurrency: 1 });
      for (const event of want) kinds.add(event.type === 'trial/finished' ? event.state : event.type);
      for (const [threads, concurrency] of [
        [1, 3],
        [2, 'cores'],
      ] as const)
        expect(await said(workers({ threads }), { seed, concurrency })).toEqual(want);
    }
    // otherwise the matrix shows little
    expect([...kinds]).toEqual(expect.arrayContaining(['pruned', 'complete', 'trial/paused', 'trial/resumed']));
  }, 120_000);

  test('the matrix sees another seed', async () => {
    expect(await said(workers({ threads: 2 }), { seed: 1, concurrency: 2 })).not.toEqual(
      await said(inProcess(), { seed: 2, concurrency: 1 }),
    );
  }, 60_000);
});

test("under 'cores', as many trials run at once as there are threads, at one lag on every machine", async () => {
  const headers = await Promise.all(
    [workers({ threads: 3 }), workers({ threads: 1 }), inProcess()].map(async (executor) => {
      const [header] = await eventsOf(start({ executor, overrides: { concurrency: 'cores', trials: 1 } }));
      return header?.type === 'run/started' ? [header.concurrency, header.lag] : undefined;
    }),
  );
  expect(headers).toEqual([
    [3, 16],
    [1, 16],
    [1, 16],
  ]);
}, 60_000);

test('trials run on threads, and the data is opened once', async () => {
  const [notes, opened] = [notesFile(), notesFile()];
  await start({ options: { notes, opened, steps: [2] }, overrides: { concurrency: 2, trials: 4 } }).result;
  expect(begun(notes)).toEqual([0, 1, 2, 3].map((trial) => `begins ${trial} on a thread, SharedArrayBuffer`));
  expect(noted(opened)).toEqual(['opened']);
}, 60_000);

test('data that cannot be shared is opened by each thread', async () => {
  const notes = notesFile();
  const options = { notes, more: { scale: () => 1 } };
  await start({ options, spec: { name: 'unshared' }, overrides: { trials: 2 } }).result;
  expect(begun(notes)).toEqual([0, 1].map((trial) => `begins ${trial} on a thread, ArrayBuffer`));
}, 60_000);

test('an experiment without a module is refused before anything is trained', async () => {
  const notes = notesFile();
  const { result } = start({ options: { notes }, spec: { module: undefined } });
  expect(await codeOf(result)).toMatch(/^WORKER_NOT_SERIALISABLE .*add `module: import\.meta\.url`/);
  expect(noted(notes)).toEqual([]);
});

test('a part that the exported experiment has not is refused by name', async () => {
  const { token } = await import('@tangentlab/core');
  const engine = defineProvider({ token: token('Engine'), name: 'v8', create: () => ({}) });
  const { result } = start({ parts: [engine] });
  expect(await codeOf(result)).toMatch(/^WORKER_NOT_SERIALISABLE .*missing there: Engine v8 /);
}, 60_000);

describe('threads that die', () => {
  test('a trial whose thread exits is tried again in its slot, and equals an undisturbed one', async () => {
    const options = { deeds: ['exitsOnce'], notes: notesFile() } as const;
    const overrides = { concurrency: 2, lag: 4 };
    const disturbed = await eventsOf(start({ options, overrides, spec: { retries: 1 } }));
    expect(disturbed.filter(({ type }) => type === 'trial/retried')).toHaveLength(6);
    const undisturbed = await eventsOf(start({ options, overrides, executor: inProcess() })); // the files say that all exited already
    expect(perTrial(disturbed)).toEqual(perTrial(undisturbed));
  }, 60_000);

  test('without a retry it fails, with its code; the others are complete, though there is but one thread', async () => {
    const search = inTurn({ x: 1 }, { deed: 'exits' }, { deed: 'bursts' }, { x: 2 }, { deed: 'odd' }, { x: 3 });
    const options = { deeds: ['plain', 'exits', 'bursts', 'odd'] } as const;
    const run = start({ executor: workers({ threads: 1 }), options, parts: [search], overrides: { concurrency: 3 } });
    const events = await eventsOf(run);
    expect(endings(events)).toEqual([
      [0, 'complete'],
      [1, 'failed'],
      [2, 'failed'],
      [3, 'complete'],
      [4, 'failed'],
      [5, 'complete'],
    ]);
    const errors = events.flatMap((event) =>
      'error' in event && event.type === 'trial/finished' ? [event.error] : [],
    );
    const byTrial = errors.map((error) => `${error?.code} ${error?.message}`).sort();
    expect(byTrial[0]).toMatch(
      /^RESOURCE_FAILED trial 1: .*got the error "worker exited with code: 3"; set `retries: 1`/,
    );
    expect(byTrial[1]).toMatch(/^RESOURCE_FAILED trial 2: .*got the error "burst"/);
    expect(byTrial[2]).toMatch(/^TRIAL_FAILED .*could not be cloned/);
  }, 60_000);
});

describe('trials that are to stop', () => {
  /** A run of three trials, the first of which ends; cancelled once each of the others has come to its step. */
  const cancelled = (steps: Readonly<Record<number, number>>, deed: FixtureParams['deed'] = 'plain') => {
    const notes = notesFile();
    const options: FixtureOptions = { deeds: deed === 'plain' ? [deed] : ['plain', deed], notes, steps: [4, 100_000] };
    const search = inTurn({ notes }, { deed, notes, steps: 100_000 }, { notes, steps: 100_000 });
    const run = start({ options, parts: [search], overrides: { concurrency: 2, trials: 3 } });
    const missing = new Map(Object.entries(steps));
    run.subscribe('canceller', {
      next: (event) => {
        if (event.type !== 'trial/metric') return;
        if (missing.get(`${event.trial}`) === event.step) missing.delete(`${event.trial}`);
        if (missing.size === 0) run.cancel('enough');
      },
    });
    return { run, notes };
  };

  test('a cancelled run stops its trials between epochs, with the reason, and waits for them', async () => {
    const { run, notes } = cancelled({ 1: 3, 2: 3 });
    const { trials, diagnostics, reason } = await run.result;
    expect([reason, diagnostics, trials.map(({ state }) => state)]).toEqual([
      'cancelled',
      [],
      ['complete', 'cancelled', 'cancelled'],
    ]);
    for (const trial of [1, 2]) {
      expect(noted(notes)).toEqual(expect.arrayContaining([`freed ${trial}`, `idle ${trial}`]));
      expect(noted(notes).filter((line) => line.startsWith(`aborted ${trial}: `))).toHaveLength(1);
    }
    expect(noted(notes).find((line) => line.startsWith('aborted 1'))).toContain('the trial was cancelled');
  }, 60_000);

  test('pruned and paused trials free their thread for the next', async () => {
    const notes = notesFile();
    const options = { notes, steps: [100_000] };
    const pruner = defineProvider({
      token: PRUNER,
      name: 'atTwo',
      create: () => ({
        name: 'atTwo',
        feedback: false,
        prune: ({ curve, trial }) => trial !== 1 && curve.length === 2,
      }),
    });
    const search = defineProvider({
      token: SEARCHER,
      name: 'pausing',
      create: () => ({
        name: 'pausing',
        feedback: false,
        ask: ({ slot }) => {
          const params = { deed: 'plain', steps: 100_000, x: 1, notes };
          return slot === 1 ? startWith(params, 3) : params;
        },
      }),
    });
    const executor = workers({ threads: 1 });
    const run = start({ executor, options, parts: [search, pruner], overrides: { trials: 4, concurrency: 2 } });
    const events = await eventsOf(run);
    expect(endings(events)).toEqual([
      [0, 'pruned'],
      [2, 'pruned'],
      [3, 'pruned'],
    ]);
    expect(events.filter(({ type }) => type === 'trial/paused')).toHaveLength(1);
    expect(noted(notes).filter((line) => line.startsWith('idle'))).toHaveLength(4);
    expect(noted(notes).some((line) => line.startsWith('aborted 1: trial 1 was paused'))).toBe(true);
    expect(noted(notes).some((line) => line.startsWith('aborted 3: trial 3 was pruned'))).toBe(true);
  }, 60_000);

  test('a trial that never gives way is ended with its thread, which is replaced and reported', async () => {
    const notes = notesFile();
    const options = { deeds: ['plain', 'refuses'], notes, steps: [4, 100_000] } as const;
    const pruner = defineProvider({
      token: PRUNER,
      name: 'atOne',
      create: () => ({ name: 'atOne', feedback: false, prune: ({ trial }) => trial === 0 }),
    });
    const parts = [inTurn({ deed: 'refuses', notes, steps: 100_000 }, { notes }, { notes }), pruner];
    const executor = workers({ threads: 1, stopTimeoutMs: 200 });
    const run = start({ executor, options, parts, overrides: { trials: 3 } });
    const events = await eventsOf(run);
    expect(noted(notes).filter((line) => / 0/.test(line))).toEqual([
      'begins 0 on a thread, SharedArrayBuffer',
      expect.stringContaining('aborted 0: trial 0 was pruned'), // and never idle
    ]);
    expect(endings(events)).toEqual([
      [0, 'pruned'],
      [1, 'complete'],
      [2, 'complete'],
    ]);
    const { diagnostics } = await run.result;
    expect(diagnostics.map(({ about, error }) => `${about} ${error.code} ${error.message}`)).toEqual([
      'release RESOURCE_FAILED trial 0: a trial must stop within 200 ms of being told to, got a thread that did not answer, ' +
        'and was ended; let the trainer give way to the event loop between epochs (nextTurn), or raise workers({ stopTimeoutMs }).',
    ]);
  }, 60_000);

  test('a run is over within its patience though a trial hangs', async () => {
    const { run, notes } = cancelled({ 1: 1, 2: 3 }, 'hangs');
    const { trials } = await run.result;
    expect(noted(notes)).toContain('hangs');
    expect(trials.map(({ state }) => state)).toEqual(['complete', 'cancelled', 'cancelled']);
    const before = noted(notes).length;
    await firstValueFrom(timer(50));
    expect(noted(notes)).toHaveLength(before);
  }, 60_000);
});
