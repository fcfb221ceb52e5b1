/**
 * What TypeScript must say to users: the claims of the surface, for records written inline and held in variables. The
 * `@ts-expect-error` lines are checked by the type check of the tests; what JavaScript refuses too is run as well.
 */
import {
  type AnalyzerProvider,
  choice,
  type Dist,
  defineAnalyzer,
  defineProvider,
  defineSource,
  experiment,
  int,
  isTangentError,
  labelled,
  lessThan,
  list,
  logUniform,
  maximize,
  minimize,
  type ParamsOf,
  type Provider,
  SEARCHER,
  type Searcher,
  type Snapshot,
  type Source,
  type Stage,
  searchTrials,
  type Token,
  type Trainer,
  uniform,
  variant,
  when,
} from '@tangentlab/core';
import { map, of, scan } from 'rxjs';

/** True if the types are the same, not only assignable to each other. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Same<A, B>) => undefined;

interface Table {
  readonly kind: 'table';
  readonly features: number;
  readonly classes: number;
}
interface Split {
  readonly train: Table;
  readonly features: number;
  readonly classes: number;
}
interface Folds {
  readonly folds: readonly Split[];
  readonly features: number;
  readonly classes: number;
}
interface Mlp {
  readonly widths: readonly number[];
}
interface Forest {
  readonly trees: number;
}

// Types alone: none of these functions is ever called.
declare function makeClassification(options: { samples: number }): Source<Table>;
declare function standardScale(): Stage<Table, Table>;
declare function holdout(options: { fraction: number }): Stage<Table, Split>;
declare function kFold(options: { folds: number }): Stage<Table, Folds>;
declare function mlp(options: { widths: readonly number[]; dropout?: number }): Mlp;
declare function forest(trees: number): Forest;
type EpochMetric = 'loss' | 'valLoss' | 'valAccuracy';
declare function adam(options: { lr: number; batchSize: number; epochs: number }): Trainer<Mlp, Split, EpochMetric>;
declare function randomSearch(): Provider<Searcher>;
declare function cpu(): Provider<{ readonly flops: number }>;
declare function jacobianRank(): AnalyzerProvider<Mlp, Split, 'jacobianRank'>;
declare function treeDepth(): AnalyzerProvider<Forest, Split, 'depth'>;

/** Compiled and checked, but not run. */
const compiled: (() => unknown)[] = [];

compiled.push(async () => {
  const data = makeClassification({ samples: 1000 }).pipe(standardScale(), holdout({ fraction: 0.2 }));
  same<typeof data, Source<Split>>(true);
  const inline = experiment({
    name: 'inline',
    seed: 42,
    data: makeClassification({ samples: 1000 }).pipe(standardScale(), holdout({ fraction: 0.2 })),
    space: { hidden: choice(32, 64, 128), act: choice('relu', 'tanh'), lr: logUniform(1e-4, 1e-2), depth: int(1, 3) },
    model: ({ params: p, data }) => mlp({ widths: [data.features, p.hidden, data.classes] }),
    train: ({ params: p }) => adam({ lr: p.lr, batchSize: 32, epochs: p.depth }),
    objective: maximize('valAccuracy'),
    search: randomSearch(),
    trials: 10,
  });
  const { best, trials, data: used } = await inline.run().result;
  same<typeof best.params.hidden, 32 | 64 | 128>(true);
  same<typeof best.params.act, 'relu' | 'tanh'>(true);
  same<typeof best.params.lr, number>(true);
  same<typeof best.params.depth, number>(true);
  same<typeof best.model, Mlp>(true);
  same<typeof best.value, number>(true);
  same<typeof best.metrics.valAccuracy, number>(true);
  same<typeof used, Split>(true);
  same<(typeof trials)[number]['params']['hidden'], 32 | 64 | 128>(true);

  const run = inline.with(randomSearch(), jacobianRank()).override({ trials: 20, concurrency: 2 }).run();
  const bestSoFar = run.metrics$.pipe(
    map((m) => m.values.valAccuracy),
    scan((a, b) => Math.max(a, b), 0),
  );
  run.metrics$.subscribe((m) => {
    same<typeof m.values.valAccuracy, number>(true);
    same<typeof m.values.jacobianRank, number | undefined>(true);
    // @ts-expect-error a typo in a metric
    m.values.valAcuracy;
    // @ts-expect-error a measure may be missing: it is taken at some steps only
    m.values.jacobianRank.toFixed();
  });
  run.trials$.subscribe(({ params }) => same<typeof params.hidden, 32 | 64 | 128>(true));
  // @ts-expect-error the analyzer was added to another experiment
  inline.run().metrics$.subscribe((m) => m.values.jacobianRank);
  run.subscribe('dashboard', { next: (event) => event.type === 'trial/metric' && event.values.loss.toFixed() });
  inline.override({ concurrency: 'cores' });
  // @ts-expect-error no number, and not the one word that stands for it
  inline.override({ concurrency: 'threads' });
  return bestSoFar;
});

