/**
 * docs/guides/streams.md is held to the code: each member of the union RunEvent has its heading and its record there, no
 * heading names another, and the order that the page promises is that of a run in which every kind of event occurs.
 */
import { readFileSync } from 'node:fs';
import {
  choice,
  defineProvider,
  defineSource,
  experiment,
  maximize,
  PRUNER,
  RunError,
  type RunEvent,
  resumeTrial,
  SEARCHER,
  type Searcher,
  startWith,
  type Trainer,
} from '@tangentlab/core';
import { concatMap, lastValueFrom, of, range, toArray } from 'rxjs';
import { orderBreaks } from './order-breaks.js';

const PAGE = readFileSync(new URL('../../docs/guides/streams.md', import.meta.url), 'utf8');
const SOURCE = readFileSync(new URL('../../packages/core/src/events/events.ts', import.meta.url), 'utf8');

/** The types of the events in the union RunEvent, as the source writes them. */
function typesInUnion(source: string): readonly string[] {
  const union = /export type RunEvent\b.*=\n([\s\S]*?);\n/.exec(source)?.[1] ?? '';
  return [...union.matchAll(/\| (\w+)/g)].map(([, name]) => {
    const type = new RegExp(`interface ${name}\\b[^{]*\\{[^}]*?readonly type: '([^']+)'`).exec(source)?.[1];
    return type ?? `${name}, whose type was not found`;
  });
}

