/**
 * Every rule of check-boundaries, with a tree that must be rejected for it and nothing else.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { loadScript } from './load-script.js';
import { temporaryTree } from './temporary-tree.js';

type Tree = Readonly<Record<string, string>>;
interface Violation {
  readonly file: string;
  readonly line: number;
}
interface Checker {
  readonly MAY_IMPORT: Readonly<Record<string, unknown>>;
  readonly ENDPOINTS: readonly string[];
  readonly HEAVY: object;
  readonly NODE_ONLY: readonly string[];
  checkTree(root: string, rules?: object): { files: number; imports: number; violations: readonly Violation[] };
  format(violation: Violation): string;
}
const { checkTree, format, MAY_IMPORT, ENDPOINTS, HEAVY, NODE_ONLY } = await loadScript<Checker>('check-boundaries.js');
const SCRIPT = fileURLToPath(new URL('../../scripts/check-boundaries.js', import.meta.url));

const manifest = (name: string, dependencies: readonly string[] = [], peers: readonly string[] = []) =>
  JSON.stringify(
    {
      name,
      dependencies: Object.fromEntries(dependencies.map((d) => [d, '1.0.0'])),
      peerDependencies: Object.fromEntries(peers.map((d) => [d, '1.0.0'])),
    },
    null,
    2,
  );

/** A sound tree: core, tensor on it, ops-gpu with its lazy peer, the umbrella, an example, one that is a package of its own. */
const SOUND: Tree = {
  'packages/core/package.json': manifest('@tangentlab/core', ['rxjs']),
  'packages/core/src/index.ts': "export * from './clock.js';\nexport { a } from './a.js';\n",
  'packages/core/src/a.ts': "import { map } from 'rxjs/operators';\nexport const a = map;\n",
  'packages/core/src/clock.ts': 'export const now = () => performance.now();\n',
  'packages/core/src/a.test.ts': "import { x } from '@tangentlab/nn/src/x.js';\nMath.random();\n",
  'packages/tensor/package.json': manifest('@tangentlab/tensor', ['@tangentlab/core']),
  'packages/tensor/src/index.ts':
    "export const fs = () => import('node:fs');\nimport type { a } from '@tangentlab/core';\nexport type B = typeof a;\n" +
    '// Math.random() and import "nothing"\nconst s = "Date.now() from \'x\'";\nconst d = new Date(0);\n',
  'packages/ops-gpu/package.json': manifest('@tangentlab/ops-gpu', ['@tangentlab/tensor'], ['gpu.js', 'webgpu']),
  'packages/ops-gpu/src/index.ts':
    "import type { GPU } from 'gpu.js';\nimport { B } from '@tangentlab/tensor';\n" +
    "export const load = async (): Promise<GPU> => new (await import('gpu.js')).GPU();\n",
  'packages/tangentlab/package.json': manifest('tangentlab', ['@tangentlab/core', '@tangentlab/ops-gpu']),
  'packages/tangentlab/src/index.ts': "export * from '@tangentlab/core';\nexport * from '@tangentlab/ops-gpu';\n",
  'packages/left-over/dist/index.js': '',
  'examples/package.json': manifest('@tangentlab/examples', ['tangentlab']),
  'examples/01.ts': "import { now } from 'tangentlab';\nconst started = Date.now();\n",
  'examples/03-own/package.json': manifest('tangentlab-hill', [], ['@tangentlab/core', 'tangentlab']),
  'examples/03-own/src/index.ts':
    "import { now } from '@tangentlab/core';\nimport { a } from 'tangentlab';\nexport { hill } from './hill.js';\n",
  'examples/03-own/src/hill.ts': 'export const hill = 1;\n',
  'examples/03-own/test/hill.test.ts': "import { of } from 'rxjs';\n",
  'examples/03-own/dist/src/index.js': '',
  'examples/dist/01.js': '',
  'examples/dist/01.d.ts': "import 'nothing';\n",
};