compiled.push(async () => {
  const data = makeClassification({ samples: 100 }).pipe(holdout({ fraction: 0.2 }));
  const space = { hidden: choice(8, 16), lr: uniform(0, 1) };
  const model = ({ params, data }: { params: ParamsOf<typeof space>; data: Split }) =>
    mlp({ widths: [data.features, params.hidden] });
  const train = ({ params }: { params: ParamsOf<typeof space> }) => adam({ lr: params.lr, batchSize: 1, epochs: 1 });
  const held = experiment({
    name: 'held',
    seed: 1,
    data,
    space,
    model,
    train,
    objective: minimize('valLoss'),
    search: randomSearch(),
    trials: 1,
  });
  same<Awaited<ReturnType<typeof held.run>['result']>['best']['params']['hidden'], 8 | 16>(true);
  const spec = {
    name: 'held',
    seed: 1,
    data,
    space,
    model,
    train,
    objective: minimize('loss'),
    search: randomSearch(),
    trials: 1,
  };
  const whole = experiment(spec);
  same<Awaited<ReturnType<typeof whole.run>['result']>['best']['params']['hidden'], 8 | 16>(true);
  const typo = { ...spec, objective: minimize('los') };
  // @ts-expect-error a typo in the metric, in a record held in a variable
  experiment(typo);
});

compiled.push(async () => {
  const data = makeClassification({ samples: 100 }).pipe(holdout({ fraction: 0.2 }));
  const space = { lr: uniform(0, 1) };
  const common = { name: 'n', seed: 1, data, space, search: randomSearch(), trials: 1 };
  const model = () => mlp({ widths: [1] });
  const train = () => adam({ lr: 1, batchSize: 1, epochs: 1 });
  const several = experiment({ ...common, model, train, objective: [maximize('valAccuracy'), minimize('loss')] });
  const result = await several.run().result;
  same<(typeof result.front)[number]['params']['lr'], number>(true);
  // @ts-expect-error several objectives have no best
  result.best;
  const single = await experiment({ ...common, model, train, objective: maximize('loss') }).run().result;
  // @ts-expect-error one objective has no front
  single.front;
  // @ts-expect-error a list needs at least two objectives
  experiment({ ...common, model, train, objective: [maximize('loss')] });
  // @ts-expect-error no trainer measures this
  experiment({ ...common, model, train, objective: [maximize('loss'), minimize('los')] });
  // @ts-expect-error no trainer measures this
  experiment({ ...common, model, train, objective: maximize('valAcuracy') });
  // @ts-expect-error a provider of something else is no searcher
  experiment({ ...common, model, train, objective: maximize('loss'), search: cpu() });
  // @ts-expect-error an analyzer is no searcher
  experiment({ ...common, model, train, objective: maximize('loss'), search: jacobianRank() });
  // @ts-expect-error a searcher is no analyzer
  experiment({ ...common, model, train, objective: maximize('loss'), analyze: [randomSearch()] });
  // @ts-expect-error an analyzer of other models
  experiment({ ...common, model, train, objective: maximize('loss'), analyze: [treeDepth()] });
  // @ts-expect-error a trainer of other models
  experiment({ ...common, model: () => forest(3), train, objective: maximize('loss') });
  // @ts-expect-error a distribution is needed
  experiment({ ...common, model, train, objective: maximize('loss'), space: { lr: [0.1, 0.2] } });
  // @ts-expect-error a role is missing
  experiment({ ...common, model, train });
});

