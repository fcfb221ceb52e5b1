/** The graph of an experiment with everything in it, and of a run with those who listen. */
import {
  atLeast,
  atMost,
  defineProvider,
  defineSource,
  describe as describeExperiment,
  EXECUTOR,
  type Executor,
  experiment,
  int,
  lessThan,
  maximize,
  memoryStorage,
  noImprovement,
  PRUNER,
  type Pruner,
  SEARCHER,
  timeLimit,
  toMermaid,
} from '@tangentlab/core';
import { of } from 'rxjs';

const full = experiment({
  name: 'full',
  seed: 1,
  data: defineSource({ name: 'digits', open: () => of(5) }),
  space: { low: int(0, 9), high: int(0, 9) },
  where: lessThan('low', 'high'),
  model: () => 'model',
  train: () => ({
    name: 'crossValidate(adam)',
    requires: [],
    fit: () => of({ step: 1, values: { acc: 1, loss: 0.1 } }),
  }),
  objective: maximize('acc', { at: 'best' }),
  subjectTo: [atMost('loss', 0.5), atLeast('acc', 0.1)],
  search: defineProvider({
    token: SEARCHER,
    name: 'fixed',
    create: () => ({ name: 'fixed', feedback: true, ask: () => ({ low: 1, high: 2 }) }),
  }),
  trials: 2,
}).with(
  defineProvider<Pruner>({
    token: PRUNER,
    name: 'median',
    config: { warmupSteps: 3 },
    create: () => ({ name: 'median', feedback: true, prune: () => false }),
  }),
  noImprovement(5),
  timeLimit(60),
);

test('pruner, stop rules and constraints are drawn; what closes a loop is dotted', () => {
  expect(toMermaid(describeExperiment(full)).split('\n')).toEqual([
    'flowchart LR',
    '  space["<b>space</b><br/>low: integer 0..9<br/>high: integer 0..9<br/>where: low #lt; high"]',
    '  part0["<b>Searcher</b> fixed"]',
    '  data0["<b>data</b> digits"]',
    '  model["<b>model</b>"]',
    '  trainer["<b>trainer</b>"]',
    '  objective["<b>objective</b> maximize acc (best)<br/>subjectTo: loss #lt;= 0.5 and acc #gt;= 0.1"]',
    '  part1["<b>Pruner</b> median<br/>warmupSteps: 3"]',
    '  part2["<b>StopRule</b> noImprovement<br/>trials: 5<br/>by: 0"]',
    '  part3["<b>StopRule</b> timeLimit<br/>seconds: 60"]',
    '  data0 -->|data| trainer',
    '  space --> part0',
    '  part0 -->|params| model',
    '  part0 -->|params| trainer',
    '  trainer -->|curve| part1',
    '  objective -->|outcomes| part2',
    '  objective -->|outcomes| part3',
    '  model --> trainer',
    '  trainer -->|metrics| objective',
    '  objective -.->|outcome| part0',
    '  part1 -.->|ends| trainer',
    '  part2 -.->|ends| part0',
    '  part3 -.->|ends| part0',
  ]);
});

test('a constraint in free form is shown as it was written', () => {
  const free = experiment({
    name: 'free',
    seed: 1,
    data: defineSource({ name: 'digits', open: () => of(5) }),
    space: { low: int(0, 9), high: int(0, 9) },
    where: (p) => p.low + 1 < p.high,
    model: () => 'model',
    train: () => ({ name: 'fake', requires: [], fit: () => of({ step: 1, values: { acc: 1 } }) }),
    objective: maximize('acc'),
    search: full.plan.layers[2]![0] as never,
    trials: 1,
  });
  expect(describeExperiment(free).nodes[0]?.config['where']).toMatch(/p\.low \+ 1 < p\.high/);
});

test('a run knows its trainer and who listens; those who left or threw are gone', async () => {
  const run = full.run();
  const before = describeExperiment(run);
  expect(before).toEqual(describeExperiment(full));
  run.subscribe('dashboard', () => undefined);
  run.subscribe('leaves', () => undefined).unsubscribe();
  run.subscribe('throws', () => {
    throw new Error('on purpose');
  });
  const raw = run.events$.subscribe();
  await run.result;
  raw.unsubscribe();
  const { nodes, edges } = describeExperiment(run);
  expect(nodes.find(({ id }) => id === 'trainer')?.name).toBe('crossValidate(adam)');
  expect(nodes.filter(({ role }) => role === 'subscriber').map(({ name }) => name)).toEqual(['dashboard']);
  expect(edges).toContainEqual({ from: 'objective', to: 'subscriber0', label: 'events' });
});

test('raw observers are counted while they listen', async () => {
  const run = full.run();
  run.events$.subscribe();
  run.metrics$.subscribe();
  const node = describeExperiment(run).nodes.find(({ id }) => id === 'events');
  expect(node).toEqual({ id: 'events', role: 'subscriber', name: 'events$', config: { observers: 2 } });
  await run.result;
  expect(describeExperiment(run).nodes.some(({ id }) => id === 'events')).toBe(false);
});

test('a store and an executor of the user are drawn; the store is a part, and no subscriber', async () => {
  const elsewhere = defineProvider<Executor>({
    token: EXECUTOR,
    name: 'elsewhere',
    create: () => ({ name: 'elsewhere', capacity: 1, run: (task) => task.local() }),
  });
  const run = full.with(memoryStorage(), elsewhere).run();
  await run.result;
  const { nodes, edges } = describeExperiment(run);
  const idOf = (name: string) => nodes.find((node) => node.name === name)?.id ?? 'none';
  expect(edges).toContainEqual({ from: 'objective', to: idOf('memory'), label: 'events' });
  expect(edges).toContainEqual({ from: idOf('elsewhere'), to: 'trainer', label: 'runs' });
  expect(nodes.filter(({ role }) => role === 'subscriber')).toEqual([]);
  expect(describeExperiment(full).nodes.some(({ name }) => name === 'inProcess')).toBe(false);
});
