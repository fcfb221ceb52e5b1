/**
 * Core loads in a browser: what only Node has is imported where it is used, and never before.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { loadScript } from '../scripts/load-script.js';
import { ROOT } from './run-program.js';

interface FindImports {
  findImports(text: string): readonly { readonly specifier: string; readonly kind: 'static' | 'type' | 'lazy' }[];
}
const { findImports } = await loadScript<FindImports>('source/find-imports.js');

const CORE = join(ROOT, 'packages/core/src');
const nodeImports = readdirSync(CORE, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .flatMap((file) => findImports(readFileSync(join(CORE, file), 'utf8')).map((found) => ({ file, ...found })))
  .filter(({ specifier }) => specifier.startsWith('node:') || builtinModules.includes(specifier));

test('no module of core needs Node to be loaded', () => {
  expect(nodeImports.filter(({ kind }) => kind === 'static')).toEqual([]);
  // the check sees imports of Node
  expect(nodeImports.filter(({ kind }) => kind === 'lazy').length).toBeGreaterThan(0);
});
