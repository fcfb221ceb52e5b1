import {
  choice,
  defineAnalyzer,
  defineProvider,
  defineSource,
  experiment,
  experimentWith,
  type Metric,
  maximize,
  type RunEvent,
  SEARCHER,
  token,
} from '@tangentlab/core';
import { lastValueFrom, type Observable, of, toArray } from 'rxjs';

const searcher = (name: string) =>
  defineProvider({
    token: SEARCHER,
    name,
    create: () => ({ name, feedback: true, ask: ({ space, rng }) => space.sample(rng) }),
  });
const analyzer = <const A extends string>(name: A) =>
  defineAnalyzer({
    name,
    measures: [name],
    every: 'trial',
    create: () => ({ measure: () => ({ [name]: 1 }) as never }),
  });

const spec = {
  name: 'fake',
  seed: 42,
  data: defineSource({ name: 'five', open: () => of(5) }),
  space: { width: choice(1, 2, 3, 4, 5, 6, 7, 8) },
  model: () => 'model',
  train: ({ params }: { params: { width: number } }) => ({
    name: 'fake',
    requires: [],
    fit: () => of<Metric<'score'>>({ step: 1, values: { score: params.width } }),
  }),
  objective: maximize('score'),
  search: searcher('random'),
  trials: 6,
};

const rolesOf = async <T>(run: { readonly events$: Observable<T> }) => {
  const [header] = (await lastValueFrom(run.events$.pipe(toArray()))) as unknown as RunEvent[];
  return header?.type === 'run/started' ? header.roles.map(({ name }) => name) : [];
};

test('a description does nothing until it runs', () => {
  let opened = 0;
  const data = defineSource({ name: 'five', open: () => of(opened++) });
  experiment({ ...spec, data })
    .with(searcher('gp'))
    .override({ trials: 2 });
  expect(opened).toBe(0);
});

test('without a role for the search the default one chooses, a record names another, and none is told', async () => {
  const { search: _search, ...open } = spec;
  const withDefault = experimentWith(searcher('auto'));
  expect(await rolesOf(withDefault(open).run())).toContain('auto');
  expect(await rolesOf(withDefault(spec).run())).not.toContain('auto');
  await expect(experiment(open).run().result).rejects.toMatchObject({
    code: 'WIRING_MISSING',
    message: expect.stringContaining('Searcher'),
  });
});

test('the lag of a concurrency is 1 at 1, else twice as much, unless it is given', () => {
  const lagOf = (change: object) => experiment({ ...spec, ...change }).plan.lag;
  expect(
    [{}, { concurrency: 1 }, { concurrency: 2 }, { concurrency: 8 }, { concurrency: 8, lag: 3 }].map(lagOf),
  ).toEqual([1, 1, 4, 16, 3]);
});

test('overriding the concurrency changes a default lag, and leaves a fixed one', () => {
  const base = experiment(spec);
  expect(base.override({ concurrency: 4 }).plan).toMatchObject({ concurrency: 4, lag: 8 });
  expect(base.override({ concurrency: 4 }).override({ concurrency: 1 }).plan.lag).toBe(1);
  expect(base.override({ lag: 5 }).override({ concurrency: 4 }).plan.lag).toBe(5);
  expect(experiment({ ...spec, lag: 1 }).override({ concurrency: 4 }).plan.lag).toBe(1);
});

test('an override of undefined changes nothing', () => {
  const overrides = { trials: undefined, concurrency: undefined, lag: undefined, seed: undefined } as object;
  const base = experiment({ ...spec, concurrency: 2, lag: 3 });
  expect(base.override(overrides).plan).toEqual(base.plan);
});

test('with() and override() make new experiments; the old one stays as it was', () => {
  const base = experiment(spec);
  const before = { ...base.plan };
  const changed = base.with(searcher('gp'), analyzer('rank')).override({ seed: 7, trials: 9 });
  expect(base.plan).toEqual(before);
  expect(changed.plan).toMatchObject({ seed: 7, trials: 9 });
  expect(changed.plan.layers.at(-1)!.map(({ name }) => name)).toEqual(['gp', 'rank']);
  expect([base, base.plan, changed, changed.plan].every(Object.isFrozen)).toBe(true);
});

test('a later searcher replaces the one before, analyzers add up', async () => {
  const both = experiment({ ...spec, analyze: [analyzer('a')] })
    .with(searcher('grid'), analyzer('b'))
    .with(analyzer('c'), searcher('gp'));
  expect(await rolesOf(both.run())).toEqual(['system', 'inProcess', 'a', 'b', 'c', 'gp']);
});

test('default providers give way to the record and to with()', async () => {
  const ENGINE = token<string>('Engine');
  const engine = (name: string) => defineProvider({ token: ENGINE, name, create: () => name });
  const mine = experimentWith(engine('reference'), searcher('default'));
  expect(await rolesOf(mine(spec).run())).toEqual(['system', 'inProcess', 'reference', 'random']);
  expect(await rolesOf(mine(spec).with(engine('wasm')).run())).toEqual(['system', 'inProcess', 'random', 'wasm']);
});

test('the seed decides the trials', async () => {
  const paramsOf = async (seed: number) => {
    const { trials } = await experiment(spec).override({ seed }).run().result;
    return trials.map(({ params }) => params.width);
  };
  expect(await paramsOf(1)).toEqual(await paramsOf(1));
  expect(await paramsOf(1)).not.toEqual(await paramsOf(2));
});

test('more trials continue the same ones', async () => {
  const base = experiment(spec);
  const [few, many] = [await base.run().result, await base.override({ trials: 12 }).run().result];
  expect(many.trials.slice(0, 6)).toEqual(few.trials);
});

test('at a fixed lag the concurrency does not change the trials', async () => {
  const trialsAt = async (concurrency: number) =>
    (
      await experiment({ ...spec, lag: 4 })
        .override({ concurrency })
        .run().result
    ).trials;
  expect(await trialsAt(1)).toEqual(await trialsAt(4));
});

test('parameters called __proto__ and constructor reach model, events and result', async () => {
  const names = ['__proto__', 'constructor'];
  const seen: unknown[] = [];
  const odd = {
    ...spec,
    space: Object.fromEntries(names.map((name, i) => [name, choice(i, i + 10)])),
    model: ({ params }: { params: object }) => seen.push(Object.keys(params)),
    train: () => spec.train({ params: { width: 1 } }),
    trials: 1,
  };
  const { best } = await experiment(odd).run().result;
  expect(seen).toEqual([names]);
  expect(Object.keys(best.params)).toEqual(names);
});