// Inline records: types that infer from a variable may fail here.
compiled.push(() => {
  const data = makeClassification({ samples: 100 }).pipe(holdout({ fraction: 0.2 }));
  experiment({
    name: 'n',
    seed: 1,
    data,
    space: { lr: uniform(0, 1) },
    // @ts-expect-error a typo in a hyperparameter
    model: ({ params }) => mlp({ widths: [params.hiden] }),
    train: ({ params }) => adam({ lr: params.lr, batchSize: 1, epochs: 1 }),
    objective: maximize('loss'),
    search: randomSearch(),
    trials: 1,
  });
  experiment({
    name: 'n',
    seed: 1,
    data: makeClassification({ samples: 100 }).pipe(kFold({ folds: 5 })),
    space: { lr: uniform(0, 1) },
    model: ({ data }) => mlp({ widths: [data.features] }),
    // @ts-expect-error a trainer of splits does not take folds
    train: ({ params }) => adam({ lr: params.lr, batchSize: 1, epochs: 1 }),
    objective: maximize('loss'),
    search: randomSearch(),
    trials: 1,
  });
  // the model counts as unknown while the record is being inferred; its analyzers must not be refused for that
  const analyzed = experiment({
    analyze: [jacobianRank()],
    objective: [maximize('jacobianRank'), minimize('loss')],
    train: ({ params }) => adam({ lr: params.lr, batchSize: 1, epochs: 1 }),
    model: ({ params, data }) => mlp({ widths: [data.features, params.hidden, 2] }),
    name: 'in another order',
    seed: 1,
    data,
    trials: 1,
    search: randomSearch(),
    space: { lr: choice(0.1, 0.2), hidden: choice(8, 16) },
  });
  analyzed.run().metrics$.subscribe((m) => same<typeof m.values.jacobianRank, number | undefined>(true));
});

