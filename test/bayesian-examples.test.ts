/**
 * The examples of Bayesian optimisation, run as a user runs them, in a folder of their own for their pictures.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = mkdtempSync(join(tmpdir(), 'pictures-'));
afterAll(() => rmSync(folder, { recursive: true }));

function run(example: string, ...flags: string[]) {
  const file = fileURLToPath(new URL(`../examples/dist/${example}.js`, import.meta.url));
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, [file, ...flags], { cwd: folder }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

test('05-bayesian shows the six steps, and draws what the model believes', async () => {
  const { code, stdout, stderr } = await run('05-bayesian', '--trials', '12');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('search    gp, 12 trials, seed 42');
  expect(stdout).toMatch(/1 space +hidden, lr, dropout, batch, epochs\n/);
  expect(stdout).toMatch(/2 model +Gaussian process, noise \S+, jitter \S+; lengthscales hidden \S+, lr /);
  expect(stdout).toMatch(/3 first trials 10 that/);
  expect(stdout.match(/trial 1[12]: model of 1[01] trials, acquisition -?\d\S*, got 0\.\d{3}/g)).toHaveLength(2);
  expect(stdout).toMatch(/6 until +trials\n/);
  const svg = readFileSync(join(folder, 'posterior.svg'), 'utf8');
  expect(svg.match(/<circle/g)).toHaveLength(12);
  expect(svg).not.toMatch(/NaN|undefined/);
}, 120_000);

test('another searcher takes its place by a flag, and says nothing of steps', async () => {
  const { code, stdout } = await run('05-bayesian', '--trials', '2', '--search', 'random');
  expect(code).toBe(0);
  expect(stdout).toContain('search    random, 2 trials');
  expect(stdout).not.toContain('six steps');
  expect((await run('05-bayesian', '--search', 'gpp')).stderr).toContain('known: auto, cmaEs, gp, grid, random, tpe');
}, 120_000);

test('06-swap-strategies draws four lines', async () => {
  const { code, stdout, stderr } = await run('06-swap-strategies', '--trials', '12');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  for (const name of ['random', 'sobol', 'tpe', 'gp'])
    expect(stdout).toMatch(new RegExp(`^${name} +[▁▂▃▄▅▆▇█]{12} {2}best valLoss 0\\.\\d{3}$`, 'm'));
  expect(readFileSync(join(folder, 'strategies.svg'), 'utf8').match(/<polyline/g)).toHaveLength(4);
}, 120_000);
