import {
  type AnyProvider,
  choice,
  defineAnalyzer,
  defineProvider,
  defineSource,
  defineStage,
  describe as describeExperiment,
  experiment,
  logUniform,
  maximize,
  minimize,
  SEARCHER,
  type Token,
  token,
  toMermaid,
} from '@tangentlab/core';
import { map, of } from 'rxjs';

const ENGINE = token<string>('Engine');
const FUEL = token<string>('Fuel');
const part = (role: Token<string>, name: string, requires: readonly Token<string>[] = []) =>
  defineProvider({ token: role, name, config: { mode: 'quiet' }, requires, create: () => name });

const small = experiment({
  name: 'small',
  seed: 1,
  data: defineSource({ name: 'makeNumbers', config: { samples: 100 }, open: () => of([1, 2, 3]) }).pipe(
    defineStage<number[], number[]>({ name: 'holdout', config: { fraction: 0.2 }, bind: () => map((x) => x) }),
    map((values) => values.length),
  ),
  space: { lr: logUniform(1e-4, 0.1), act: choice('relu', 'tanh') },
  model: () => 'model',
  train: () => ({ name: 'fake', requires: [], fit: () => of({ step: 1, values: { acc: 1, loss: 1 } }) }),
  objective: [maximize('acc'), minimize('loss')],
  search: defineProvider({
    token: SEARCHER,
    name: 'gp',
    config: { startup: 5 },
    requires: [ENGINE],
    create: () => ({ name: 'gp', feedback: true, ask: () => null }),
  }),
  trials: 3,
}).with(
  part(ENGINE, 'v8', [FUEL]),
  part(FUEL, 'petrol'),
  part(token('Cabinet'), 'sqlite'),
  defineAnalyzer({
    name: 'rank',
    measures: ['rank'],
    every: 'trial',
    create: () => ({ measure: () => ({ rank: 1 }) }),
  }),
);

test('the graph of a small experiment', () => {
  const { name, nodes, edges } = describeExperiment(small);
  expect(name).toBe('small');
  expect(nodes.map(({ id, role, name: part, config }) => [id, role, part, config])).toEqual([
    ['space', 'space', 'space', { lr: '0.0001..0.1 log', act: '"relu" | "tanh"' }],
    ['part0', 'Searcher', 'gp', { startup: 5 }],
    ['data0', 'data', 'makeNumbers', { samples: 100 }],
    ['data1', 'data', 'holdout', { fraction: 0.2 }],
    ['data2', 'data', 'rx', {}],
    ['model', 'model', 'model', {}],
    ['trainer', 'trainer', 'trainer', {}],
    ['objective', 'objective', 'maximize acc, minimize loss', {}],
    ['part1', 'Engine', 'v8', { mode: 'quiet' }],
    ['part2', 'Fuel', 'petrol', { mode: 'quiet' }],
    ['part3', 'Cabinet', 'sqlite', { mode: 'quiet' }],
    ['part4', 'Analyzer', 'rank', {}],
  ]);
  expect(edges).toEqual([
    { from: 'data0', to: 'data1' },
    { from: 'data1', to: 'data2' },
    { from: 'data2', to: 'trainer', label: 'data' },
    { from: 'space', to: 'part0' },
    { from: 'part0', to: 'model', label: 'params' },
    { from: 'part0', to: 'trainer', label: 'params' },
    { from: 'part1', to: 'part0' },
    { from: 'part2', to: 'part1' },
    { from: 'part3', to: 'trainer' },
    { from: 'trainer', to: 'part4', label: 'snapshots' },
    { from: 'part4', to: 'objective', label: 'measurements' },
    { from: 'model', to: 'trainer' },
    { from: 'trainer', to: 'objective', label: 'metrics' },
    { from: 'objective', to: 'part0', label: 'outcome', feedback: true },
  ]);
});

test('the graph is plain data, and a function of the description', () => {
  const graph = describeExperiment(small);
  expect(JSON.parse(JSON.stringify(graph))).toEqual(graph);
  expect(describeExperiment(small)).toEqual(graph);
  const ids = new Set(graph.nodes.map(({ id }) => id));
  expect(ids.size).toBe(graph.nodes.length);
  for (const { from, to } of graph.edges) expect(ids.has(from) && ids.has(to)).toBe(true);
});

test('what with() swaps is what is drawn', () => {
  const grid = defineProvider({
    token: SEARCHER,
    name: 'grid',
    create: () => ({ name: 'grid', feedback: false, ask: () => null }),
  });
  const names = describeExperiment(small.with(grid)).nodes.map(({ name }) => name);
  expect(names).toContain('grid');
  expect(names).not.toContain('gp');
});

test('a part that serves analyzers is drawn only if one asks for it', () => {
  const ruler = token<string>('Ruler', 'analyzer');
  const names = (...parts: readonly AnyProvider[]) =>
    describeExperiment(small.with(...parts)).nodes.map(({ name }) => name);
  expect(names(part(ruler, 'steel'))).not.toContain('steel');
  const asking = defineAnalyzer({
    name: 'length',
    measures: ['length'],
    every: 'trial',
    requires: [ruler],
    create: (unit) => ({ measure: () => ({ length: unit.length }) }),
  });
  expect(names(part(ruler, 'steel'), asking)).toContain('steel');
});

test('the picture of a small experiment', () => {
  expect(toMermaid(describeExperiment(small)).split('\n')).toEqual([
    'flowchart LR',
    '  space["<b>space</b><br/>lr: 0.0001..0.1 log<br/>act: #quot;relu#quot; | #quot;tanh#quot;"]',
    '  part0["<b>Searcher</b> gp<br/>startup: 5"]',
    '  data0["<b>data</b> makeNumbers<br/>samples: 100"]',
    '  data1["<b>data</b> holdout<br/>fraction: 0.2"]',
    '  data2["<b>data</b> rx"]',
    '  model["<b>model</b>"]',
    '  trainer["<b>trainer</b>"]',
    '  objective["<b>objective</b> maximize acc, minimize loss"]',
    '  part1["<b>Engine</b> v8<br/>mode: quiet"]',
    '  part2["<b>Fuel</b> petrol<br/>mode: quiet"]',
    '  part3["<b>Cabinet</b> sqlite<br/>mode: quiet"]',
    '  part4["<b>Analyzer</b> rank"]',
    '  data0 --> data1',
    '  data1 --> data2',
    '  data2 -->|data| trainer',
    '  space --> part0',
    '  part0 -->|params| model',
    '  part0 -->|params| trainer',
    '  part1 --> part0',
    '  part2 --> part1',
    '  part3 --> trainer',
    '  trainer -->|snapshots| part4',
    '  part4 -->|measurements| objective',
    '  model --> trainer',
    '  trainer -->|metrics| objective',
    '  objective -.->|outcome| part0',
  ]);
});

test('nothing in a name or a configuration can break out of its node', () => {
  const cyclic: Record<string, unknown> = {};
  cyclic['self'] = cyclic;
  const config = {
    html: '<script>|"',
    lines: 'a\nb',
    big: 10n,
    cyclic,
    none: undefined,
    far: Number.POSITIVE_INFINITY,
  };
  const nodes = [{ id: 'x', role: 'data', name: 'a"]; x --> y', config }];
  expect(toMermaid({ name: 'odd', nodes, edges: [] }).split('\n')).toEqual([
    'flowchart LR',
    '  x["<b>data</b> a#quot;]; x --#gt; y<br/>html: #lt;script#gt;|#quot;<br/>lines: a b<br/>big: 10' +
      '<br/>cyclic: [object Object]<br/>none: undefined<br/>far: Infinity"]',
  ]);
});
