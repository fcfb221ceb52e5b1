/** Runs with a store: what it holds, how a run is resumed from it, and what a store that fails costs. */
import {
  atMost,
  choice,
  defineProvider,
  defineSource,
  experiment,
  int,
  MemoryStorage,
  maximize,
  memoryStorage,
  minimize,
  nextTurn,
  PRUNER,
  type Provider,
  type RunEvent,
  type RunLog,
  resumeTrial,
  SEARCHER,
  type Searcher,
  STORAGE,
  type Storage,
  startWith,
  type Trainer,
} from '@tangentlab/core';
import { concatMap, from, lastValueFrom, map, type Observable, of, range, toArray } from 'rxjs';
import { rejection } from '../../../../test/thrown.js';

const fits: number[] = [];
const searching = (ask: Searcher['ask'], name = 'fake') =>
  defineProvider<Searcher>({ token: SEARCHER, name, create: () => ({ name, feedback: true, ask }) });

/** Its point depends on what it was told, NaN and all. */
const watching = searching(({ view, slot }) => {
  const told = view.told === 0 ? 0 : view.outcome(view.told - 1).curve.length;
  return { x: slot * 10 + told };
});

/** Two steps; the second is scored by the random numbers of the trial. Trial 1 has no finite loss, trial 2 fails. */
const trainer = (x: number): Trainer<string, number, 'score' | 'loss'> => ({
  name: 'fake',
  requires: [],
  fit: (_model, _data, { trial, rng, warn }) => {
    fits.push(x);
    return from([1, 2]).pipe(
      concatMap(async (step) => {
        if (step === 2 && trial === 2) throw new Error('diverged');
        if (step === 2) warn({ step, name: 'gradients/vanishing', message: 'small', values: { norm: -0 } });
        return { step, values: { score: rng.split(step).uniform(), loss: trial === 1 ? Number.NaN : 1 / step } };
      }),
    );
  },
});

const record = {
  name: 'stored',
  seed: 1,
  data: defineSource({ name: 'five', open: () => of(5) }),
  space: { x: int(0, 99) },
  model: () => 'model',
  train: ({ params }: { params: { x: number } }) => trainer(params.x),
  objective: maximize('score' as const),
  search: watching,
  trials: 4,
};

const eventsOf = async (run: { readonly events$: Observable<object> }) =>
  (await lastValueFrom(run.events$.pipe(toArray<object>()))) as RunEvent[];
const logOf = async (store: Storage, id = 'stored') => (await store.open(id)).read();
/** What does not differ from session to session. */
const search = (events: readonly RunEvent[]) => events.filter(({ type }) => !type.startsWith('run/'));

/** A store that holds these events under `stored`. */
async function storeOf(events: readonly RunEvent[]): Promise<MemoryStorage> {
  const store = new MemoryStorage();
  await (await store.create('stored')).append(events);
  return store;
}

beforeEach(() => {
  fits.length = 0;
});

test('everything that a run says is in its log when the result is there', async () => {
  const store = new MemoryStorage();
  const run = experiment(record).with(memoryStorage(store)).run();
  const events = eventsOf(run);
  const { log, diagnostics } = await run.result;
  expect([log, diagnostics]).toEqual(['stored', []]);
  const stored = await logOf(store);
  expect(stored).toEqual(await events);
  expect(stored[0]).toMatchObject({ type: 'run/started', log: { id: 'stored', events: 0 } });
  expect(stored.at(-1)?.type).toBe('run/finished');
});

test('a run without a store has no log, and a second run of one name one of its own', async () => {
  expect(await experiment(record).run().result).not.toHaveProperty('log');
  const store = new MemoryStorage();
  const stored = experiment(record).with(memoryStorage(store));
  const [first, second] = await Promise.all([stored.run().result, stored.run().result]);
  expect([first.log, second.log].sort()).toEqual(['stored', 'stored#2']);
  expect(search(await logOf(store, 'stored#2'))).toEqual(search(await logOf(store)));
});

test('a run that fails before its first event leaves no log', async () => {
  const store = new MemoryStorage();
  const data = defineSource<number>({ name: 'none', open: () => from([]) });
  await rejection(
    () =>
      experiment({ ...record, data })
        .with(memoryStorage(store))
        .run().result,
  );
  expect(await store.list()).toEqual([]);
});

