/** Whatever is handed to experiment(), with() and override(): an error of the house, or a sound experiment. */
import {
  choice,
  defineAnalyzer,
  defineProvider,
  defineSource,
  describe as describeExperiment,
  experiment,
  experimentWith,
  isTangentError,
  maximize,
  SEARCHER,
  token,
  uniform,
} from '@tangentlab/core';
import fc from 'fast-check';
import { of } from 'rxjs';
import { errorOf } from '../../../../test/thrown.js';

fc.configureGlobal({ ...fc.readConfigureGlobal(), numRuns: 2000 });

const search = defineProvider({
  token: SEARCHER,
  name: 'random',
  create: () => ({ name: 'random', feedback: false, ask: ({ space, rng }) => space.sample(rng) }),
});
const rank = defineAnalyzer({
  name: 'rank',
  measures: ['rank'],
  every: 'trial',
  create: () => ({ measure: () => ({ rank: 1 }) }),
});
const sound = {
  name: 'sound',
  seed: 42,
  data: defineSource({ name: 'five', open: () => of(5) }),
  space: { width: choice(1, 2), lr: uniform(0, 1) },
  model: () => 'model',
  train: () => ({ name: 'fake', requires: [], fit: () => of({ step: 1, values: { score: 1 } }) }),
  analyze: [rank],
  objective: maximize('score'),
  search,
  trials: 3,
  concurrency: 2,
  lag: 4,
};
type Record_ = Record<string, unknown>;
const build = (record: unknown) => experiment(record as typeof sound);

const CODES = ['CONFIG_INVALID', 'SPACE_INVALID', 'WIRING_MISSING', 'WIRING_AMBIGUOUS', 'PLUGIN_INCOMPATIBLE'];

/** Runs `make`; what it makes must also be describable. A raw error of any kind fails the test. */
function soundOrRefused(make: () => Parameters<typeof describeExperiment>[0]): void {
  let made: ReturnType<typeof make>;
  try {
    made = make();
  } catch (error) {
    expect(isTangentError(error) && CODES.includes(error.code) ? 'refused' : error).toBe('refused');
    return;
  }
  expect(describeExperiment(made).nodes.length).toBeGreaterThan(4);
}

const junk = fc.oneof(
  fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withTypedArray: true,
    withNullPrototype: true,
  }),
  fc.constantFrom<unknown>(() => 1, Symbol('s'), SEARCHER, search, rank, choice(1), Number.NaN, -1, 1.5, '', sound),
);

/** Every place in the record, down to the fields of its parts. */
const places: readonly (readonly string[])[] = [
  ...Object.keys(sound).map((key) => [key]),
  ['space', 'width'],
  ['space', 'width', 'choices'],
  ['space', 'lr', 'low'],
  ['space', 'lr', 'log'],
  ['objective', 'metric'],
  ['objective', 'direction'],
  ['objective', 'at'],
  ['data', 'open'],
  ['data', 'steps'],
  ['search', 'token'],
  ['search', 'token', 'key'],
  ['search', 'name'],
  ['search', 'config'],
  ['search', 'requires'],
  ['search', 'create'],
  ['analyze', '0'],
  ['analyze', '0', 'token'],
];

function replaced(value: unknown, path: readonly string[], by: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return by;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record_;
  copy[key] = replaced(copy[key], rest, by);
  return copy;
}

test('the record that is corrupted below is sound', () => {
  expect(build(sound).plan.name).toBe('sound');
  expect(build(replaced(sound, ['space', 'lr', 'low'], 0.5)).plan.space).toMatchObject({ lr: { low: 0.5 } });
});

test('a record with anything in any place is refused in the form of the house, or sound', () => {
  fc.assert(
    fc.property(fc.constantFrom(...places), junk, (path, by) => soundOrRefused(() => build(replaced(sound, path, by)))),
  );
});

test('anything instead of a record is refused', () => {
  fc.assert(
    fc.property(junk, (record) => {
      fc.pre(record !== sound);
      expect(errorOf(() => build(record)).code).toBe('CONFIG_INVALID');
    }),
    { numRuns: 500 },
  );
});

