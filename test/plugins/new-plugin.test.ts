/**
 * `npm run new-plugin`: what it makes works as it stands, and what it cannot make it refuses.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { loadScript } from '../scripts/load-script.js';
import { mustRun, ROOT, runProgram } from './run-program.js';

interface NewPlugin {
  readonly KINDS: Readonly<Record<string, unknown>>;
  createPlugin(wanted: { kind: string; name: string; into: string }): string;
}
const { KINDS, createPlugin } = await loadScript<NewPlugin>('new-plugin.js');

/** Below the repository, so that its node_modules are found. */
const GENERATED = join(ROOT, 'test/plugins/.generated');
let into: string;
beforeEach(() => {
  mkdirSync(GENERATED, { recursive: true });
  into = mkdtempSync(join(GENERATED, 'run-'));
});
afterEach(() => rmSync(into, { recursive: true, force: true }));

const textsIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => ({ path: entry.name, text: readFileSync(join(entry.parentPath, entry.name), 'utf8') }));

test.each([
  ['searcher', 'my-search', 'my-search', 'mySearch', 8],
  ['searcher', '@me/tangentlab-downhill', 'downhill', 'downhill', 8],
  ['stage', 'tangentlab-clip-values', 'clip-values', 'clipValues', 3],
])(
  'a new %s named %s compiles and passes its tests',
  async (kind, name, file, camel, tests) => {
    const folder = createPlugin({ kind, name, into });
    expect(folder).toBe(join(into, file));
    for (const { path, text } of textsIn(folder))
      expect([path, /template/i.exec(text)?.[0]]).toEqual([path, undefined]);
    expect(readFileSync(join(folder, `src/${file}.ts`), 'utf8')).toContain(`export function ${camel}(`);
    const output = await mustRun(folder, 'npm', 'test');
    expect(Number(/^# pass (\d+)$/m.exec(output)?.[1])).toBeGreaterThanOrEqual(tests);
  },
  60_000,
);

test('the package depends on what its sources import, in the versions of this repository', () => {
  const versions = JSON.parse(readFileSync(join(ROOT, 'packages/core/package.json'), 'utf8'));
  const manifestOf = (kind: string) => {
    const folder = createPlugin({ kind, name: `my-${kind}`, into });
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  };
  const [ours, rxjs] = [`^${versions.version}`, `^${versions.dependencies.rxjs}`];
  expect(manifestOf('searcher')).toMatchObject({
    name: 'my-searcher',
    keywords: ['tangentlab-plugin'],
    peerDependencies: { '@tangentlab/core': ours },
    devDependencies: { '@tangentlab/testkit': ours },
  });
  expect(manifestOf('stage').peerDependencies).toEqual({
    '@tangentlab/core': ours,
    '@tangentlab/tensor': ours,
    rxjs,
  });
});

const main = (...args: string[]) => runProgram(into, process.execPath, join(ROOT, 'scripts/new-plugin.js'), ...args);

test('the command makes the folder where it was given', async () => {
  const { code, stdout } = await main('searcher', 'my-search');
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: `${join(into, 'my-search')}\nnext: npm install && npm test in there\n`,
  });
  expect(existsSync(join(into, 'my-search/src/my-search.ts'))).toBe(true);
  const again = await main('stage', 'my-search');
  expect(again.code).toBe(1);
  expect(again.stderr).toBe(
    `new-plugin: expected a folder that does not exist yet, got ${join(into, 'my-search')}; ` +
      'choose another name, or move it.\n',
  );
});

const usage = 'npm run new-plugin -- <kind> <name>';
test.each([
  [[], `a kind of plugin (searcher, stage), got nothing; ${usage}.`],
  [['seacher', 'my-search'], `a kind of plugin (searcher, stage), got seacher; ${usage}.`],
  [['constructor', 'my-search'], `a kind of plugin (searcher, stage), got constructor; ${usage}.`],
  [['searcher', 'a', 'b'], `a kind and a name, got b behind them; ${usage}.`],
  [['searcher'], 'a package name in kebab-case, got nothing; write for instance my-search or @me/my-search.'],
  [['searcher', 'MySearch'], 'a package name in kebab-case, got MySearch;'],
  [['searcher', '../my-search'], 'a package name in kebab-case, got ../my-search;'],
  [['searcher', 'my--search'], 'a package name in kebab-case, got my--search;'],
  [['searcher', '2-opt'], 'a package name in kebab-case, got 2-opt;'],
  [
    ['searcher', 'tangentlab-2-opt'],
    'a name that can be that of a new function, got tangentlab-2-opt, which makes 2Opt',
  ],
  [
    ['searcher', 'delete'],
    'a name that can be that of a new function, got delete, which makes delete(); choose another.',
  ],
  [['searcher', 'define-plugin'], 'got define-plugin, which makes definePlugin(); choose another.'],
])('%j is refused, and nothing is written', async (args, message) => {
  const { code, stdout, stderr } = await main(...args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(`new-plugin: expected `);
  expect(stderr).toContain(message);
  expect(stderr).not.toContain('    at ');
  expect(readdirSync(into)).toEqual([]);
});

test('each kind has a template', () => {
  for (const kind of Object.keys(KINDS)) expect(existsSync(join(ROOT, 'scripts/plugin-template', kind))).toBe(true);
});