describe('resuming', () => {
  test.each([1, 2])(
    'from every prefix of the log, at concurrency %p: the same result, nothing trained twice',
    async (concurrency) => {
      const store = new MemoryStorage();
      const described = experiment({ ...record, concurrency, lag: 2 });
      const { trials, best } = await described.with(memoryStorage(store)).run().result;
      const whole = await logOf(store);
      for (let length = 0; length <= whole.length; length++) {
        fits.length = 0;
        const cut = await storeOf(whole.slice(0, length));
        const run = described.with(memoryStorage(cut)).run({ resume: 'stored' });
        const told = await eventsOf(run);
        const result = await run.result;
        expect(result.trials).toEqual(trials);
        expect([result.best.trial, result.best.value]).toEqual([best.trial, best.value]);
        const ended = whole.slice(0, length).filter(({ type }) => type === 'trial/finished').length;
        expect(fits).toHaveLength(4 - ended);
        expect(told[0]).toMatchObject({ type: 'run/started', log: { id: 'stored', events: length } });
        // told one after the other, the log is that of a run that was never interrupted
        if (concurrency === 1) expect(search(await logOf(cut))).toEqual(search(whole));
        const again = await described.with(memoryStorage(cut)).run({ resume: 'stored' }).result;
        expect(again.trials).toEqual(trials);
      }
    },
  );

  test('a cancelled run goes on, and may be given more trials', async () => {
    const store = new MemoryStorage();
    const described = experiment({ ...record, trials: 100 }).with(memoryStorage(store));
    const run = described.run();
    run.subscribe('impatient', (event) => {
      if (event.type === 'trial/metric' && event.trial === 3) run.cancel();
    });
    expect((await run.result).reason).toBe('cancelled');
    const resumed = await described.override({ trials: 6 }).run({ resume: 'stored' }).result;
    const { trials } = await experiment({ ...record, trials: 6 }).run().result;
    expect(resumed.trials).toEqual(trials);
    expect(resumed.reason).toBe('trials');
    const longer = await described.override({ trials: 8 }).run({ resume: 'stored' }).result;
    expect(longer.trials.slice(0, 6)).toEqual(trials);
    expect(longer.trials).toHaveLength(8);
    const whole = new MemoryStorage();
    await experiment({ ...record, trials: 8 })
      .with(memoryStorage(whole))
      .run().result;
    const lasting = (events: readonly RunEvent[]) =>
      search(events).filter(
        (event) =>
          event.type !== 'search/finished' && !(event.type === 'trial/finished' && event.state === 'cancelled'),
      );
    expect(lasting(await logOf(store))).toEqual(lasting(await logOf(whole)));
  });

  test('with pauses and pruned trials, from every prefix', async () => {
    const halting = searching(({ slot }) =>
      slot < 2 ? startWith({ x: slot }, 1) : slot < 4 ? resumeTrial(slot - 2) : { x: 9 },
    );
    const pruner = defineProvider({
      token: PRUNER,
      name: 'third',
      create: () => ({ name: 'third', feedback: true, prune: ({ trial }: { trial: number }) => trial === 2 }),
    });
    const described = experiment({ ...record, search: halting, trials: 3 }).with(pruner);
    const store = new MemoryStorage();
    const { trials } = await described.with(memoryStorage(store)).run().result;
    expect(trials.map(({ state }) => state)).toEqual(['complete', 'complete', 'pruned']);
    const whole = await logOf(store);
    for (let length = 0; length <= whole.length; length++) {
      const cut = await storeOf(whole.slice(0, length));
      expect((await described.with(memoryStorage(cut)).run({ resume: 'stored' }).result).trials).toEqual(trials);
      expect(search(await logOf(cut))).toEqual(search(whole));
    }
  });

  test('a trial that cannot be reproduced is written anew, and counts as it went', async () => {
    let luck = 0;
    const lucky: typeof record.train = () => ({
      ...trainer(0),
      fit: () =>
        from([1, 2]).pipe(
          map((step) => {
            luck += step;
            return { step, values: { score: luck, loss: 1 } };
          }),
        ),
    });
    const described = experiment({ ...record, train: lucky, trials: 2 });
    const store = new MemoryStorage();
    await described.with(memoryStorage(store)).run().result;
    const whole = await logOf(store);
    const at = whole.findIndex((event) => event.type === 'trial/finished' && event.trial === 1);
    const cut = await storeOf(whole.slice(0, at));
    const { trials } = await described.with(memoryStorage(cut)).run({ resume: 'stored' }).result;
    const again = await described.with(memoryStorage(cut)).run({ resume: 'stored' }).result;
    expect(again.trials).toEqual(trials);
    const scores = (await logOf(cut)).flatMap((e) =>
      e.type === 'trial/metric' && e.trial === 1 ? [e.values['score']] : [],
    );
    expect(scores).toEqual([4, 6, 7, 9]);
    expect(trials[1]?.values).toEqual([9]);
  });

  test('of a linked run; one that was cut before it had taken over everything is refused', async () => {
    const first = await eventsOf(experiment({ ...record, trials: 2 }).run());
    const store = new MemoryStorage();
    const linked = experiment({ ...record, trials: 3 });
    await linked.with(memoryStorage(store)).run({ continues: first }).result;
    const whole = await logOf(store);
    const ends = whole.flatMap(({ type }, i) => (type === 'trial/finished' ? [i + 1] : []));
    const cut = await storeOf(whole.slice(0, ends[1]));
    const { trials } = await linked.with(memoryStorage(cut)).run({ resume: 'stored' }).result;
    expect(trials).toHaveLength(3);
    expect(search(await logOf(cut))).toEqual(search(whole));
    const short = await storeOf(whole.slice(0, ends[0]));
    const error = await rejection(() => linked.with(memoryStorage(short)).run({ resume: 'stored' }).result);
    expect([error.code, error.message]).toEqual(['STORAGE_CORRUPT', expect.stringContaining('got 1 too few')]);
  });

  const changed = (changes: object) => experiment({ ...record, ...changes });
  test.each<[string, string, () => ReturnType<typeof changed>, string]>([
    ['another seed', 'CONFIG_INVALID', () => changed({ seed: 2 }), '"seed" must be as in the stored run (1), got 2'],
    [
      'another lag',
      'CONFIG_INVALID',
      () => changed({ concurrency: 2 }),
      '"lag" must be as in the stored run (1), got 4',
    ],
    ['another objective', 'CONFIG_INVALID', () => changed({ objective: minimize('loss') }), 'the objectives must be'],
    ['another space', 'SPACE_INVALID', () => changed({ space: { x: int(0, 98) } }), 'got another one at x'],
    ['a grown space', 'SPACE_INVALID', () => changed({ space: { x: int(0, 99), y: choice(1) } }), 'another one at y'],
    [
      'another searcher',
      'CONFIG_INVALID',
      () => changed({ search: searching(() => null, 'grid') }),
      'the searcher must be',
    ],
    [
      'other data',
      'CONFIG_INVALID',
      () => changed({ data: defineSource({ name: 'six', open: () => of(6) }) }),
      'the data must',
    ],
    ['eager order', 'CONFIG_INVALID', () => changed({ order: 'eager' }), 'eager order'],
  ])('%s is refused before anything is trained or stored', async (_, code, other, message) => {
    const store = new MemoryStorage();
    await experiment(record).with(memoryStorage(store)).run().result;
    const before = await logOf(store);
    fits.length = 0;
    const error = await rejection(() => other().with(memoryStorage(store)).run({ resume: 'stored' }).result);
    expect([error.code, error.message]).toEqual([code, expect.stringContaining(message)]);
    expect(fits).toEqual([]);
    expect(await logOf(store)).toEqual(before);
  });

  test('an unknown id is refused with the known ones; without a store, and with other events, at once', async () => {
    const store = new MemoryStorage();
    const described = experiment(record).with(memoryStorage(store));
    await described.run().result;
    const error = await rejection(() => described.run({ resume: 'strd' }).result);
    expect(error.message).toBe('storage "memory".open(): no log is called "strd"; the logs are: stored.');
    expect(() => experiment(record).run({ resume: 'stored' })).toThrow('only be resumed from a store, got none');
    expect(() => described.run({ resume: 'stored', replay: [] })).toThrow(
      '"replay" and "resume" must not be given together',
    );
    expect(() => described.run({ resume: 7 as never })).toThrow('"resume" must be the id of a log, got 7');
  });
});

