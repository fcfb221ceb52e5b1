/**
 * Programs run as a user runs them, in a folder of their own.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The root of the repository. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What a program said, and how it ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. */
export function runProgram(cwd: string, program: string, ...args: readonly string[]): Promise<Ended> {
  // a test runner in a test runner would report to the outer one
  const { NODE_TEST_CONTEXT: _, NODE_OPTIONS: __, INIT_CWD: ___, ...env } = process.env;
  return new Promise((resolve) => {
    execFile(program, args, { cwd, env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr });
    });
  });
}

/** Runs a program that has to succeed; what it said otherwise is the error. */
export async function mustRun(cwd: string, program: string, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runProgram(cwd, program, ...args);
  if (code === 0) return stdout;
  throw new Error(`${program} ${args.join(' ')}: expected exit status 0, got ${code}; read on.\n${stdout}${stderr}`);
}
