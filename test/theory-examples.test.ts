/**
 * The examples of theory, run as a user runs them.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

function run(name: string, ...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const file = fileURLToPath(new URL(`../examples/dist/${name}`, import.meta.url));
  return new Promise((resolve) => {
    execFile(process.execPath, [file, ...args], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

test('09-jacobian-rank: structure, measurement and proof agree on all three networks', async () => {
  const { code, stdout, stderr } = await run('09-jacobian-rank.js');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('rank 2, v3 = -v1 + 2 v2');
  const rows = stdout
    .split('\n')
    .filter((line) => /^│ +20-/.test(line))
    .map((line) => line.split('│').map((cell) => cell.trim()));
  expect(
    rows.map(([, network, , parameters, , bound, measured, proven]) => [network, parameters, bound, measured, proven]),
  ).toEqual([
    ['20-32-2', '738', '642', '642', '642'],
    ['20-64-2', '1474', '1282', '1282', '1282'],
    ['20-128-2', '2946', '1600', '1600', '1600'],
  ]);
}, 180_000);

test('10-lazy-regime: slopes with intervals, and a picture', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lazy-'));
  const file = join(folder, 'lazy.svg');
  const { code, stdout, stderr } = await run('10-lazy-regime.js', file);
  const svg = readFileSync(file, 'utf8');
  rmSync(folder, { recursive: true });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const slopes = [...stdout.matchAll(/width\^\((-\d\.\d\d) \+- (\d\.\d\d)\)/g)].map((match) => Number(match[1]));
  expect(slopes).toHaveLength(4);
  // frozen seeds: the same numbers everywhere; what counts is that wide networks are closer to linear
  for (const slope of slopes) expect(slope).toBeLessThan(-0.4);
  expect(svg.match(/<circle/g)).toHaveLength(96);
  expect(svg.match(/<polyline/g)).toHaveLength(2);
}, 240_000);
