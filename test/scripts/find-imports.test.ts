/**
 * The import scanner against cases written by hand, and against swc's parser on real sources.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from '@swc/core';
import { loadScript } from './load-script.js';

interface Import {
  readonly specifier: string;
  readonly kind: 'static' | 'type' | 'lazy';
  readonly line: number;
}
const { findImports } = await loadScript<{ findImports(text: string): readonly Import[] }>('source/find-imports.js');
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const found = (text: string) => findImports(text).map(({ kind, specifier }) => `${kind} ${specifier}`);

test.each([
  ["import 'a';", ['static a']],
  ["import a, { type b, c as d } from 'a';", ['static a']],
  ["import * as a from 'a'; export * from \"b\"; export * as c from 'c';", ['static a', 'static b', 'static c']],
  ["import type a from 'a'; import type { b } from 'b'; export type * from 'c';", ['type a', 'type b', 'type c']],
  ["import type from 'a'; import type, { b } from 'b';", ['static a', 'static b']],
  ["const a = await import('a'); type B = typeof import(`b`);", ['lazy a', 'lazy b']],
  ["import a = require('a'); require.resolve('b'); import.meta.resolve('c');", ['lazy a', 'lazy b', 'lazy c']],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the code under test is a template
  ["import(`a/${b}`); import(name); require('a/' + b); this.import('c'); import.meta.url;", []],
  ["// import 'a'\n/* import 'b' */ const s = \"import 'c'\", t = `import 'd'`;", []],
  ["const r = /import 'a'/, s = x! / y; import 'b'; // '/", ['static b']],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the code under test is a template
  ["const t = `${`${import('a')}`} import 'b'`; import 'c';", ['lazy a', 'static c']],
  ["export const from = 'a'; export default 'b'; const { from: c } = { from: 'd' };", []],
])('%s', (text, imports) => {
  expect(found(text)).toEqual(imports);
});

test('an import stands in the line of its specifier', () => {
  expect(findImports("/*\n*/ import {\n  a,\n} from 'a';\n\nimport('b')").map(({ line }) => line)).toEqual([4, 6]);
});

test('scanner and parser find the same static imports in real sources', () => {
  const folders = ['packages', 'test', 'node_modules/rxjs/src', 'node_modules/fast-check/lib'];
  const files = folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /(?<!\.d)\.(?:ts|js)$/.test(name) && !/node_modules|dist|\.generated/.test(name))
      .map((name) => join(ROOT, folder, name)),
  );
  let imports = 0;
  for (const file of files) {
    const text = readFileSync(file, 'utf8');
    const scanned = found(text).filter((line) => !line.startsWith('lazy'));
    expect({ file, imports: scanned }).toEqual({ file, imports: parsedImports(text) });
    imports += scanned.length;
  }
  expect(imports).toBeGreaterThan(1000);
});

function parsedImports(text: string): string[] {
  const { body } = parseSync(text, { syntax: 'typescript', decorators: true, target: 'es2022' });
  return body.flatMap((node) => {
    const source = 'source' in node ? node.source?.value : undefined;
    const typeOnly = 'typeOnly' in node && node.typeOnly;
    return source === undefined ? [] : [`${typeOnly ? 'type' : 'static'} ${source}`];
  });
}
