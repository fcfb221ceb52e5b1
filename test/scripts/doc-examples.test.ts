/**
 * The examples of the documentation: what is found in a page or a docstring, what is rejected as malformed, and what
 * fails when it is compiled and run.
 */
import { fileURLToPath } from 'node:url';
import { loadScript } from './load-script.js';
import { temporaryTree } from './temporary-tree.js';

interface Example {
  readonly file: string;
  readonly line: number;
  readonly kind: 'program' | 'fragment';
  readonly scopes: readonly string[];
  readonly code: string;
  readonly lines: readonly number[];
  readonly expectations: readonly { readonly line: number; readonly expression: string; readonly expected: string }[];
  readonly notRun: string | undefined;
}
type Checked = ReadonlyMap<Example, string>;

const { extractExamples } = await loadScript<{ extractExamples(root: string): Example[] }>('doc-examples.js');
const { markdownExamples } = await loadScript<{ markdownExamples(file: string, text: string): Example[] }>(
  'docs/markdown-examples.js',
);
const { docstringExamples } = await loadScript<{
  docstringExamples(file: string, text: string, scopes: readonly string[]): Example[];
}>('docs/docstring-examples.js');
const { checkExamples } = await loadScript<{
  checkExamples(examples: readonly Example[], root: string, timeoutMs?: number): Promise<Checked>;
}>('docs/check-examples.js');

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const block = (code: string, before = '') => `${before}\n\`\`\`ts\n${code}\n\`\`\`\n`;
const page = (...blocks: readonly string[]) => markdownExamples('page.md', blocks.join('\n'));
const docstring = (text: string) => docstringExamples('a.ts', text, ['@tangentlab/core']);

describe('pages', () => {
  test('ts blocks are found with their lines and expectations, other blocks are not', () => {
    const examples = page(
      '# Title',
      block('const a = 1;\na + 1 // => 2'),
      '```sh\nnpm ci // => 1\n```',
      block("f('// => 3');"),
    );
    expect(examples).toHaveLength(2);
    expect(examples[0]).toMatchObject({ file: 'page.md', line: 4, kind: 'fragment', lines: [4, 5], notRun: undefined });
    expect(examples[0]?.expectations).toEqual([{ index: 1, line: 5, expression: 'a + 1', expected: '2' }]);
    expect(examples[1]?.expectations).toEqual([]);
  });

  test('a block with an import is a program', () => {
    expect(page(block("import { of } from 'rxjs';")).map(({ kind }) => kind)).toEqual(['program']);
  });

  test('an indented block loses its indentation; a fence within a longer fence is text', () => {
    expect(page('- item\n\n  ```ts\n  a();\n    b();\n  ```').map(({ code }) => code)).toEqual(['a();\n  b();']);
    expect(page('````md\n```ts\na();\n```\n````')).toEqual([]);
  });

  test('a block is left out for a reason, and continued by the next', () => {
    const [left, joined] = page(
      block('needs.gpu // =>', '<!-- not run: needs a GPU -->'),
      block('const a = 1;'),
      'Text between.',
      block('a // => 1', '<!-- continues -->'),
    );
    expect(left).toMatchObject({ notRun: 'needs a GPU', expectations: [] });
    expect(joined).toMatchObject({ code: 'const a = 1;\na // => 1', lines: [8, 14] });
    expect(joined?.expectations).toMatchObject([{ line: 14 }]);
  });

  test.each([
    ['left out without a reason', block('a', '<!-- not run: -->'), 'page.md:3: expected a reason after "not run:"'],
    ['a continuation of nothing', block('a', '<!-- continues -->'), 'page.md:3: expected a block to continue'],
    ['an open fence', '```ts\na();', 'page.md:2: expected a fence to close the block'],
    [
      'an expectation on a declaration',
      block('const a = 1; // => 1'),
      'page.md:3: expected an expression before // =>',
    ],
    [
      'an expectation on nothing',
      block('f(\n)\n// => 1'),
      'page.md:5: expected an expression before // =>, got nothing',
    ],
    ['an expectation without a value', block('a // =>'), 'page.md:3: expected a value after // =>'],
  ])('rejects %s', (_name, text, says) => {
    expect(() => page(text)).toThrow(says);
  });
});

describe('docstrings', () => {
  test('examples are found with their lines, each up to the next tag', () => {
    const examples = docstring(
      "const s = '/** @example';\n/**\n * Text.\n *\n * @example\n * a // => 1\n *\n * @example\n * ```ts\n * b\n * ```\n * @throws\n */\n/* @example */",
    );
    expect(examples.map(({ line, code }) => [line, code.trim()])).toEqual([
      [6, 'a // => 1'],
      [9, 'b'],
    ]);
    expect(examples[0]?.expectations).toMatchObject([{ line: 6, expression: 'a', expected: '1' }]);
  });

  test.each([
    ['code behind the tag', '/** @example a // => 1 */', 'a.ts:1: expected nothing behind @example'],
    ['an empty example', '/**\n * @example\n */', 'a.ts:3: expected code'],
  ])('rejects %s', (_name, text, says) => {
    expect(() => docstring(text)).toThrow(says);
  });
});

