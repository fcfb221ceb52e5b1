/**
 * Programs on threads, as users run them: what is left of a run, what threads find, and modules that guard their run or
 * do not.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = mkdtempSync(join(tmpdir(), 'tangentlab-programs-'));
afterAll(() => rmSync(folder, { recursive: true }));

function run(program: string, ...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const file = fileURLToPath(new URL(`../fixtures/${program}`, import.meta.url));
  return new Promise((resolve) => {
    // by itself: a thread, a port or a timer that is left would keep it running
    execFile(process.execPath, [file, ...args], { timeout: 30_000 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

test('a guarded program runs on threads, leaves nothing behind and ends', async () => {
  const notes = join(folder, 'notes');
  const { code, stdout, stderr } = await run('guarded.js', notes, '3'); // threads find the same command line
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { complete, diagnostics, left, header, last } = JSON.parse(stdout);
  expect({ complete, diagnostics, left }).toEqual({ complete: 8, diagnostics: [], left: [] });
  expect(header).toMatchObject({ concurrency: 3, lag: 16 });
  expect(header.roles).toContainEqual({ role: 'Executor', name: 'workers', detail: '3 threads' });
  expect(last.type).toBe('run/finished');
  const noted = readFileSync(notes, 'utf8').split('\n');
  const count = (note: string) => noted.filter((line) => line === note).length;
  expect(count('opened')).toBe(1); // shared
  expect(count('opened in a thread')).toBe(0);
  expect(count('+engine')).toBeGreaterThan(2); // the run's own, and those of its threads
  expect(count('+engine')).toBeLessThanOrEqual(4); // once a thread, not once a trial
  expect(count('-engine')).toBe(count('+engine'));
}, 60_000);

test('a program that runs whenever its module is loaded is told how to guard it', async () => {
  const { code, stdout } = await run('unguarded.js');
  expect(code).toBe(1);
  const refusals = stdout.split('\n').slice(0, -1);
  expect(refusals).toHaveLength(2); // in the thread, and as the end of the run
  for (const refusal of refusals) {
    expect(refusal).toMatch(
      /^WORKER_NOT_SERIALISABLE experiment "unguarded"\.run\(\): a thread that runs trials only loads/,
    );
    expect(refusal).toContain('if (isMainThread) await experiment.run().result');
  }
}, 60_000);
