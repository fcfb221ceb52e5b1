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
  // @ts-expect-error cores are a number here
  inline.override({ concurrency: 'cores' });
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
  expect(compiled).toHaveLength(5);
});