test('anything in with() and override() is refused, or sound', () => {
  const base = build(sound);
  const numbers = fc.record(
    { seed: junk, trials: junk, concurrency: junk, lag: junk, epochs: junk },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(junk, fc.oneof(junk, numbers), (provider, overrides) => {
      soundOrRefused(() => base.with(provider as never));
      soundOrRefused(() => base.override(overrides as never));
    }),
    { numRuns: 500 },
  );
});

test.each(['name', 'seed', 'data', 'space', 'model', 'train', 'objective', 'trials'])(
  'without the role "%s" nothing is built',
  (role) => {
    for (const missing of [undefined, null]) {
      const error = errorOf(() => build({ ...sound, [role]: missing }));
      expect(error.code).toBe('CONFIG_INVALID');
      expect(error.message).toContain(`the role "${role}" is missing; add it.`);
    }
  },
);

test.each<[string, Record_, string]>([
  ['a role that does not exist', { pruner: 1 }, 'no role is named "pruner"; the roles are: analyze, concurrency, data'],
  ['an empty name', { name: '' }, '"name" must be a text, got ""'],
  ['a seed that is no integer', { seed: 0.5 }, '"seed" must be an integer, got 0.5'],
  ['no trials', { trials: 0 }, '"trials" must be an integer of at least 1, got 0'],
  ['a concurrency of 0', { concurrency: 0 }, '"concurrency" must be an integer of at least 1, or \'cores\', got 0'],
  ['a lag of text', { lag: 'all' }, '"lag" must be an integer of at least 1, got "all"'],
  ['a model instead of its function', { model: 'mlp' }, '"model" must be a function of { params, data }, got "mlp"'],
  ['data instead of a source', { data: [1, 2] }, '"data" must be a source, got [1,2]'],
  ['an observable instead of a source', { data: of(1) }, '"data" must be a source'],
  ['an empty list of objectives', { objective: [] }, '"objective" must not be an empty list'],
  ['a metric instead of an objective', { objective: 'score' }, 'an objective is needed, got "score"'],
  ['a factory instead of a searcher', { search: () => search }, 'got a function; call its factory'],
  ['an analyzer instead of a searcher', { search: rank }, '"rank", which provides Analyzer; put it into with(...).'],
  ['a searcher among the analyzers', { analyze: [search] }, '"analyze" must be a provider of the role Analyzer'],
  ['an analyzer without its list', { analyze: rank }, '"analyze" must be a list of analyzers'],
  [
    'two analyzers of one name',
    { analyze: [rank, rank] },
    'only one analyzer may measure "rank", got "rank" and "rank"',
  ],
])('%s is CONFIG_INVALID', (_, change, text) => {
  const error = errorOf(() => build({ ...sound, ...change }));
  expect(error.code).toBe('CONFIG_INVALID');
  expect(error.message).toContain(text);
});

test('with() refuses what is no provider, and two of one role', () => {
  const base = build(sound);
  for (const requires of [undefined, ['Engine'], [undefined], [{ key: Symbol('Engine') }]])
    expect(errorOf(() => base.with({ ...search, requires } as never)).code).toBe('CONFIG_INVALID');
  expect(errorOf(() => base.with((() => search) as never)).message).toBe(
    'experiment "sound".with(): providers are needed, got a function; write for instance randomSearch(), with the parentheses.',
  );
  expect(errorOf(() => base.with(search, search)).code).toBe('WIRING_AMBIGUOUS');
  expect(errorOf(() => base.with(rank)).message).toContain('only one analyzer may measure "rank"');
});

test('override() takes numbers alone', () => {
  const base = build(sound);
  expect(errorOf(() => base.override({ trails: 5 } as never)).message).toBe(
    'experiment "sound".override(): "trails" cannot be overridden; these can: concurrency, lag, seed, trials.',
  );
  expect(errorOf(() => base.override({ constructor: 5 } as never)).message).toContain('"constructor" cannot be overr');
  expect(errorOf(() => base.override(null as never)).message).toContain('a record of numbers is needed, got null');
});

test('default providers are checked when the function is made', () => {
  expect(errorOf(() => experimentWith('random' as never)).code).toBe('CONFIG_INVALID');
  const ENGINE = token<string>('Engine');
  const engine = defineProvider({ token: ENGINE, name: 'v8', create: () => 'v8' });
  expect(experimentWith(engine)(sound).plan.layers.flat()).toContain(engine);
});
