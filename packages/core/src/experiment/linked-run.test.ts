/** Linked runs: what an earlier run has tried is where the next one begins, also in a space that has grown. */
import {
  choice,
  defineProvider,
  defineSource,
  experiment,
  maximize,
  minimize,
  PRUNER,
  type RunEvent,
  resumeTrial,
  SEARCHER,
  type Searcher,
  startWith,
  type Trainer,
} from '@tangentlab/core';
import { from, lastValueFrom, type Observable, toArray } from 'rxjs';
import { rejection } from '../../../../test/thrown.js';

const acts = (...names: readonly [string, ...string[]]) => choice(...names);

const fits: { act: string }[] = [];
const searching = (ask: Searcher['ask'], feedback = true) =>
  defineProvider<Searcher>({ token: SEARCHER, name: 'fake', create: () => ({ name: 'fake', feedback, ask }) });

/** The choices in turn. */
const inTurn = searching(({ slot, space }) => {
  const [, act] = space.parameters[0]!;
  const values = (act as { choices: readonly string[] }).choices;
  return { act: values[slot % values.length]! };
});

/** What the view shows of earlier slots, for the next point to depend on. */
const seen: unknown[] = [];
const watching = searching(({ view, slot }) => {
  const told = Array.from({ length: view.told }, (_, n) => [
    view.trial(n),
    view.outcome(n).state,
    view.params(n)['act'],
  ]);
  seen.push([slot, told]);
  return { act: 'gelu' };
});

function recordOf(space: { readonly act: ReturnType<typeof acts> }) {
  return {
    name: 'first',
    seed: 1,
    data: defineSource({ name: 'five', open: () => from([5]) }),
    space,
    model: () => 'model',
    train: ({ params }: { params: { act: string } }): Trainer<string, number, 'score'> => ({
      name: 'fake',
      requires: [],
      fit: () => {
        fits.push(params);
        return from([1, 2].map((step) => ({ step, values: { score: step * params.act.length } })));
      },
    }),
    objective: maximize('score' as const),
    search: inTurn,
    trials: 2,
  };
}

const SMALL = { act: acts('relu', 'tanh') };
const GROWN = { act: acts('relu', 'tanh', 'gelu') };

async function eventsOf(run: { readonly events$: Observable<object> }): Promise<RunEvent[]> {
  return (await lastValueFrom(run.events$.pipe(toArray<object>()))) as RunEvent[];
}

beforeEach(() => {
  fits.length = 0;
  seen.length = 0;
});

test('a run goes on from an earlier one in a grown space: nothing is trained twice, the searcher sees it all', async () => {
  const first = await eventsOf(experiment(recordOf(SMALL)).run());
  expect(fits).toHaveLength(2);
  const second = experiment({ ...recordOf(GROWN), name: 'second', search: watching, trials: 4 }).run({
    continues: first,
  });
  const events = await eventsOf(second);
  expect(fits.slice(2)).toEqual([{ act: 'gelu' }, { act: 'gelu' }]);
  const earlier = [
    [0, 'complete', 'relu'],
    [1, 'complete', 'tanh'],
  ];
  expect(seen).toEqual([
    [2, earlier],
    [3, [...earlier, [2, 'complete', 'gelu']]],
  ]);
  expect(events[0]).toMatchObject({
    type: 'run/started',
    continues: { name: 'first', seed: 1, slots: 2, space: { relation: 'grown', names: ['act'] } },
  });
  expect((await second.result).trials.map(({ params }) => params.act)).toEqual(['relu', 'tanh', 'gelu', 'gelu']);
  // told again, the linked run needs no other file: its own events hold what it went on from
  fits.length = 0;
  const again = experiment({ ...recordOf(GROWN), name: 'second', search: watching, trials: 4 }).run({ replay: events });
  expect((await eventsOf(again)).slice(0, -1)).toEqual(events.slice(0, -1));
  expect(fits).toEqual([]);
});

test('the same space goes on, too; trials that did not end are left out', async () => {
  const first = await eventsOf(experiment({ ...recordOf(SMALL), trials: 3 }).run());
  const end = first.findIndex((event) => event.type === 'trial/finished' && event.trial === 2);
  const run = experiment({ ...recordOf(SMALL), trials: 4 }).run({ continues: first.slice(0, end) });
  const [header] = await eventsOf(run);
  expect(header).toMatchObject({ continues: { slots: 2, space: { relation: 'same', names: [] } } });
  expect((await run.result).trials).toHaveLength(4);
});

