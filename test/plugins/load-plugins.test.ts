/**
 * Plugins found by the name of their package, in small projects on disk.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isTangentError, loadPlugins, type TangentError } from '@tangentlab/core';
import { temporaryTree } from '../scripts/temporary-tree.js';

const KEYWORDS = ['tangentlab-plugin'];

/** A plugin without imports, as the source of a module. */
const source = (name: string, part: string, apiVersion = 1) =>
  `export const plugin = {
    name: '${name}', apiVersion: ${apiVersion},
    provides: { searcher: { ${part}: (options = {}) => ({ name: '${part}', config: options }) } },
  };`;

/** A package in node_modules; by default a plugin. */
const installed = (name: string, manifest: object = {}, module = source(name, 'hill'), file = 'index.js') => ({
  [`node_modules/${name}/package.json`]: JSON.stringify({ name, type: 'module', keywords: KEYWORDS, ...manifest }),
  [`node_modules/${name}/${file}`]: module,
});

const project = (dependencies: readonly string[], manifest: object = {}) => ({
  'package.json': JSON.stringify({
    name: 'project',
    dependencies: Object.fromEntries(dependencies.map((name) => [name, '1'])),
    ...manifest,
  }),
});

async function errorOf(promise: Promise<unknown>): Promise<TangentError> {
  const error = await promise.then(
    () => new Error('nothing was thrown'),
    (thrown: unknown) => thrown,
  );
  if (isTangentError(error)) return error;
  throw error;
}

test('dependencies with the keyword are loaded, others are not even imported', async () => {
  const directory = temporaryTree({
    ...project(['b-plugin', '@me/a-plugin', 'no-plugin']),
    ...installed('b-plugin', {}, source('b', 'grid')),
    ...installed('@me/a-plugin', {}, source('a', 'tpe')),
    ...installed('no-plugin', { keywords: ['other'] }, 'throw new Error("imported")'),
  });
  const set = await loadPlugins({ directory });
  expect(set.plugins.map(({ name }) => name)).toEqual(['a', 'b']);
  expect(set.pick('searcher', 'grid')({ points: 3 })).toEqual({ name: 'grid', config: { points: 3 } });
  expect((await errorOf(Promise.resolve().then(() => set.pick('searcher', 'tep')))).message).toBe(
    'plugins: no searcher is named "tep"; known: grid, tpe.',
  );
});

test('the project may be given as a path, a file or a URL', async () => {
  const directory = temporaryTree({ ...project(['p']), ...installed('p') });
  const places = [
    { directory: pathToFileURL(`${directory}/`) },
    { directory: pathToFileURL(directory) },
    { packageJson: join(directory, 'package.json') },
    { packageJson: pathToFileURL(join(directory, 'package.json')) },
  ];
  for (const place of places) expect((await loadPlugins(place)).plugins).toHaveLength(1);
  for (const place of [{}, { directory, packageJson: join(directory, 'package.json') }]) {
    expect((await errorOf(loadPlugins(place))).message).toContain('either `directory` or `packageJson` is needed');
  }
});

test('what lies in node_modules without being a dependency is never loaded', async () => {
  const directory = temporaryTree({
    ...project([], { devDependencies: { dev: '1' }, peerDependencies: { peer: '1' } }),
    ...installed('dev', {}, 'throw new Error("imported")'),
    ...installed('peer', {}, 'throw new Error("imported")'),
    ...installed('stray', {}, 'throw new Error("imported")'),
  });
  expect((await loadPlugins({ directory })).plugins).toEqual([]);
  for (const name of ['dev', 'peer', 'stray', 'toString']) {
    const error = await errorOf(loadPlugins({ directory, names: [name] }));
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.message).toBe(
      `${join(directory, 'package.json')}: "${name}" must be one of its dependencies, got none; ` +
        'install it there with npm install, or correct the name.',
    );
  }
});

test('names choose among the dependencies, and need no keyword', async () => {
  const directory = temporaryTree({
    ...project(['a', 'b']),
    ...installed('a', { keywords: undefined }, source('a', 'tpe')),
    ...installed('b', {}, source('b', 'grid')),
  });
  const set = await loadPlugins({ directory, names: ['a'] });
  expect(set.plugins.map(({ name }) => name)).toEqual(['a']);
});

test('a dependency is found in a folder above, as Node finds it', async () => {
  const directory = temporaryTree({ ...installed('p'), 'packages/app/package.json': project(['p'])['package.json'] });
  expect((await loadPlugins({ directory: join(directory, 'packages/app') })).plugins).toHaveLength(1);
});

