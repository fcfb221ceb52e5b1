/**
 * .ci/run with an npm of straw: the last line and the exit status for every way in which the tests can end.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryTree } from './temporary-tree.js';

const RUN = readFileSync(fileURLToPath(new URL('../../.ci/run', import.meta.url)), 'utf8');
const README = '# Title\n\n```ts\nnpm ci && npm run other\n```\n\n```sh\n# tests\nnpm ci && npm test\n```\n';

/** Runs .ci/run where `npm ci`, `npm test`, `npm run test:gpu` and `apt-get` do what these lines of bash say. */
function ci({
  readme = README,
  install = 'true',
  test = 'true',
  gpu = 'echo "3 passed, 0 failed"',
  apt = 'true',
}: {
  readme?: string;
  install?: string;
  test?: string;
  gpu?: string;
  apt?: string;
}) {
  const cases = { '--version': 'echo 10', ci: install, test, run: gpu };
  const npm = `#!/usr/bin/env bash\ncase "$1" in\n${Object.entries(cases)
    .map(([name, body]) => `${name}) ${body} ;;\n`)
    .join('')}esac\n`;
  const programs = { 'bin/npm': npm, 'bin/apt-get': `#!/usr/bin/env bash\n${apt}\n`, 'bin/ldconfig': 'exit 1\n' };
  const root = temporaryTree({ '.ci/run': RUN, 'README.md': readme, ...programs });
  for (const name of ['.ci/run', ...Object.keys(programs)]) chmodSync(join(root, name), 0o755);
  const env = { ...process.env, PATH: `${join(root, 'bin')}:${process.env['PATH']}` };
  const { stdout, status } = spawnSync(join(root, '.ci/run'), { cwd: '/', env, encoding: 'utf8', stdio: 'pipe' });
  const lines = stdout.trimEnd().split('\n');
  return { stdout, lines, last: lines.at(-1), status };
}

test('all passed: versions first, output between, the count last, status 0', () => {
  const { lines, last, status } = ci({
    test: 'echo "CI is $CI"; cat; echo "7 passed, 0 failed" >&2; echo "Time: 1 s"',
  });
  expect(lines[0]).toBe(`node ${process.version}, npm 10`);
  expect(lines).toContain('CI is true');
  expect([last, status]).toEqual(['10 passed, 0 failed', 0]);
});

test('the counts of both are added up, and a browser that cannot be installed is told', () => {
  const { stdout, last, status } = ci({
    test: 'echo "7 passed, 0 failed"',
    gpu: 'echo "$@"; echo "5 passed, 2 failed"; exit 1',
    apt: 'exit 100',
  });
  expect([last, status === 0]).toEqual(['12 passed, 2 failed', false]);
  expect(stdout).toContain('run --silent test:gpu -- --require');
  expect(stdout).toContain('apt-get: expected Chromium and libvulkan1 to install, got status 100;');
});

test.each([
  ['a failed test', { test: 'echo "7 passed, 2 failed, 1 skipped"; exit 1' }, '10 passed, 2 failed'],
  ['a failed test behind a status of 0', { test: 'echo "7 passed, 2 failed"' }, '10 passed, 2 failed'],
  ['a failure after the tests', { test: 'echo "7 passed, 0 failed"; exit 1' }, '10 passed, 1 failed'],
  [
    'a failed mode',
    { test: 'echo "7 passed, 0 failed"', gpu: 'echo "2 passed, 1 failed"; exit 1' },
    '9 passed, 1 failed',
  ],
  [
    'a failure after the modes',
    { test: 'echo "7 passed, 0 failed"', gpu: 'echo "2 passed, 0 failed"; exit 1' },
    '9 passed, 1 failed',
  ],
  ['modes without a count', { test: 'echo "7 passed, 0 failed"', gpu: 'exit 134' }, '7 passed, 1 failed'],
  ['a crash before the count', { test: 'echo "passed, failed"; exit 134' }, '0 passed, 1 failed'],
  ['no count at all', { test: 'echo "fine: 7 passed, 0 failed."' }, '0 passed, 1 failed'],
  ['an install that fails', { install: 'exit 1', test: 'echo "7 passed, 0 failed"' }, '0 passed, 1 failed'],
  ['a README without the command', { readme: '```sh\nnpm install\n```\nnpm ci && npm test\n' }, '0 passed, 1 failed'],
  ['the command in another block', { readme: '```ts\nnpm ci && npm test\n```\n' }, '0 passed, 1 failed'],
])('rejects %s', (_name, setUp, expected) => {
  const { last, status } = ci(setUp);
  expect(last).toBe(expected);
  expect(status).not.toBe(0);
});

test('a README without the command says so, and nothing is run', () => {
  const { stdout } = ci({ readme: '', install: 'echo installed' });
  expect(stdout).toContain('README.md: expected a sh block with the line "npm ci && npm test"');
  expect(stdout).not.toContain('installed');
});
