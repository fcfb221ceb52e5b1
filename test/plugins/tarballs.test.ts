/**
 * The packages as they are published: packed, installed into a project elsewhere, found by name, used.
 */
import { mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mustRun, ROOT, runProgram } from './run-program.js';

const PACKED = {
  '@tangentlab/core': 'packages/core',
  '@tangentlab/schema': 'packages/schema',
  '@tangentlab/tensor': 'packages/tensor',
  '@tangentlab/testkit': 'packages/testkit',
  'tangentlab-hill-climb': 'examples/03-write-a-searcher',
  'tangentlab-add-noise': 'examples/04-write-a-stage',
};

/** Picks both plugins by name, changes a table with one and searches with the other. */
const PROGRAM = `
import { loadPlugins, maximize, Rng, searchTrials, uniform } from '@tangentlab/core';
import { firstValueFrom, lastValueFrom, of } from 'rxjs';

const plugins = await loadPlugins({ directory: new URL('.', import.meta.url) });
const table = { x: Float64Array.of(1, 2), y: Int32Array.of(0, 1), samples: 2, features: 1, classes: 2 };
const noise = plugins.pick('stage', 'addNoise')({ sd: 0.1 });
const noisy = await firstValueFrom(of(table).pipe(noise.bind({ rng: Rng.root(1) })));

const searcher = plugins.pick('searcher', process.argv[2] ?? 'hillClimb')({ patience: 10 }).create();
let best = -Infinity;
const options = { space: { x: uniform(-5, 5) }, searcher, objectives: [maximize('y')], trials: 60, rng: Rng.root(1) };
await lastValueFrom(searchTrials(options, ({ params }) => {
  const y = -((params.x - 1) ** 2);
  best = Math.max(best, y);
  return of({ step: 1, values: { y } });
}));
const moved = noisy.x.every((value, i) => value !== table.x[i]);
console.log(JSON.stringify({ plugins: plugins.plugins.map(({ name }) => name), searcher: searcher.name, moved, best }));
`;

/** What users write in TypeScript; each marked line must be an error. */
const TYPED = `
import { type Provider, type Searcher } from '@tangentlab/core';
import { type AddNoiseOptions, addNoise } from 'tangentlab-add-noise';
import { type HillClimbOptions, hillClimb, plugin } from 'tangentlab-hill-climb';

export const searcher: Provider<Searcher> = hillClimb({ radius: 0.5 });
export const same: typeof hillClimb = plugin.provides.searcher.hillClimb;
export const stage = addNoise({ sd: 1 });
export const options: [HillClimbOptions, AddNoiseOptions] = [{ patience: 3 }, { sd: 1 }];
// @ts-expect-error a text is no radius
hillClimb({ radius: 'wide' });
// @ts-expect-error sd is needed
addNoise({});
`;

let consumer: string;
const tarballs: Record<string, string> = {};

beforeAll(async () => {
  consumer = realpathSync(mkdtempSync(join(tmpdir(), 'tangentlab-consumer-')));
  for (const [name, folder] of Object.entries(PACKED)) {
    const output = await mustRun(join(ROOT, folder), 'npm', 'pack', '--silent', '--pack-destination', consumer);
    tarballs[name] = output.trim().split('\n').at(-1) ?? '';
  }
  const dependencies = Object.fromEntries(Object.entries(tarballs).map(([name, file]) => [name, `file:${file}`]));
  const manifest = { name: 'consumer', private: true, type: 'module', dependencies };
  writeFileSync(join(consumer, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(consumer, 'program.js'), PROGRAM);
  const quiet = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline'];
  await mustRun(consumer, 'npm', 'install', ...quiet);
}, 120_000);

afterAll(() => rmSync(consumer, { recursive: true, force: true }));

test('a program finds both plugins by name and searches with them', async () => {
  const found = JSON.parse(await mustRun(consumer, process.execPath, 'program.js'));
  expect(found).toMatchObject({
    plugins: ['tangentlab-add-noise', 'tangentlab-hill-climb'],
    searcher: 'hillClimb',
    moved: true,
  });
  // 60 trials at random leave 10 / 61 to the next point on average, so 0.007 of height
  expect(found.best).toBeGreaterThan(-0.01);
}, 60_000);

test('a name that no plugin has is answered with those that are known', async () => {
  const { code, stderr } = await runProgram(consumer, process.execPath, 'program.js', 'tep');
  expect(code).toBe(1);
  expect(stderr).toContain('plugins: no searcher is named "tep"; known: hillClimb.');
}, 60_000);

test('the types that come along are sound, without the sources of this repository', async () => {
  writeFileSync(join(consumer, 'typed.ts'), TYPED);
  const options = ['--module', 'nodenext', '--target', 'es2022', '--strict', '--noEmit', '--skipLibCheck'];
  await mustRun(consumer, join(ROOT, 'node_modules/.bin/tsc'), ...options, '--types', '', 'typed.ts');
}, 60_000);

test('there is one core, and no package brings tests or compiler state', async () => {
  const files = readdirSync(join(consumer, 'node_modules'), { recursive: true, encoding: 'utf8' });
  const ours = files.filter((file) => /(?:^|\/)(?:@tangentlab|tangentlab-[a-z-]+)\//.test(file));
  expect(ours.filter((file) => file.endsWith('@tangentlab/core/package.json'))).toHaveLength(1);
  expect(ours.filter((file) => /\.test\.|\.tsbuildinfo$/.test(file))).toEqual([]);
  expect(ours).toContain('tangentlab-hill-climb/dist/src/index.d.ts');
});
