/**
 * The bytes that are committed are those that `assembly/` compiles to.
 */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isTangentError } from '@tangentlab/core';
import { LINEAR_ALGEBRA_PROGRAM } from './linear-algebra/program.js';
import { WasmProgram } from './web-assembly.js';

const BUILD = fileURLToPath(new URL('../scripts/build-wasm.js', import.meta.url));
const SOURCES = fileURLToPath(new URL('.', import.meta.url));

/** The exit status of a comparison with the texts in a folder. */
function check(...args: readonly string[]): Promise<{ status: number; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [BUILD, '--check', ...args], (error, _stdout, stderr) => {
      resolve({ status: error === null ? 0 : Number(error.code), stderr });
    });
  });
}

test('a fresh build of the assembly equals every module byte for byte', async () => {
  expect(await check()).toEqual({ status: 0, stderr: '' });
}, 120_000);

test('another text is rejected', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'wasm-'));
  cpSync(SOURCES, folder, { recursive: true });
  writeFileSync(join(folder, 'matrix-core/module-text.ts'), 'export const MODULE_TEXT = ``;');
  const { status, stderr } = await check(folder);
  rmSync(folder, { recursive: true });
  expect(status).toBe(1);
  expect(stderr).toBe(
    'matrix-core/module-text.ts is not what assembly/matrix-core compiles to; run npm run build:wasm\n',
  );
}, 120_000);

test('a program is compiled once', () => {
  expect(LINEAR_ALGEBRA_PROGRAM.runs).toBe(true);
  expect(LINEAR_ALGEBRA_PROGRAM.module()).toBe(LINEAR_ALGEBRA_PROGRAM.module());
});

test('what the host cannot compile is unavailable, and says what is needed', async () => {
  const program = new WasmProgram<object>(btoa('no module'), 'WebAssembly with wings');
  expect(program.runs).toBe(false);
  const error: unknown = await program.compile().catch((caught: unknown) => caught);
  expect(isTangentError(error) && error.code).toBe('BACKEND_UNAVAILABLE');
  expect((error as Error).message).toContain('WebAssembly with wings is needed');
  expect(() => program.module()).toThrow('WebAssembly with wings is needed');
});
