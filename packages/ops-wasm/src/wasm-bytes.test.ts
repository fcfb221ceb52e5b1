/**
 * The bytes that are committed are those that `assembly/` compiles to.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { WASM_BASE64 } from './wasm-bytes.js';
import { wasmModule } from './web-assembly.js';

const BUILD = fileURLToPath(new URL('../scripts/build-wasm.js', import.meta.url));

/** The exit status of a comparison with the file given. */
function check(...args: readonly string[]): Promise<{ status: number; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [BUILD, '--check', ...args], (error, _stdout, stderr) => {
      resolve({ status: error === null ? 0 : Number(error.code), stderr });
    });
  });
}

test('a fresh build of the assembly equals the module byte for byte', async () => {
  expect(await check()).toEqual({ status: 0, stderr: '' });
}, 60_000);

test('another text is rejected', async () => {
  const other = fileURLToPath(new URL('./web-assembly.ts', import.meta.url));
  const { status, stderr } = await check(other);
  expect(status).toBe(1);
  expect(stderr).toContain('npm run build:wasm');
}, 60_000);

test('the module is compiled once', () => {
  expect(WASM_BASE64.length).toBeGreaterThan(1000);
  expect(wasmModule()).toBe(wasmModule());
});