test.each([
  ['a text', './lib/entry.js'],
  ['a record of paths', { '.': './lib/entry.js', './other': './other.js' }],
  ['conditions', { types: './x.d.ts', import: './lib/entry.js', default: './x.cjs' }],
  ['conditions in conditions', { '.': { browser: './x.js', node: { require: './x.cjs', import: './lib/entry.js' } } }],
  ['alternatives', { '.': [{ require: './x.cjs' }, './lib/entry.js'] }],
])('the entry of a package is found by %s', async (_, exports) => {
  const directory = temporaryTree({
    ...project(['p']),
    ...installed('p', { exports }, source('p', 'tpe'), 'lib/entry.js'),
  });
  expect((await loadPlugins({ directory })).factories('searcher')).toHaveProperty('tpe');
});

test('without exports, main is the entry', async () => {
  const directory = temporaryTree({
    ...project(['p']),
    ...installed('p', { main: 'lib/entry.js' }, source('p', 'tpe'), 'lib/entry.js'),
  });
  expect((await loadPlugins({ directory })).plugins).toHaveLength(1);
});

const HOUSE_ERROR = `throw Object.assign(new Error("p: out of date; update it."), {
  [Symbol.for("tangentlab/error")]: true, code: "PLUGIN_INCOMPATIBLE",
});`;

const broken: [what: string, files: Record<string, string>, code: string, message: string][] = [
  [
    'a dependency that is not installed',
    project(['p']),
    'CONFIG_INVALID',
    'the dependency "p" must be installed, got none in node_modules here or above; run npm install, or take it out',
  ],
  [
    'a dependency whose name is a path',
    { ...project(['../p']), ...installed('../p') },
    'CONFIG_INVALID',
    'the dependency "../p" must be installed',
  ],
  ['no package.json', { 'readme.md': '' }, 'CONFIG_INVALID', 'a package.json is needed, got the error'],
  ['a package.json that is none', { 'package.json': '[]' }, 'CONFIG_INVALID', 'a package.json is needed, got []'],
  [
    'a package without a plugin',
    { ...project(['p']), ...installed('p', {}, 'export const plugins = 1; export default 2;') },
    'PLUGIN_INCOMPATIBLE',
    'loadPlugins, package "p": an export `plugin` is needed, got the exports default, plugins; ' +
      'export const plugin = definePlugin(...).',
  ],
  [
    'an export that is no plugin',
    { ...project(['p']), ...installed('p', {}, 'export const plugin = () => 1;') },
    'PLUGIN_INCOMPATIBLE',
    'loadPlugins, package "p": a plugin with a name is needed, got a function',
  ],
  [
    'a plugin of another version',
    { ...project(['p']), ...installed('p', {}, source('p', 'tpe', 2)) },
    'PLUGIN_INCOMPATIBLE',
    'loadPlugins, package "p": plugin "p" must be written against version 1 of the plugin interface, got version 2; ' +
      'update @tangentlab/core, or install an older version of the plugin.',
  ],
  [
    'a module that throws',
    { ...project(['p']), ...installed('p', {}, 'throw new Error("no licence")') },
    'PLUGIN_INCOMPATIBLE',
    'loadPlugins, package "p": its module must be importable, got the error "no licence"; see its cause.',
  ],
  [
    'a package without a module',
    { ...project(['p']), ...installed('p', { exports: { './other': './index.js' } }) },
    'PLUGIN_INCOMPATIBLE',
    'loadPlugins, package "p": a module that Node can import is needed, got none',
  ],
  [
    'an entry outside of the package',
    { ...project(['p']), ...installed('p', { exports: '../../evil.js' }), 'evil.js': source('p', 'tpe') },
    'PLUGIN_INCOMPATIBLE',
    'loadPlugins, package "p": a module that Node can import is needed, got none',
  ],
  [
    'two packages with one name for one role',
    {
      ...project(['a', 'b']),
      ...installed('a', {}, source('a', 'tpe')),
      ...installed('b', {}, source('b', 'tpe')),
    },
    'WIRING_AMBIGUOUS',
    'one plugin may provide the searcher "tpe", got "a" and "b"',
  ],
];

test('an error of the house goes through as it is', async () => {
  const directory = temporaryTree({ ...project(['p']), ...installed('p', {}, HOUSE_ERROR) });
  expect((await errorOf(loadPlugins({ directory }))).message).toBe('p: out of date; update it.');
});

test.each(broken)('%s is refused', async (_, files, code, message) => {
  const error = await errorOf(loadPlugins({ directory: temporaryTree(files) }));
  expect(error.code).toBe(code);
  expect(error.message).toContain(message);
});
