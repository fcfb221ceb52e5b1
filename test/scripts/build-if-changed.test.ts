import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadScript } from './load-script.js';

const { isBuilt, isCurrent, sourcesOf } = await loadScript<{
  isBuilt(root: string): boolean;
  isCurrent(stamp: string, sources: { newest: number; count: number }): boolean;
  sourcesOf(root: string): { newest: number; count: number };
}>('build-if-changed.js');

const root = mkdtempSync(join(tmpdir(), 'built-'));
const stamp = join(root, 'stamp');
const source = join(root, 'packages/a/src/index.ts');
mkdirSync(join(root, 'packages/a/src'), { recursive: true });
afterAll(() => rmSync(root, { recursive: true }));

/** All sources from an hour ago, and a stamp of them from now. */
function built(): void {
  writeFileSync(source, 'export {};');
  writeFileSync(join(root, 'tsconfig.json'), '{}');
  const before = Date.now() / 1000 - 3600;
  for (const file of [source, join(root, 'tsconfig.json')]) utimesSync(file, before, before);
  writeFileSync(stamp, String(sourcesOf(root).count));
}

test('what was built is current until something changes', () => {
  expect(isCurrent(stamp, sourcesOf(root))).toBe(false);
  built();
  expect(sourcesOf(root).count).toBe(2);
  expect(isCurrent(stamp, sourcesOf(root))).toBe(true);
});

test.each([
  ['a source is edited', () => utimesSync(source, Date.now() / 1000 + 5, Date.now() / 1000 + 5)],
  ['a setting is edited', () => utimesSync(join(root, 'tsconfig.json'), Date.now() / 1000 + 5, Date.now() / 1000 + 5)],
  [
    'a source is added with an old time',
    () => {
      const added = join(root, 'packages/a/src/other.ts');
      writeFileSync(added, 'export {};');
      utimesSync(added, 1, 1);
    },
  ],
  ['a source is deleted', () => rmSync(source)],
])('%s: it is built again', (_, change) => {
  built();
  change();
  expect(isCurrent(stamp, sourcesOf(root))).toBe(false);
  rmSync(join(root, 'packages/a/src/other.ts'), { force: true });
});

test('what is built, and what others wrote, is no source', () => {
  built();
  for (const folder of ['dist', 'node_modules/x']) {
    mkdirSync(join(root, 'packages/a', folder), { recursive: true });
    writeFileSync(join(root, 'packages/a', folder, 'index.d.ts'), '');
  }
  expect(isCurrent(stamp, sourcesOf(root))).toBe(true);
});

test('a package without what was built of it is not built', () => {
  built();
  rmSync(join(root, 'packages/a/dist'), { recursive: true, force: true });
  expect(isBuilt(root)).toBe(false);
  mkdirSync(join(root, 'packages/a/dist'), { recursive: true });
  writeFileSync(join(root, 'packages/a/dist/index.js'), '');
  expect(isBuilt(root)).toBe(true);
});