// Nested and conditional parameters, inline.
compiled.push(async () => {
  const data = makeClassification({ samples: 100 }).pipe(holdout({ fraction: 0.2 }));
  const common = { name: 'n', seed: 1, data, search: randomSearch(), trials: 1, objective: maximize('loss') } as const;
  const nested = experiment({
    ...common,
    space: {
      lr: logUniform(1e-4, 1e-2),
      hidden: list(int(16, 256, { log: true }), { min: 1, max: 4 }),
      taper: labelled({ a: [64, 32], b: [128, 64, 32] }),
      optimizer: variant({ adam: { beta: uniform(0.9, 0.999) }, sgd: { momentum: choice(0, 0.9) }, plain: {} }),
      blocks: list(variant({ dense: { width: int(8, 64) }, skip: {} }), { min: 0, max: 3 }),
    },
    where: (p) => p.lr < 1 && p.hidden.length < 5 && (p.optimizer.kind !== 'sgd' || p.optimizer.momentum < 1),
    model: ({ params: p, data }) => mlp({ widths: [data.features, ...p.hidden, ...p.taper, data.classes] }),
    train: ({ params: p }) =>
      adam({ lr: p.lr, batchSize: 1, epochs: p.optimizer.kind === 'sgd' ? p.optimizer.momentum : 1 }),
  });
  const { params } = (await nested.run().result).best;
  same<typeof params.optimizer.kind, 'adam' | 'sgd' | 'plain'>(true);
  same<typeof params.hidden, readonly number[]>(true);
  same<typeof params.taper, readonly [64, 32] | readonly [128, 64, 32]>(true);
  if (params.optimizer.kind === 'sgd') same<typeof params.optimizer.momentum, 0 | 0.9>(true);
  // @ts-expect-error only after a look at the kind
  params.optimizer.momentum;
  for (const block of params.blocks) if (block.kind === 'dense') same<typeof block.width, number>(true);

  const flat = experiment({
    ...common,
    space: {
      opt: choice('adam', 'sgd'),
      momentum: when('opt', 'sgd', uniform(0, 0.99)),
      layers: int(1, 4),
      h1: when('layers', [2, 3, 4], int(16, 256)),
      nesterov: when('momentumIs', 'high', choice(true, false)),
      momentumIs: when('opt', 'sgd', choice('high', 'low')),
    },
    model: ({ params: p, data }) => mlp({ widths: [data.features, ...(p.h1 === undefined ? [] : [p.h1])] }),
    train: ({ params: p }) => adam({ lr: p.momentum ?? 0.1, batchSize: 1, epochs: p.layers }),
  });
  const found = (await flat.run().result).best.params;
  same<typeof found.momentum, number | undefined>(true);
  same<typeof found.nesterov, boolean | undefined>(true);
  same<typeof found.opt, 'adam' | 'sgd'>(true);
  // @ts-expect-error it may be missing
  found.momentum.toFixed();

  const roles = { ...common, model: () => mlp({ widths: [1] }), train: () => adam({ lr: 1, batchSize: 1, epochs: 1 }) };
  experiment({
    ...roles,
    // @ts-expect-error an unknown parent
    space: { opt: choice('adam', 'sgd'), momentum: when('optt', 'sgd', uniform(0, 0.99)) },
  });
  experiment({
    ...roles,
    // @ts-expect-error a value that the parent never takes
    space: { opt: choice('adam', 'sgd'), momentum: when('opt', 'sdg', uniform(0, 0.99)) },
  });
  experiment({
    ...roles,
    // @ts-expect-error one of the values is none of the parent's
    space: { opt: choice('adam', 'sgd'), momentum: when('opt', ['sgd', 'rms'], uniform(0, 0.99)) },
  });
  // @ts-expect-error within a branch as well
  variant({ sgd: { nesterov: choice(true, false), decay: when('nestrov', true, uniform(0, 1)) } });
  // @ts-expect-error that is the name of the branch
  variant({ sgd: { kind: choice(true, false) } });
  experiment({
    ...roles,
    // @ts-expect-error a real range takes no single value
    space: { lr: uniform(0, 1), momentum: when('lr', 0.5, uniform(0, 0.99)) },
  });
  // @ts-expect-error a list is made of values that exist
  list(when('opt', 'sgd', uniform(0, 1)), { min: 1, max: 2 });
  // @ts-expect-error a typo in a constraint
  experiment({ ...roles, space: { a: int(1, 2), b: int(1, 2) }, where: (p) => p.a < p.c });
  experiment({ ...roles, space: { a: int(1, 2), b: int(1, 2) }, where: lessThan('a', 'b') });
  // @ts-expect-error no such parameter
  experiment({ ...roles, space: { a: int(1, 2), b: int(1, 2) }, where: lessThan('a', 'c') });
  // @ts-expect-error no number
  experiment({ ...roles, space: { a: int(1, 2), b: choice('x') }, where: lessThan('a', 'b') });
  // @ts-expect-error it may be missing
  experiment({ ...roles, space: { a: choice(1, 2), b: when('a', 1, int(1, 2)) }, where: lessThan('a', 'b') });
});

// The same, held in variables.
compiled.push(async () => {
  const data = makeClassification({ samples: 100 }).pipe(holdout({ fraction: 0.2 }));
  const model = () => mlp({ widths: [1] });
  const train = () => adam({ lr: 1, batchSize: 1, epochs: 1 });
  const objective = maximize('loss');
  const common = { name: 'n', seed: 1, data, search: randomSearch(), trials: 1, model, train, objective };
  const space = {
    opt: choice('adam', 'sgd'),
    momentum: when('opt', 'sgd', uniform(0, 0.99)),
    optimizer: variant({
      adam: {},
      sgd: { momentum: uniform(0, 1), decay: when('on', true, int(1, 2)), on: choice(true) },
    }),
  };
  const { params } = (await experiment({ ...common, space }).run().result).best;
  same<typeof params.momentum, number | undefined>(true);
  if (params.optimizer.kind === 'sgd') same<typeof params.optimizer.decay, number | undefined>(true);
  same<ParamsOf<typeof space>['opt'], 'adam' | 'sgd'>(true);
  const spec = { ...common, space };
  experiment(spec);
  const orphan = { opt: choice('adam', 'sgd'), momentum: when('optt', 'sgd', uniform(0, 0.99)) };
  // @ts-expect-error an unknown parent
  experiment({ ...common, space: orphan });
  const never = { opt: choice('adam', 'sgd'), momentum: when('opt', 'sdg', uniform(0, 0.99)) };
  // @ts-expect-error a value that the parent never takes
  experiment({ ...common, space: never });
  const whole = { ...common, space: never };
  // @ts-expect-error a value that the parent never takes
  experiment(whole);
});

