import {
  defineAnalyzer,
  definePlugin,
  defineProvider,
  noImprovement,
  PLUGIN_API_VERSION,
  type Plugin,
  SEARCHER,
  type Searcher,
  type Snapshot,
  usePlugins,
} from '@tangentlab/core';
import { errorOf } from '../../../../test/thrown.js';

/** What an analyzer of networks sees. */
type Deep = Snapshot<{ readonly depth: number }, string>;

const spent: Searcher = { name: 'spent', feedback: false, ask: () => null };
const searcher = (name: string) => () => defineProvider({ token: SEARCHER, name, create: () => spent });
const plugin = (name: string, ...searchers: string[]) =>
  definePlugin({
    name,
    apiVersion: 1,
    provides: { searcher: Object.fromEntries(searchers.map((key) => [key, searcher(key)])) },
  });

test('a plugin is frozen data, and defining it calls no factory', () => {
  const explode = () => {
    throw new Error('called');
  };
  const made = definePlugin({ name: 'mine', apiVersion: 1, provides: { searcher: { explode }, stage: {} } });
  expect([made, made.provides, made.provides.searcher].every(Object.isFrozen)).toBe(true);
  expect(made).toMatchObject({ name: 'mine', apiVersion: 1 });
  expect(made.provides.searcher.explode).toBe(explode);
});

test('types refuse another role than a factory makes, and a role that does not exist', () => {
  definePlugin({ name: 'mine', apiVersion: 1, provides: { searcher: { tep: searcher('tep') } } });
  const depth = () =>
    defineAnalyzer({ name: 'depth', measures: ['depth'], every: 1, create: () => ({ measure: (s: Deep) => s.model }) });
  const wait = (options: { readonly trials: number }) => noImprovement(options.trials);
  definePlugin({ name: 'mine', apiVersion: 1, provides: { analyzer: { depth }, stopRule: { wait } } });
  // @ts-expect-error a searcher is no analyzer
  definePlugin({ name: 'mine', apiVersion: 1, provides: { analyzer: { tep: searcher('tep') } } });
  // @ts-expect-error a searcher is no stage
  definePlugin({ name: 'mine', apiVersion: 1, provides: { stage: { tep: searcher('tep') } } });
  // @ts-expect-error a typo
  definePlugin({ name: 'mine', apiVersion: 1, provides: { seacher: { tep: searcher('tep') } } });
});

test.each([
  [0, 'version 0; install a newer version of the plugin, or change it and its apiVersion.'],
  [2, 'version 2; update @tangentlab/core, or install an older version of the plugin.'],
  ['1', 'version "1"; install a newer version of the plugin, or change it and its apiVersion.'],
  [undefined, 'none; install a newer version of the plugin, or change it and its apiVersion.'],
])('the version %j of the interface is refused, by who defines and by who uses it', (apiVersion, rest) => {
  expect(PLUGIN_API_VERSION).toBe(1);
  const old = { name: 'old', apiVersion, provides: {} } as Plugin;
  const error = errorOf(() => definePlugin(old));
  expect(error).toMatchObject({ code: 'PLUGIN_INCOMPATIBLE', details: { plugin: 'old', apiVersion } });
  expect(error.message).toBe(
    `definePlugin: plugin "old" must be written against version 1 of the plugin interface, got ${rest}`,
  );
  expect(errorOf(() => usePlugins(old)).code).toBe('PLUGIN_INCOMPATIBLE');
});

test.each([
  ['nothing', undefined, 'a plugin with a name is needed, got undefined;'],
  ['a factory', searcher('tep'), 'got a function;'],
  ['no name', { apiVersion: 1, provides: {} }, 'a plugin with a name is needed'],
  ['no roles', { name: 'p', apiVersion: 1 }, 'must provide a record of roles, got undefined;'],
  ['a list of roles', { name: 'p', apiVersion: 1, provides: [] }, 'must provide a record of roles, got [];'],
  ['a list of factories', { name: 'p', apiVersion: 1, provides: { searcher: [] } }, 'provide searcher as a record'],
  [
    'a provider in place of its factory',
    { name: 'p', apiVersion: 1, provides: { searcher: { tep: searcher('tep')() } } },
    'plugin "p" must provide searcher as a record of factories, got no function as tep; give the factory, not its result.',
  ],
])('%s is no plugin', (_, value, message) => {
  const error = errorOf(() => definePlugin(value as never));
  expect(error.code).toBe('PLUGIN_INCOMPATIBLE');
  expect(error.message).toContain(message);
});

test('a set picks by role and name, and answers an unknown name with the known ones', () => {
  const set = usePlugins(plugin('a', 'tpe', 'gp'), plugin('b', 'grid'));
  expect(set.pick('searcher', 'grid')().name).toBe('grid');
  expect(Object.keys(set.factories('searcher')).sort()).toEqual(['gp', 'grid', 'tpe']);
  expect(set.factories('stage')).toEqual({});
  expect([set, set.plugins, set.factories('searcher'), set.factories('stage')].every(Object.isFrozen)).toBe(true);
  expect(errorOf(() => set.pick('searcher', 'tep')).message).toBe(
    'plugins: no searcher is named "tep"; known: gp, grid, tpe.',
  );
  expect(errorOf(() => set.pick('searcher', 'tep', '--search')).message).toContain('--search: no searcher');
  expect(errorOf(() => set.pick('stage', 'constructor')).message).toContain('known: none.');
});

test('two plugins with one name for one role are ambiguous; one plugin twice, or one name for two roles, is not', () => {
  const [a, b] = [plugin('a', 'tpe', 'gp'), plugin('b', 'grid', 'gp')];
  const error = errorOf(() => usePlugins(a, b));
  expect(error).toMatchObject({
    code: 'WIRING_AMBIGUOUS',
    details: { role: 'searcher', name: 'gp', plugins: ['a', 'b'] },
  });
  expect(error.message).toBe(
    'usePlugins: one plugin may provide the searcher "gp", got "a" and "b"; ' +
      'leave one of them out, or use its factory without the plugin.',
  );
  const stage = definePlugin({ name: 'c', apiVersion: 1, provides: { provider: { gp: searcher('gp') } } });
  expect(usePlugins(a, stage, a).plugins.map(({ name }) => name)).toEqual(['a', 'c']);
});

test('one function under one name in two plugins is ambiguous too', () => {
  const factory = searcher('tpe');
  const of = (name: string) => definePlugin({ name, apiVersion: 1, provides: { searcher: { tpe: factory } } });
  expect(errorOf(() => usePlugins(of('a'), of('b'))).message).toContain('got "a" and "b"');
});

test('names that every object has are names like others', () => {
  const odd = definePlugin({
    name: 'odd',
    apiVersion: 1,
    provides: { searcher: { ['__proto__']: searcher('proto'), constructor: searcher('constructor') } },
  });
  const set = usePlugins(odd);
  expect(set.pick('searcher', '__proto__')().name).toBe('proto');
  expect(set.pick('searcher', 'constructor')().name).toBe('constructor');
  expect(errorOf(() => set.pick('searcher', 'toString')).code).toBe('CONFIG_INVALID');
});
