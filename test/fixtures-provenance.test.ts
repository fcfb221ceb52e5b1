/**
 * Reference numbers say where they come from: each JSON file of fixtures has a record `provenance` with a script of the
 * tree and the versions of what it used, or, where its shape has no room for one, a README beside it that names file and
 * versions. That a script gives the stored numbers is not checked here: it takes Python, and prints the gap itself.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryTree } from './scripts/temporary-tree.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const VERSION = /\b\d+\.\d+\.\d+/;

/** The fixtures below a root, and what is wrong with them, one line each. */
function checkFixtures(root: string): { readonly files: number; readonly wrong: readonly string[] } {
  const packages = namesIn(join(root, 'packages')).map((name) => `packages/${name}/fixtures`);
  const files = [...packages, 'test/fixtures'].flatMap((folder) =>
    namesIn(join(root, folder), { recursive: true })
      .filter((name) => name.endsWith('.json'))
      .map((name) => `${folder}/${name}`),
  );
  return { files: files.length, wrong: files.flatMap((file) => faultsOf(root, file)) };
}

/** The names in a folder, sorted; none if there is no such folder. */
function namesIn(folder: string, { recursive = false } = {}): string[] {
  return existsSync(folder) ? readdirSync(folder, { recursive, encoding: 'utf8' }).sort() : [];
}

function faultsOf(root: string, file: string): string[] {
  const { provenance } = JSON.parse(readFileSync(join(root, file), 'utf8')) as {
    readonly provenance?: Readonly<Record<string, unknown>>;
  };
  if (provenance === undefined) return describedBeside(root, file) ? [] : [`${file}: no provenance, no README says it`];
  const { script, python, date, ...libraries } = provenance;
  const versions = Object.values(libraries);
  const faults = [
    typeof script === 'string' && existsSync(join(root, script)) ? '' : `no such script, ${String(script)}`,
    isVersion(python) && versions.length > 0 && versions.every(isVersion) ? '' : 'versions are missing',
    typeof date === 'string' && /^\d{4}-\d\d-\d\d$/.test(date) ? '' : 'no date',
  ];
  return faults.filter((fault) => fault !== '').map((fault) => `${file}: ${fault}`);
}

function isVersion(value: unknown): boolean {
  return typeof value === 'string' && VERSION.test(value);
}

function describedBeside(root: string, file: string): boolean {
  const readme = join(root, dirname(file), 'README.md');
  if (!existsSync(readme)) return false;
  const text = readFileSync(readme, 'utf8');
  return text.includes(`\`${basename(file)}\``) && VERSION.test(text);
}

test('every fixture names the script and the versions that made it', () => {
  const { files, wrong } = checkFixtures(ROOT);
  expect(wrong).toEqual([]);
  expect(files).toBeGreaterThanOrEqual(14);
});

const FILE = 'packages/nn/fixtures/a.json';
const SCRIPT = 'test/fixtures/make/a.py';
const PROVENANCE = { script: SCRIPT, torch: '2.15.0+cu132', python: '3.11.7', date: '2026-01-31' };
const { script: _script, ...NO_SCRIPT } = PROVENANCE;
const { torch: _torch, ...NO_LIBRARY } = PROVENANCE;
const { python: _python, ...NO_PYTHON } = PROVENANCE;
const { date: _date, ...NO_DATE } = PROVENANCE;

test.each([
  ['provenance', { [FILE]: JSON.stringify({ provenance: PROVENANCE }), [SCRIPT]: '' }],
  ['a README', { [FILE]: '[1]', 'packages/nn/fixtures/README.md': '`a.json`: made with NumPy 2.4.6' }],
])('%s is enough', (_, tree) => {
  expect(checkFixtures(temporaryTree(tree))).toEqual({ files: 1, wrong: [] });
});

test.each([
  ['a script that is gone', { [FILE]: JSON.stringify({ provenance: PROVENANCE }) }, 'no such script'],
  ['no script', { [FILE]: JSON.stringify({ provenance: NO_SCRIPT }), [SCRIPT]: '' }, 'no such script'],
  ['no library', { [FILE]: JSON.stringify({ provenance: NO_LIBRARY }), [SCRIPT]: '' }, 'versions are missing'],
  ['no Python', { [FILE]: JSON.stringify({ provenance: NO_PYTHON }), [SCRIPT]: '' }, 'versions are missing'],
  ['no date', { [FILE]: JSON.stringify({ provenance: NO_DATE }), [SCRIPT]: '' }, 'no date'],
  [
    'a version in words',
    { [FILE]: JSON.stringify({ provenance: { ...PROVENANCE, torch: 'newest' } }), [SCRIPT]: '' },
    'versions are missing',
  ],
  ['nothing at all', { [FILE]: '[1]' }, 'no provenance'],
  ['a README of another file', { [FILE]: '[1]', 'packages/nn/fixtures/README.md': '`b.json`: NumPy 2.4.6' }, 'no prov'],
  ['a README without versions', { [FILE]: '[1]', 'packages/nn/fixtures/README.md': '`a.json`' }, 'no provenance'],
])('%s is noticed', (_, tree, fault) => {
  const { wrong } = checkFixtures(temporaryTree(tree));
  expect(wrong).toHaveLength(1);
  expect(wrong[0]).toContain(fault);
});
