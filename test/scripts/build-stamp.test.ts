import { mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadScript } from './load-script.js';

const { digestOfSources, isCurrent, removeStamps, STAMPS, writeStamp } = await loadScript<{
  digestOfSources(root: string): string;
  isCurrent(root: string, stamp: string): boolean;
  removeStamps(root: string): void;
  STAMPS: { readonly bundled: string; readonly checked: string };
  writeStamp(root: string, stamp: string, digest: string): void;
}>('build/build-stamp.js');

let root: string;
const at = (path: string) => join(root, path);

function write(path: string, text: string): void {
  mkdirSync(join(at(path), '..'), { recursive: true });
  writeFileSync(at(path), text);
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'built-'));
  for (const path of ['packages/a/src/index.ts', 'packages/a/src/old.ts', 'scripts/build/b.js', 'tsconfig.json'])
    write(path, '{}');
  write('packages/a/dist/index.js', 'export {};');
  writeStamp(root, STAMPS.checked, digestOfSources(root));
});
afterEach(() => rmSync(root, { recursive: true }));

test('what was built is current, and each stamp speaks for itself', () => {
  expect(isCurrent(root, STAMPS.checked)).toBe(true);
  expect(isCurrent(root, STAMPS.bundled)).toBe(false);
  removeStamps(root);
  expect(isCurrent(root, STAMPS.checked)).toBe(false);
});

test.each<readonly [string, () => void]>([
  ['a source is edited', () => write('packages/a/src/index.ts', '{ }')],
  ['a setting is edited', () => write('tsconfig.json', '{ }')],
  ['the build itself is edited', () => write('scripts/build/b.js', '{ }')],
  ['a source is deleted', () => rmSync(at('packages/a/src/old.ts'))],
  ['what was built is deleted', () => rmSync(at('packages/a/dist/index.js'))],
  [
    'a source of the same size is put in place with an older time',
    () => {
      const { mtimeMs } = statSync(at('packages/a/src/old.ts'));
      write('packages/a/src/old.ts', '[]');
      utimesSync(at('packages/a/src/old.ts'), mtimeMs / 1000 - 3600, mtimeMs / 1000 - 3600);
    },
  ],
])('%s: it is built again', (_, change) => {
  change();
  expect(isCurrent(root, STAMPS.checked)).toBe(false);
});

test('what is built, and what others wrote, is no source', () => {
  write('packages/a/dist/index.d.ts', '');
  write('packages/a/node_modules/x/index.d.ts', '');
  write('packages/a/notes.md', '');
  expect(isCurrent(root, STAMPS.checked)).toBe(true);
});
