/**
 * The examples that are packages of their own: they are laid out as `npm run new-plugin` lays packages out, and their
 * tests pass as their authors run them. They run in copies, so that nobody packs an example while it is being compiled.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { loadScript } from '../scripts/load-script.js';
import { mustRun, ROOT } from './run-program.js';

interface NewPlugin {
  createPlugin(wanted: { kind: string; name: string; into: string }): string;
}
interface FindImports {
  findImports(text: string): readonly { readonly specifier: string }[];
  packageOf(specifier: string): string | undefined;
}
interface Manifest {
  readonly name: string;
  readonly keywords: readonly string[];
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}
const { createPlugin } = await loadScript<NewPlugin>('new-plugin.js');
const { findImports, packageOf } = await loadScript<FindImports>('source/find-imports.js');

/** Below the repository, so that its node_modules are found. */
const GENERATED = join(ROOT, 'test/plugins/.generated');
let into: string;
beforeEach(() => {
  mkdirSync(GENERATED, { recursive: true });
  into = mkdtempSync(join(GENERATED, 'run-'));
});
afterEach(() => rmSync(into, { recursive: true, force: true }));

const BUILT = /^(?:dist|node_modules)(?:\/|$)/;
const filesOf = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.\w+$/.test(file) && !BUILT.test(file))
    .sort();
const read = (folder: string, file: string) => readFileSync(join(folder, file), 'utf8');
const manifestOf = (folder: string): Manifest => JSON.parse(read(folder, 'package.json'));

/** Packages that a source or a test imports and that `npm install` in the folder would not bring. */
function missing(folder: string, manifest: Manifest): readonly string[] {
  const brought = { ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.devDependencies };
  const imports = filesOf(folder)
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => findImports(read(folder, file)).map(({ specifier }) => packageOf(specifier)));
  return [...new Set(imports)].filter((name) => name !== undefined && !Object.hasOwn(brought, name)) as string[];
}

describe.each([
  ['searcher', '03-write-a-searcher', 'tangentlab-hill-climb'],
  ['stage', '04-write-a-stage', 'tangentlab-add-noise'],
])('the %s %s', (kind, example, name) => {
  const folder = join(ROOT, 'examples', example);

  test('it compiles and its tests pass', async () => {
    cpSync(folder, join(into, example), { recursive: true, filter: (path) => !BUILT.test(basename(path)) });
    const output = await mustRun(join(into, example), 'npm', 'test');
    expect(Number(/^# pass (\d+)$/m.exec(output)?.[1])).toBeGreaterThan(8);
  }, 60_000);

  test('it is laid out as a new plugin is', () => {
    const fresh = createPlugin({ kind, name, into });
    expect(filesOf(folder)).toEqual(filesOf(fresh));
    expect(read(folder, 'tsconfig.json')).toBe(read(fresh, 'tsconfig.json'));
    const {
      description: _,
      dependencies: __,
      devDependencies: installed,
      ...rest
    } = JSON.parse(read(fresh, 'package.json'));
    expect(manifestOf(folder)).toMatchObject({ ...rest, devDependencies: installed });
    expect(manifestOf(folder).scripts).toEqual(rest.scripts);
  });

  test('the program brings the packages of the house, npm install all others that it imports', () => {
    const manifest = manifestOf(folder);
    const core: { readonly version: string } = JSON.parse(read(join(ROOT, 'packages/core'), 'package.json'));
    expect(manifest.peerDependencies['@tangentlab/core']).toBe(`^${core.version}`);
    expect(Object.keys(manifest.dependencies ?? {}).filter((each) => each.includes('tangentlab'))).toEqual([]);
    expect(missing(folder, manifest)).toEqual([]);
    // the check sees a package that only a test imports
    const without = { ...manifest, peerDependencies: {}, devDependencies: {} };
    expect(missing(folder, without)).toEqual(expect.arrayContaining(['@tangentlab/core', 'rxjs']));
  });
});