compiled.push(() => {
  const space = { lr: uniform(0, 1), act: choice('relu', 'tanh') };
  same<ParamsOf<typeof space>, { readonly lr: number; readonly act: 'relu' | 'tanh' }>(true);
  const options = { space, searcher: {} as Searcher, trials: 1, rng: {} as never };
  searchTrials({ ...options, objectives: [maximize('y')] }, ({ params }) => {
    same<typeof params.act, 'relu' | 'tanh'>(true);
    return [{ step: 1, values: { y: params.lr } }];
  }).subscribe((event) => event.type === 'trial/finished' && same<typeof event.params.act, 'relu' | 'tanh'>(true));
  // @ts-expect-error no objective
  searchTrials({ ...options, objectives: [] }, () => []);
  // @ts-expect-error a metric needs its values
  searchTrials({ ...options, objectives: [maximize('y')] }, () => [{ step: 1 }]);
  // @ts-expect-error choice() needs a value
  choice();
  // @ts-expect-error a token of one type is none of another
  const other: Token<number> = {} as Token<string>;
  // @ts-expect-error a distribution of texts is none of numbers
  const numbers: Dist<number> = choice('a');
  return [other, numbers];
});

const search = defineProvider({
  token: SEARCHER,
  name: 'random',
  create: () => ({ name: 'random', feedback: false, ask: ({ space, rng }) => space.sample(rng) }),
});
const size = defineAnalyzer({
  name: 'size',
  measures: ['size'],
  every: 'trial',
  create: () => ({ measure: ({ model }: Snapshot<Mlp, number>) => ({ size: model.widths.length }) }),
});
const runnable = {
  name: 'runnable',
  seed: 1,
  data: defineSource({ name: 'five', open: () => of(5) }),
  space: { hidden: choice(8, 16) },
  model: (): Mlp => ({ widths: [1] }),
  train: () => ({ name: 'fake', requires: [], fit: () => of({ step: 1, values: { loss: 1 } }) }),
  trials: 2,
};

const codeOf = async (make: () => unknown) =>
  Promise.resolve()
    .then(make)
    .then(
      () => 'nothing was thrown',
      (error: unknown) => (isTangentError(error) ? error.code : `raw ${error}`),
    );

test('what TypeScript refuses, JavaScript is told at run time', async () => {
  const objective = minimize('loss');
  // @ts-expect-error an analyzer is no searcher
  expect(await codeOf(() => experiment({ ...runnable, objective, search: size }))).toBe('CONFIG_INVALID');
  const space = { hidden: [8] };
  // @ts-expect-error a distribution is needed
  expect(await codeOf(() => experiment({ ...runnable, objective, search, space }))).toBe('SPACE_INVALID');
  const orphan = { hidden: choice(8, 16), more: when('hiden', 8, uniform(0, 1)) };
  // @ts-expect-error an unknown parent
  expect(await codeOf(() => experiment({ ...runnable, objective, search, space: orphan }))).toBe('SPACE_INVALID');
  const never = { hidden: choice(8, 16), more: when('hidden', 32, uniform(0, 1)) };
  // @ts-expect-error a value that the parent never takes
  expect(await codeOf(() => experiment({ ...runnable, objective, search, space: never }))).toBe('SPACE_INVALID');
  const typo = { ...runnable, search, objective: minimize('los') };
  // @ts-expect-error no trainer measures this
  expect(await codeOf(() => experiment(typo).run().result)).toBe('CONFIG_INVALID');
});

test('an experiment whose types are inferred all the way has the values that they promise', async () => {
  const { best } = await experiment({ ...runnable, search, objective: minimize('loss') })
    .with(size)
    .run().result;
  const hidden: 8 | 16 = best.params.hidden;
  const widths: readonly number[] = best.model.widths;
  expect([[8, 16].includes(hidden), widths, best.value]).toEqual([true, [1], 1]);
  expect(compiled).toHaveLength(7);
});