test('slots that ended behind one that did not are left out, too, whatever is asked there now', async () => {
  const pair = { ...recordOf(SMALL), concurrency: 2, trials: 3 };
  const first = await eventsOf(experiment(pair).run());
  const without1 = first.filter((event) => event.type !== 'trial/finished' || event.slot !== 1);
  const run = experiment({ ...pair, space: GROWN, search: watching, trials: 4 }).run({ continues: without1 });
  const { trials } = await run.result;
  expect(trials.map(({ params }) => params.act)).toEqual(['relu', 'gelu', 'gelu', 'gelu']);
});

test('a trial that was paused there is resumed here, and sees its own curve', async () => {
  const halting = searching(({ slot }) => (slot < 2 ? startWith({ act: 'relu' }, 1) : null));
  const first = await eventsOf(experiment({ ...recordOf(SMALL), search: halting }).run());
  expect(first.filter(({ type }: RunEvent) => type === 'trial/paused')).toHaveLength(2);
  const resuming = searching(({ slot }) => (slot < 4 ? resumeTrial(slot - 2) : null));
  const second = experiment({ ...recordOf(GROWN), search: resuming }).run({ continues: first });
  const { trials } = await second.result;
  expect(trials.map(({ state, steps }) => [state, steps])).toEqual([
    ['complete', 2],
    ['complete', 2],
  ]);
});

test('pruned and failed trials are taken over as they ended', async () => {
  const pruner = defineProvider({
    token: PRUNER,
    name: 'first',
    create: () => ({ name: 'first', feedback: false, prune: ({ trial }: { trial: number }) => trial === 0 }),
  });
  const first = await eventsOf(experiment(recordOf(SMALL)).with(pruner).run());
  const second = experiment({ ...recordOf(SMALL), trials: 3 }).run({ continues: first });
  expect((await second.result).trials.map(({ state }) => state)).toEqual(['pruned', 'complete', 'complete']);
});

test('other data is refused, in a replay as in a linked run, before any trial is started', async () => {
  const first = await eventsOf(experiment(recordOf(SMALL)).run());
  const other = experiment({ ...recordOf(SMALL), data: defineSource({ name: 'six', open: () => from([6]) }) });
  fits.length = 0;
  for (const options of [{ replay: first }, { continues: first }]) {
    const run = other.run(options);
    await expect(run.result).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('the data must be that of the earlier run'),
    });
  }
  expect(fits).toEqual([]);
  // without its header nothing is known of the data, and a replay is held against what is asked alone
  const rest = await other.run({ replay: first.slice(1) }).result;
  expect(rest.trials).toHaveLength(2);
});

describe('refused', () => {
  let first: RunEvent[] = [];
  beforeAll(async () => {
    first = await eventsOf(experiment(recordOf(GROWN)).run());
  });

  test.each<[string, () => unknown, string, string]>([
    ['a choice less', () => experiment(recordOf(SMALL)).run({ continues: first }), 'SPACE_INVALID', 'act'],
    [
      'choices in another order',
      () => experiment(recordOf({ act: acts('gelu', 'relu', 'tanh') })).run({ continues: first }),
      'SPACE_INVALID',
      'act',
    ],
    [
      'another objective',
      () => experiment({ ...recordOf(GROWN), objective: minimize('score') as never }).run({ continues: first }),
      'CONFIG_INVALID',
      'objectives',
    ],
    [
      'no header',
      () => experiment(recordOf(GROWN)).run({ continues: first.slice(1) }),
      'CONFIG_INVALID',
      'run/started',
    ],
    [
      'a replay beside it',
      () => experiment(recordOf(GROWN)).run({ continues: first, replay: first }),
      'CONFIG_INVALID',
      'together',
    ],
    ['no list', () => experiment(recordOf(GROWN)).run({ continues: 'first' as never }), 'CONFIG_INVALID', 'continues'],
  ])('%s', async (_, run, code, about) => {
    const error = await rejection(run);
    expect([error.code, error.message]).toEqual([code, expect.stringContaining(about)]);
  });
});