const NN = { 'packages/nn/package.json': manifest('@tangentlab/nn', ['@tangentlab/tensor']) };

/** name -> files that spoil the sound tree, where the one violation is, what its line must say */
const REJECTED: readonly (readonly [name: string, files: Tree, place: string, says: string])[] = [
  [
    'a direction against the table',
    {
      ...NN,
      'packages/nn/src/index.ts':
        "import { B } from '@tangentlab/tensor';\n\nimport {\n  a,\n} from '@tangentlab/optimizers';\n",
      'packages/nn/package.json': manifest('@tangentlab/nn', ['@tangentlab/tensor', '@tangentlab/optimizers']),
    },
    'packages/nn/src/index.ts:5',
    'nn to import only core, tensor, schema, got "@tangentlab/optimizers"',
  ],
  [
    'a type import against the table',
    {
      'packages/core/src/b.ts': "export type B = import('@tangentlab/tensor').B;\n",
      'packages/core/package.json': manifest('@tangentlab/core', ['rxjs', '@tangentlab/tensor']),
    },
    'packages/core/src/b.ts:1',
    'core to import no sibling',
  ],
  [
    'an import of the umbrella',
    {
      'packages/cli/package.json': manifest('@tangentlab/cli', ['tangentlab']),
      'packages/cli/src/index.ts': "export * from 'tangentlab';\n",
    },
    'packages/cli/src/index.ts:1',
    'no package to import ledger, cli, dashboard, tangentlab',
  ],
  [
    'a deep import of a sibling',
    { 'packages/tensor/src/b.ts': "export { a } from '@tangentlab/core/dist/a.js';\n" },
    'packages/tensor/src/b.ts:1',
    'a sibling by its name, "@tangentlab/core", got "@tangentlab/core/dist/a.js"',
  ],
  [
    'a relative import that leaves the package',
    { 'packages/tensor/src/b.ts': "\nexport { a } from '../../core/src/a.js';\n" },
    'packages/tensor/src/b.ts:2',
    'a relative import that stays in packages/tensor',
  ],
  [
    'a package that imports itself by name',
    { 'packages/tensor/src/b.ts': "import { B } from '@tangentlab/tensor';\n" },
    'packages/tensor/src/b.ts:1',
    'a relative import inside the package',
  ],
  [
    'a sibling that does not exist',
    {
      'packages/tangentlab/src/b.ts': "import '@tangentlab/gone';\n",
      'packages/tangentlab/package.json': manifest('tangentlab', [
        '@tangentlab/core',
        '@tangentlab/ops-gpu',
        '@tangentlab/gone',
      ]),
    },
    'packages/tangentlab/src/b.ts:1',
    'a known sibling, got "@tangentlab/gone"',
  ],
  [
    'a sibling that is not declared',
    { 'packages/ops-gpu/src/b.ts': "import { a } from '@tangentlab/core';\n" },
    'packages/ops-gpu/src/b.ts:1',
    'an import that packages/ops-gpu/package.json declares, got "@tangentlab/core"',
  ],
  [
    'an example that reaches into a package',
    { 'examples/terminal/b.ts': "import { a } from '../../packages/core/src/a.js';\n" },
    'examples/terminal/b.ts:1',
    'a relative import that stays in examples',
  ],
  [
    'an example that reaches into one that is a package of its own',
    { 'examples/02.ts': "import { hill } from './03-own/src/hill.js';\n" },
    'examples/02.ts:1',
    'a relative import that stays in examples, got "./03-own/src/hill.js"; import the sibling by its package name',
  ],
  [
    'a package under examples that reaches out of its folder',
    { 'examples/03-own/src/b.ts': "import { bar } from '../../terminal/bar.js';\n" },
    'examples/03-own/src/b.ts:1',
    'a relative import that stays in examples/03-own',
  ],
  [
    'a package under examples that lives on the manifest above it',
    {
      'examples/package.json': manifest('@tangentlab/examples', ['tangentlab', 'rxjs']),
      'examples/02.ts': "import { of } from 'rxjs';\n",
      'examples/03-own/src/b.ts': "import { of } from 'rxjs';\n",
    },
    'examples/03-own/src/b.ts:1',
    'an import that examples/03-own/package.json declares, got "rxjs"',
  ],
  [
    'a package under examples that declares what it does not import',
    { 'examples/03-own/package.json': manifest('tangentlab-hill', ['zod'], ['@tangentlab/core', 'tangentlab']) },
    'examples/03-own/package.json:4',
    'only packages that src imports, got "zod"',
  ],
  [
    'a package under examples with a deep import',
    { 'examples/03-own/src/b.ts': "import { a } from '@tangentlab/core/dist/a.js';\n" },
    'examples/03-own/src/b.ts:1',
    'a sibling by its name, "@tangentlab/core"',
  ],
  [
    'a package under examples that imports itself by name',
    { 'examples/03-own/src/b.ts': "import { hill } from 'tangentlab-hill';\n" },
    'examples/03-own/src/b.ts:1',
    'a relative import inside the package, got "tangentlab-hill"',
  ],
  [
    'a package under examples that draws from the machine',
    { 'examples/03-own/src/b.ts': 'export const b = Math.random();\n' },
    'examples/03-own/src/b.ts:1',
    'no randomness or clock of the machine',
  ],
  ...['@tangentlab/hill', '@tangentlab/core', 'tangentlab'].map(
    (name) =>
      [
        `a package under examples that takes a name of the house, ${name}`,
        {
          'examples/03-own/package.json': manifest(name, [], ['rxjs']),
          'examples/03-own/src/index.ts': "import { of } from 'rxjs';\n",
        },
        'examples/03-own/package.json:1',
        `a name of its own, outside of @tangentlab/, got "${name}"; name it as a user would`,
      ] as const,
  ),
  [
    'a package under examples without a name',
    {
      'examples/03-own/package.json': '{ "peerDependencies": { "rxjs": "1.0.0" } }',
      'examples/03-own/src/index.ts': "import { of } from 'rxjs';\n",
    },
    'examples/03-own/package.json:1',
    'a name of its own, outside of @tangentlab/, got none',
  ],
  [
    'an external package that is not declared',
    { 'packages/tensor/src/b.ts': "import type { X } from 'zod/v4';\n" },
    'packages/tensor/src/b.ts:1',
    'an import that packages/tensor/package.json declares, got "zod"',
  ],
  [
    'a declared package that nothing imports',
    { 'packages/core/package.json': manifest('@tangentlab/core', ['rxjs', 'zod']) },
    'packages/core/package.json:5',
    'only packages that src imports, got "zod"; remove it',
  ],
  [
    'a cycle of relative imports',
    {
      'packages/tensor/src/b.ts': "import { d } from './c.js';\nexport const b = 1;\n",
      'packages/tensor/src/c.ts': "export const d = 1;\nimport type { b } from './b.js';\n",
    },
    'packages/tensor/src/c.ts:2',
    'no cycle of imports, got b.ts -> c.ts -> b.ts',
  ],
  [
    'a package that the table does not know',
    { 'packages/utils/package.json': manifest('@tangentlab/utils') },
    'packages/utils/package.json:1',
    'got utils; add it to MAY_IMPORT',
  ],
  [
    'a package under another name than its folder',
    { 'packages/nn/package.json': manifest('@tangentlab/networks') },
    'packages/nn/package.json:1',
    'the name "@tangentlab/nn", got "@tangentlab/networks"',
  ],
  [
    'gpu.js outside its home, even lazily',
    {
      'packages/tensor/package.json': manifest('@tangentlab/tensor', ['@tangentlab/core', 'gpu.js']),
      'packages/tensor/src/b.ts': "export const load = () => import('gpu.js');\n",
    },
    'packages/tensor/src/b.ts:1',
    'gpu.js in ops-gpu only',
  ],
  [
    'gpu.js loaded with its module',
    { 'packages/ops-gpu/src/b.ts': "import { type GPU } from 'gpu.js';\n" },
    'packages/ops-gpu/src/b.ts:1',
    'gpu.js by import() or import type only',
  ],
  [
    'a module of Node.js that a page would load',
    { 'packages/tensor/src/b.ts': "import type { Stats } from 'node:fs';\nimport { join } from 'path';\n" },
    'packages/tensor/src/b.ts:2',
    'modules of Node.js by import(), import type or process.getBuiltinModule() only',
  ],
  ...// biome-ignore lint/suspicious/noTemplateCurlyInString: the code under test is a template
  (['Math.random()', 'Date.now()', 'new Date()', 'new Date', 'performance.now()', '`${Math.random()}`'] as const).map(
    (code) =>
      [
        `the machine's chance or clock: ${code}`,
        { 'packages/core/src/b.ts': `/* Date.now() */\nexport const b = ${code};\n` },
        'packages/core/src/b.ts:2',
        'no randomness or clock of the machine',
      ] as const,
  ),
];

