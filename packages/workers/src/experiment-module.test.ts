import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isTangentError } from '@tangentlab/core';
import { experimentOf, ownModule, projectOf } from './experiment-module.js';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tangentlab-module-')));
const root = join(folder, 'project');
const write = (path: string, text: string) => {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  return pathToFileURL(path).href;
};
afterAll(() => rmSync(folder, { recursive: true }));

const outside = write(join(folder, 'elsewhere', 'a.mjs'), '');
const inside = write(join(root, 'a.mjs'), 'export const a = 1; export const b = { plan: { name: "b" } };');
const installed = write(join(root, 'node_modules', 'some', 'index.mjs'), '');
write(join(root, 'package.json'), '{}');
write(join(root, 'packages', 'one', 'package.json'), '{}');
symlinkSync(join(folder, 'elsewhere'), join(root, 'link'));

async function refusal(of: () => unknown): Promise<string> {
  try {
    await of();
  } catch (error) {
    if (isTangentError(error)) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'nothing was refused';
}

test('the project is the topmost folder with a package.json, so that workspaces are one', () => {
  expect(projectOf(join(root, 'packages', 'one'))).toBe(root);
});

test('modules of the project and its node_modules are loaded, no others', async () => {
  expect(ownModule('here', inside, root)).toBe(inside);
  expect(ownModule('here', installed, root)).toBe(installed);
  const throughLink = pathToFileURL(join(root, 'link', 'a.mjs')).href;
  const near = write(join(`${root}2`, 'a.mjs'), ''); // a name that begins like the project's is not inside it
  for (const module of [outside, throughLink, near, 'data:text/javascript,', 'node:fs', 'https://example.org/a.mjs'])
    expect(await refusal(() => ownModule('here', module, root))).toContain('only modules of the project are loaded');
  expect(await refusal(() => ownModule('here', undefined, root))).toBe(
    'WORKER_NOT_SERIALISABLE here: trials on other threads need the module that exports the experiment, got none; ' +
      'add `module: import.meta.url` to its record, and export it.',
  );
});

test('the experiment is found by its name; a module without it is refused with those that it has', async () => {
  expect((await experimentOf({ experiment: 'b', module: inside }, root)).plan.name).toBe('b');
  expect(await refusal(() => experimentOf({ experiment: 'c', module: inside }, root))).toContain(
    'must export an experiment of this name',
  );
  expect(await refusal(() => experimentOf({ experiment: 'c', module: inside }, root))).toContain(
    'got "b"; write `export',
  );
});

test('a module that throws is refused with what it threw', async () => {
  const throwing = write(join(root, 'throws.mjs'), 'throw new Error("not today");');
  expect(await refusal(() => experimentOf({ experiment: 'c', module: throwing }, root))).toMatch(
    /^WORKER_NOT_SERIALISABLE .*must load in a thread, got the error "not today"/,
  );
});
