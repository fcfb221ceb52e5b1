/**
 * Runs compiled examples in child processes: fragments share one, a program has its own and must come to its end.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** @typedef {{ cwd: string, timeoutMs: number, toTheEnd: boolean }} Options `toTheEnd`: the process must end by itself */

const RUNNER = fileURLToPath(new URL('run-examples.js', import.meta.url));

/**
 * What went wrong, by file. A file that takes the process down does not take the ones after it along.
 *
 * @param {readonly string[]} files
 * @param {Options} options
 * @returns {Promise<Map<string, string>>}
 */
export async function runFiles(files, options) {
  /** @type {Map<string, string>} */
  const failures = new Map();
  let rest = files;
  while (rest.length > 0) rest = await runUntilCrash(rest, options, failures);
  return failures;
}

/**
 * @param {readonly string[]} files
 * @param {Options} options
 * @param {Map<string, string>} failures
 * @returns {Promise<readonly string[]>} the files that were not reached
 */
function runUntilCrash(files, { cwd, timeoutMs, toTheEnd }, failures) {
  const child = fork(RUNNER, files, {
    cwd,
    execArgv: ['--enable-source-maps'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let told = 0;
  let output = '';
  let tooLong = '';
  const kill = () => {
    tooLong = `expected an end within ${timeoutMs / 1000} s, got none; shorten it or stop what it started.\n`;
    child.kill('SIGKILL');
  };
  let timer = setTimeout(kill, timeoutMs);
  child.stderr?.on('data', (chunk) => {
    output += chunk;
  });
  child.on('message', (/** @type {{ file: string, failure?: string }} */ { file, failure }) => {
    if (failure !== undefined) failures.set(file, failure);
    if (++told === files.length && !toTheEnd) child.kill();
    clearTimeout(timer);
    timer = setTimeout(kill, timeoutMs);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      const last = files[Math.min(told, files.length - 1)] ?? '';
      const broken = told < files.length || (toTheEnd && code !== 0);
      if (broken && !failures.has(last)) {
        failures.set(last, tooLong || `expected to run to its end, got exit code ${code}; read on.\n${output}`);
      }
      resolve(files.slice(told + 1));
    });
  });
}