test('a tree: README, pages under docs, sources but no tests, each with the names in its scope', () => {
  const root = temporaryTree({
    'README.md': block('a'),
    'docs/guide/b.md': block('b'),
    'notes.md': block('not part of the documentation'),
    'packages/nn/package.json': JSON.stringify({
      name: '@tangentlab/nn',
      dependencies: { '@tangentlab/core': '1', zod: '4' },
    }),
    'packages/nn/src/c.ts': '/**\n * @example\n * c\n */',
    'packages/nn/src/c.test.ts': '/**\n * @example\n * no\n */',
  });
  expect(extractExamples(root).map(({ file, scopes }) => [file, scopes])).toEqual([
    ['README.md', ['tangentlab']],
    ['docs/guide/b.md', ['tangentlab']],
    ['packages/nn/src/c.ts', ['@tangentlab/nn', '@tangentlab/core']],
  ]);
  expect(extractExamples(temporaryTree({}))).toEqual([]);
});

describe('compiled and run', () => {
  const inCore = (...code: readonly string[]) =>
    docstring(`/**\n * @example\n${code.map((line) => ` * ${line}\n`).join('')} */`);
  const program = (...code: readonly string[]) => page(block(["import { of } from 'rxjs';", ...code].join('\n')));
  /** name -> an example, and what its failure must say; undefined if it must pass */
  const cases: readonly (readonly [name: string, example: readonly Example[], says?: RegExp])[] = [
    ['a value that is right', inCore('[1, { a: NaN }] // => [1, { a: NaN }]')],
    ['a value that is awaited', inCore('await Promise.resolve(2); // => 1 + 1')],
    [
      'names of the package and of RxJS',
      inCore('of(Rng.root(1).path).pipe(map((p) => p.length)) instanceof Observable // => true'),
    ],
    [
      'a type of the package',
      inCore(
        'const double: Stage<number, number> = flow(map((x: number) => 2 * x), map((x: number) => x));',
        "double.stageName // => 'rx > rx'",
      ),
    ],
    ['a name that the package exports too', inCore("const Rng = 'mine';", "Rng // => 'mine'")],
    ['imports of its own', inCore("import { of } from 'rxjs';", 'const from = [of, map].length;', 'from // => 2')],
    ['a record without a prototype', inCore('Object.assign(Object.create(null), { a: 1 }) // => { a: 1 }')],
    ['a program that ends', program('of(1).subscribe();')],
    ['a value that is wrong', inCore('1 + 1 // => 2', '1 + 1 // => 3'), /^Error: a\.ts:4: expected 3, got 2/],
    ['a number for a text', inCore("1 // => '1'"), /a\.ts:3: expected '1', got 1/],
    [
      'an array for a typed array',
      inCore('Float64Array.of(1) // => [1]'),
      /a\.ts:3: expected \[ 1 \], got Float64Array/,
    ],
    ['a type error', inCore('const a = 1;', "const b: number = 'text';"), /^a\.ts:4: TS2322/],
    ['an error under a strict option', inCore('const a: number = [1][0];'), /^a\.ts:3: TS2322/],
    ['an unknown name', inCore('', 'nobodyKnows() // => 1'), /^a\.ts:4: TS2304/],
    ['an expectation that is no value', inCore('1 // => about one'), /^a\.ts:3: TS1005/],
    ['an error thrown', inCore('', "throw new Error('on purpose');"), /on purpose[\s\S]*a\.ts:4/],
    ['an end of the process', inCore('process.exit(0);'), /expected to run to its end, got exit code 0/],
    ['a fragment after it', inCore('2 // => 3'), /a\.ts:3: expected 3, got 2/],
    ['a promise that nobody keeps', inCore('await new Promise(() => {});'), /expected to run to its end|an end within/],
    ['a program that does not end', program('setInterval(() => {}, 1000);'), /expected an end within 3 s/],
    [
      'a program that fails late',
      program("setTimeout(() => { throw new Error('late'); }, 1);"),
      /exit code 1[\s\S]*late/,
    ],
    ['a program whose expectation is wrong', program('of.length // => -1'), /page\.md:4: expected -1/],
    [
      'an import that does not exist',
      page(block("import { nothing } from 'tangentlab/nowhere';")),
      /^page\.md:3: TS2307/,
    ],
  ];
  let failures: Checked;

  beforeAll(async () => {
    failures = await checkExamples(
      cases.flatMap(([, examples]) => examples),
      ROOT,
      3000,
    );
  }, 120_000);

  for (const [name, examples, says] of cases) {
    test(name, () => {
      expect(examples).toHaveLength(1);
      const failure = failures.get(examples[0] as Example) ?? '';
      if (says === undefined) expect(failure).toBe('');
      else expect(failure).toMatch(says);
    });
  }

  test('nothing to check is no error', async () => {
    expect(await checkExamples([], ROOT)).toEqual(new Map());
    expect(await checkExamples(page(block('no code', '<!-- not run: a test -->')), ROOT)).toEqual(new Map());
  });
});