const lines = (root: string, rules?: object) => checkTree(root, rules).violations.map(format);

test('a sound tree has no violation', () => {
  const { files, imports, violations } = checkTree(temporaryTree(SOUND));
  expect(violations.map(format)).toEqual([]);
  expect([files, imports]).toEqual([9, 14]);
});

test.each(REJECTED)('rejects %s', (_name, files, place, says) => {
  const found = lines(temporaryTree({ ...SOUND, ...files }));
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(`${place}: expected `);
  expect(found[0]).toContain(says);
});

test('a package that runs in Node.js alone may import its modules', () => {
  const files = {
    'packages/storage/package.json': manifest('@tangentlab/storage'),
    'packages/storage/src/index.ts': "import { readFileSync } from 'node:fs';\n",
  };
  expect(lines(temporaryTree({ ...SOUND, ...files }))).toEqual([]);
});

test('an exception for an unused package holds as long as it is needed', () => {
  const files = { ...SOUND, 'packages/core/package.json': manifest('@tangentlab/core', ['rxjs', 'zod']) };
  const rules = {
    directions: MAY_IMPORT,
    endpoints: ENDPOINTS,
    heavy: HEAVY,
    nodeOnly: NODE_ONLY,
    clockFiles: ['packages/core/src/clock.ts'],
  };
  const ofTheHouse = { 'ops-gpu': { webgpu: 'declared in the sound tree, as in the house' } };
  const withException = (core: object) =>
    lines(temporaryTree(files), { ...rules, unusedOnPurpose: { ...ofTheHouse, core } });
  expect(withException({ zod: 'a reason' })).toEqual([]);
  expect(withException({ zod: 'a reason', rxjs: 'no longer' })).toEqual([
    expect.stringContaining('got "rxjs"; remove the exception'),
  ]);
});

test('the command prints one line and succeeds, or one line a violation and fails', () => {
  const run = (files: Tree) => spawnSync(process.execPath, [SCRIPT, temporaryTree(files)], { encoding: 'utf8' });
  const sound = run(SOUND);
  expect(sound.stdout).toBe('boundaries: 9 files, 14 imports, no violation\n');
  expect(sound.status).toBe(0);
  const spoilt = run({ ...SOUND, 'packages/core/src/b.ts': 'export const b = [Date.now(), Math.random()];\n' });
  expect(spoilt.stdout.trimEnd().split('\n')).toEqual([
    'packages/core/src/b.ts:1: expected no randomness or clock of the machine, got Math.random; draw from the Rng of the context.',
    'packages/core/src/b.ts:1: expected no randomness or clock of the machine, got Date.now; take the time from CLOCK.',
  ]);
  expect(spoilt.status).toBe(1);
});