/** A store with something changed in it, and in its logs. */
function faulty(changes: Partial<Storage>, logChanges: (log: RunLog) => Partial<RunLog> = () => ({})) {
  const memory = new MemoryStorage();
  const log: string[] = [];
  const wrapped = (inner: RunLog): RunLog => ({
    id: inner.id,
    append: (events) => inner.append(events),
    read: () => inner.read(),
    close: () => inner.close(),
    ...logChanges(inner),
  });
  const storage: Storage = {
    name: 'faulty',
    create: async (name) => wrapped(await memory.create(name)),
    open: async (id) => wrapped(await memory.open(id)),
    list: () => memory.list(),
    ...changes,
  };
  const provider: Provider<Storage> = defineProvider({
    token: STORAGE,
    name: 'faulty',
    create: () => storage,
    release: () => void log.push('released'),
  });
  return { memory, provider, log };
}

describe('a store that fails', () => {
  test('in the middle costs the log and not the result; what is in the log can be resumed', async () => {
    let calls = 0;
    const { memory, provider } = faulty({}, (log) => ({
      append: async (events) => {
        if (++calls > 1) throw new Error('disk full');
        await log.append(events);
      },
    }));
    const run = experiment(record).with(provider).run();
    const events = await eventsOf(run);
    const { trials, diagnostics } = await run.result;
    const error = { code: 'RESOURCE_FAILED', message: expect.stringContaining('disk full') };
    expect(diagnostics).toEqual([{ about: 'storage', name: 'faulty', error }]);
    expect(events.filter(({ type }) => type === 'storage/failed')).toEqual([{ type: 'storage/failed', error }]);
    expect(events.at(-1)).toMatchObject({ type: 'run/finished', reason: 'trials' });
    const stored = await logOf(memory);
    expect(stored).toEqual(events.slice(0, stored.length));
    expect(stored.length).toBeLessThan(events.length - 2);
    const resumed = await experiment(record).with(memoryStorage(memory)).run({ resume: 'stored' }).result;
    expect(resumed.trials).toEqual(trials);
  });

  test('at the very end is in the result alone: run/finished stays the last event', async () => {
    const { provider } = faulty({}, (log) => ({
      append: async (events) => {
        if (events.some(({ type }) => type === 'run/finished')) throw new Error('disk full');
        await log.append(events);
      },
      close: () => Promise.reject(new Error('no such handle')),
    }));
    const run = experiment(record).with(provider).run();
    const events = eventsOf(run);
    expect((await run.result).diagnostics.map(({ about, error }) => [about, error.message])).toEqual([
      ['storage', expect.stringContaining('disk full')],
      ['storage', expect.stringContaining('no such handle')],
    ]);
    expect((await events).at(-1)?.type).toBe('run/finished');
  });

  test('from the start ends the run before anything is trained', async () => {
    const { provider } = faulty({ create: () => Promise.reject(new Error('no such folder')) });
    const error = await rejection(() => experiment(record).with(provider).run().result);
    expect([error.code, error.message]).toEqual(['RESOURCE_FAILED', expect.stringContaining('no such folder')]);
    expect(fits).toEqual([]);
  });

  test('on what is no plain data: the run goes on', async () => {
    const odd: typeof record.train = () => ({
      ...trainer(0),
      fit: () => of({ step: 1, values: { score: 1, loss: (() => 1) as never } }),
    });
    const described = experiment({ ...record, train: odd, subjectTo: [atMost('score', 2)] }).with(memoryStorage());
    const { trials, diagnostics } = await described.run().result;
    expect(trials).toHaveLength(4);
    expect(diagnostics).toMatchObject([
      { about: 'storage', error: { message: expect.stringContaining('values.loss') } },
    ]);
  });
});