/** What is wrong with the page, given the types of events. */
function faultsOf(page: string, types: readonly string[]): readonly string[] {
  const sections = page.split(/^#+ /m).map((text) => [/^`([^`]+)`\n/.exec(text)?.[1], text] as const);
  const described = sections.filter(([heading]) => heading?.includes('/'));
  return [
    ...types.filter((type) => !described.some(([heading]) => heading === type)).map((type) => `${type}: no heading`),
    ...described.flatMap(([heading = '', text]) => {
      if (!types.includes(heading)) return [`${heading}: no such event`];
      const record = /```ts\n(const event: RunEvent = [\s\S]*?)```/.exec(text)?.[1] ?? '';
      return record.includes(`type: '${heading}'`) ? [] : [`${heading}: no record`];
    }),
  ];
}

/** Every kind of event: a pause and its resumption, a retry, a failure, a pruning, a warning, and two troubles beside. */
function everyKind() {
  let lost = true;
  const trainer: Trainer<null, number, 'score'> = {
    name: 'fake',
    requires: [],
    fit: (_model, _data, { trial, warn }) =>
      range(1, 3).pipe(
        concatMap(async (step) => {
          if (step === 2)
            warn({ step, name: 'gradients/vanishing', message: 'small; change it.', values: { norm: 1e-9 } });
          if (trial === 1 && step === 3 && lost) {
            lost = false;
            throw new RunError('RESOURCE_FAILED', { where: 'worker 2', expected: 'an answer is needed', todo: 'look' });
          }
          if (trial === 2 && step === 2) throw new Error('too small');
          return { step, values: { score: step } };
        }),
      ),
  };
  const search = defineProvider<Searcher>({
    token: SEARCHER,
    name: 'halting',
    create: () => ({ name: 'halting', feedback: true, ask: ({ slot }) => answers[slot] ?? null }),
    release: () => {
      throw new Error('still open');
    },
  });
  const answers = [startWith({ lr: 0.1 }, 2), { lr: 0.2 }, { lr: 0.1 }, { lr: 0.2 }, resumeTrial(0)];
  const pruner = defineProvider({
    token: PRUNER,
    name: 'third',
    create: () => ({ name: 'third', feedback: false, prune: ({ trial }: { readonly trial: number }) => trial === 3 }),
  });
  return experiment({
    name: 'every kind',
    seed: 1,
    data: defineSource({ name: 'one', open: () => of(1) }),
    space: { lr: choice(0.1, 0.2) },
    model: () => null,
    train: () => trainer,
    objective: maximize('score'),
    search,
    trials: 9,
    retries: 1,
  }).with(pruner);
}

async function eventsOf(of: ReturnType<typeof everyKind>): Promise<readonly RunEvent<object, object>[]> {
  const run = of.run();
  run.subscribe('careless', ({ type }) => {
    if (type === 'trial/metric') throw new Error('no screen');
  });
  return lastValueFrom(run.events$.pipe(toArray<RunEvent<object, object>>()));
}

const TYPES = typesInUnion(SOURCE);

test('the page has a heading and a record for each event, and no other heading', () => {
  expect(TYPES).toEqual(expect.arrayContaining(['run/started', 'trial/warning', 'run/finished']));
  expect(faultsOf(PAGE, TYPES)).toEqual([]);
});

test('an event without heading, a heading without event and one without its record are found', () => {
  const grown = SOURCE.replace('  | RunFinished', '  | RunFinished\n  | NewEvent').concat(
    "export interface NewEvent {\n  readonly type: 'new/event';\n}\n",
  );
  expect(faultsOf(PAGE, typesInUnion(grown))).toEqual(['new/event: no heading']);
  expect(faultsOf(PAGE, typesInUnion(grown.replace('interface NewEvent', 'interface Other')))).toEqual([
    'NewEvent, whose type was not found: no heading',
  ]);
  expect(faultsOf(PAGE.replace('### `trial/paused`', '### `trial/halted`'), TYPES)).toEqual([
    'trial/paused: no heading',
    'trial/halted: no such event',
  ]);
  expect(faultsOf(PAGE.replace("type: 'trial/paused'", "type: 'trial/resumed'"), TYPES)).toEqual([
    'trial/paused: no record',
  ]);
  expect(faultsOf(PAGE, typesInUnion('export type RunEvent = string;'))).not.toEqual([]);
});

test('a run in which every kind of event occurs keeps the promised order', async () => {
  const events = await eventsOf(everyKind());
  // all that a run without parts from outside can say
  expect(new Set(events.map(({ type }) => type)).size).toBeGreaterThanOrEqual(12);
  expect(orderBreaks(events)).toEqual([]);
  expect(orderBreaks(await eventsOf(everyKind().override({ concurrency: 3, lag: 1 })))).toEqual([]);
});

type Edit = (events: RunEvent<object, object>[]) => unknown;
const indexOf = (events: readonly RunEvent<object, object>[], type: string) =>
  events.findIndex((event) => event.type === type);
const moved =
  (type: string, to: number): Edit =>
  (events) =>
    events.splice(to, 0, ...events.splice(indexOf(events, type), 1));
const dropped =
  (type: string): Edit =>
  (events) =>
    events.splice(indexOf(events, type), 1);
const doubled =
  (type: string): Edit =>
  (events) => {
    const at = indexOf(events, type);
    events.splice(at, 0, events[at]!);
  };

test.each<[string, Edit, string]>([
  ['a header that comes second', moved('run/started', 1), 'run/started must be first'],
  ['an end that is not last', moved('run/finished', 3), 'run/finished must be last'],
  ['two headers', doubled('run/started'), 'run/started must come once'],
  ['a slot that begins twice', doubled('trial/resumed'), 'slot 4 may not begin where slot 5 is next'],
  ['a slot that does not end', dropped('trial/finished'), 'slot 1 must end'],
  ['a slot that ends twice', doubled('trial/paused'), 'slot 0 must be under way'],
  ['a step told twice', doubled('trial/metric'), 'trial 0, step 1 must come after step 1'],
  ['a step before its trial', moved('trial/metric', 1), 'trial 0, step 1 must come while its slot is under way'],
  ['a search that ends too early', moved('search/finished', 2), 'nothing but trouble may come after the search'],
])('%s would be found', async (_, edit, says) => {
  const events = [...(await eventsOf(everyKind()))];
  edit(events);
  expect(orderBreaks(events)).toContain(says);
});

test('a search that fails says no last word of its trials', async () => {
  const failing = defineProvider<Searcher>({
    token: SEARCHER,
    name: 'failing',
    create: () => ({
      name: 'failing',
      feedback: false,
      ask: ({ slot }) => {
        if (slot === 1) throw new Error('out of ideas');
        return { lr: 0.1 };
      },
    }),
  });
  const events = await eventsOf(everyKind().with(failing).override({ concurrency: 2 }));
  expect(events.map(({ type }) => type)).toEqual(['run/started', 'trial/started', 'run/finished']);
  expect(events.at(-1)).toMatchObject({ reason: 'failed', error: { code: 'SEARCH_ABORTED' } });
});
