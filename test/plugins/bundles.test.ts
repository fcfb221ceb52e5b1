/**
 * The JavaScript of the packages as it is built: one file each with what is inlined in it, and nothing lost by that.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadScript } from '../scripts/load-script.js';
import { mustRun, ROOT } from './run-program.js';

interface Found {
  readonly specifier: string;
  readonly kind: 'static' | 'type' | 'lazy';
}
const { findImports } = await loadScript<{ findImports(text: string): readonly Found[] }>('source/find-imports.js');
const { INLINED } = await loadScript<{ INLINED: Readonly<Record<string, string>> }>('build/bundle-packages.js');
const { noticeOf } = await loadScript<{ noticeOf(folder: string, files: readonly string[]): string }>(
  'build/third-party-notices.js',
);

const PACKAGES = readdirSync(join(ROOT, 'packages')).filter((name) =>
  existsSync(join(ROOT, 'packages', name, 'src/index.ts')),
);
const built = (folder: string, file: string) => readFileSync(join(ROOT, 'packages', folder, 'dist', file), 'utf8');
const importsOf = (folder: string, kind: Found['kind']) =>
  new Set(
    findImports(built(folder, 'index.js'))
      .filter((found) => found.kind === kind)
      .map(({ specifier }) => specifier),
  );
const evaluated = (program: string) => mustRun(ROOT, process.execPath, '--input-type=module', '--eval', program);

test.each(PACKAGES)('%s loads no package that is inlined, and siblings from outside', (folder) => {
  for (const specifier of [...importsOf(folder, 'static'), ...importsOf(folder, 'lazy')])
    expect(Object.keys(INLINED)).not.toContain(specifier);
  const manifest = JSON.parse(readFileSync(join(ROOT, 'packages', folder, 'package.json'), 'utf8'));
  const siblings = Object.keys(manifest.dependencies).filter((name) => name.startsWith('@tangentlab/'));
  const loaded = new Set(findImports(bundleOf(folder)).map(({ specifier }) => specifier));
  expect([...loaded]).toEqual(expect.arrayContaining(siblings));
});

/** All that is loaded of a package, sooner or later. */
function bundleOf(folder: string): string {
  const files = readdirSync(join(ROOT, 'packages', folder, 'dist'), { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.js'))
    .map((file) => built(folder, file))
    .join('\n');
}

test('data, WebAssembly of other kinds and readers of formats are loaded when they are needed', () => {
  expect([...importsOf('datasets', 'lazy')]).toEqual(
    expect.arrayContaining(['papaparse', 'hyparquet', expect.stringContaining('digits')]),
  );
  expect([...importsOf('ops-wasm', 'lazy')]).toEqual([
    expect.stringContaining('relaxed-module-text'),
    expect.stringContaining('threads-module-text'),
    expect.stringContaining('relaxed-threads-module-text'),
  ]);
  expect(importsOf('ops-gpu', 'static').has('gpu.js')).toBe(false);
  expect(importsOf('workers', 'static').has('piscina')).toBe(false);
});

test("class plugins are wired by the user's own copy of inversify", async () => {
  const said = await evaluated(`
    import { defineProvider, provideClass, SEARCHER, token, Wiring } from '@tangentlab/core';
    import { inject, injectable } from 'inversify';
    const START = token('Start');
    class FromStart { name = 'fromStart'; constructor(start) { this.start = start; } }
    inject(START.key)(FromStart, undefined, 0);
    injectable()(FromStart);
    const start = defineProvider({ token: START, name: 'start', create: () => ({ lr: 0.25 }) });
    const wiring = new Wiring('test', [[provideClass(SEARCHER, 'fromStart', FromStart), start]]);
    await wiring.resolveAll();
    console.log(wiring.resolved(SEARCHER).start.lr);
    class Undecorated { constructor(start) { this.start = start; } }
    try { provideClass(SEARCHER, 'undecorated', Undecorated); } catch (error) { console.log(error.name, error.code); }`);
  expect(said).toBe('0.25\nWiringError WIRING_MISSING\n');
});

test('options are checked, in words, and errors have their names', async () => {
  const said = await evaluated(`
    import { adam, gp, holdout } from 'tangentlab';
    for (const wrong of [() => holdout({ fraction: 2 }), () => adam({ lr: 'fast' }), () => gp({ oops: 1 })])
      try { wrong(); } catch (error) { console.log(error.name, error.code, error.message); }`);
  const lines = said.trimEnd().split('\n');
  expect(lines).toHaveLength(3);
  for (const line of lines) expect(line).toMatch(/^ConfigError CONFIG_INVALID \w+: /);
  expect(lines[1]).toContain('expected number, received string'); // zod speaks, so its words are there
  expect(lines[2]).toContain('oops');
});

test('stack traces name the sources when Node is asked for it', async () => {
  const program =
    "import { adam } from 'tangentlab'; try { adam({ lr: -1 }); } catch (error) { console.log(error.stack); }";
  const stack = (...flags: string[]) => mustRun(ROOT, process.execPath, ...flags, '--input-type=module', '-e', program);
  expect(await stack('--enable-source-maps')).toMatch(/packages\/nn\/src\/training\/adam\.ts:\d+:\d+/);
  expect(await stack()).toMatch(/adam .*packages\/nn\/dist\/index\.js:\d+:\d+/); // names stay in any case
});

test('what a bundle contains of others comes with its licence', () => {
  for (const [name, folder] of Object.entries(INLINED)) {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8'));
    expect(built(folder, 'THIRD-PARTY.txt')).toContain(`\n${name} ${version} (`);
  }
  expect(built('core', 'THIRD-PARTY.txt')).toMatch(/Remo H\. Jansen[\s\S]*David Bau[\s\S]*Johannes Baagøe/);
});

test('a package without terms cannot be inlined', () => {
  const folder = mkdtempSync(join(tmpdir(), 'no-terms-'));
  try {
    mkdirSync(join(folder, 'lib'));
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'lost', version: '1.0.0', license: 'MIT' }));
    writeFileSync(join(folder, 'README.md'), '# lost\n\nNo terms.\n');
    expect(() => noticeOf(folder, [])).toThrow('lost: expected a licence to hand on, got none; do not inline it.');
    writeFileSync(join(folder, 'README.md'), '# lost\n\n## License\n\nDo as you like.\n');
    writeFileSync(join(folder, 'lib/a.js'), '// Copyright 1999 by Somebody\nexport {};\n// more\n');
    expect(noticeOf(folder, [join(folder, 'lib/a.js')])).toBe(
      'lost 1.0.0 (MIT)\n\nDo as you like.\n\n// Copyright 1999 by Somebody',
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