test('the store is released last, after the end of the run is stored', async () => {
  const order: string[] = [];
  const { provider, log } = faulty({}, (inner) => ({
    append: async (events) => {
      order.push(...events.map(({ type }) => type).filter((type) => type.startsWith('run/')));
      await inner.append(events);
    },
    close: async () => void order.push('closed'),
  }));
  const other = defineProvider({
    token: PRUNER,
    name: 'no',
    create: () => ({ name: 'no', feedback: false, prune: () => false }),
    release: () => void order.push('pruner'),
  });
  await experiment(record).with(other, provider).run().result;
  expect(order).toEqual(['run/started', 'pruner', 'run/finished', 'closed']);
  expect(log).toEqual(['released']);
});

test('a slow store holds back new trials only when too many events wait; the result waits for it', async () => {
  let stored = 0;
  let said = 0;
  let most = 0;
  const { provider } = faulty({}, () => ({
    append: async (events) => {
      await nextTurn();
      stored += events.length;
    },
  }));
  const [trials, steps] = [100, 300];
  const talkative: Trainer<string, number, 'score' | 'loss'> = {
    name: 'talkative',
    requires: [],
    fit: () => range(1, steps).pipe(map((step) => ({ step, values: { score: 1, loss: 1 } }))),
  };
  const run = experiment({ ...record, train: () => talkative, search: searching(() => ({ x: 1 })), trials })
    .with(provider)
    .run();
  run.subscribe('count', () => {
    said++;
    most = Math.max(most, said - stored);
  });
  const result = await run.result;
  expect(result.trials).toHaveLength(trials);
  const events = trials * (steps + 2) + 3;
  expect([stored, said]).toEqual([events, events]);
  expect(most).toBeGreaterThan(16_000);
  expect(most).toBeLessThan(16_384 + steps + 10); // the trial that goes over the limit is let through
});

test('cancelling while the log is being created ends the run, and the log is let go', async () => {
  const order: string[] = [];
  const { provider } = faulty({
    create: async () => {
      await nextTurn();
      order.push('created');
      return {
        id: 'a',
        append: async () => undefined,
        read: async () => [],
        close: async () => void order.push('closed'),
      };
    },
  });
  const run = experiment(record).with(provider).run();
  setImmediate(() => run.cancel('enough'));
  await rejection(() => run.result);
  expect(order).toEqual(['created', 'closed']);
});
