/**
 * n k = 4000 outputs of a network whose Jacobian would take 8.8 GB: its tangent kernel, in a process of its own that may
 * take 1 GB and fails beyond.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

test('the kernel of 4000 outputs takes a gigabyte at most, where the Jacobian would take nine', async () => {
  const program = fileURLToPath(new URL('../../bench/theory/large-kernel.js', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [program]);
  const { outputs, jacobianBytes, kernelBytes, mostBytesOfProcess, difference } = JSON.parse(stdout) as Record<
    string,
    number
  >;
  expect(outputs).toBe(4000);
  expect(jacobianBytes).toBeGreaterThan(8e9);
  expect(kernelBytes).toBe(8 * 4000 ** 2);
  expect(mostBytesOfProcess).toBeGreaterThan(kernelBytes!);
  expect(mostBytesOfProcess).toBeLessThan(2 ** 30);
  expect(difference).toBeLessThan(1e-12);
}, 300_000);
