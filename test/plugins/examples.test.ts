/**
 * The examples that are packages of their own: their types and their tests, as their authors run them.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mustRun, ROOT } from './run-program.js';

const TSC = join(ROOT, 'node_modules/.bin/tsc');

describe.each(['03-write-a-searcher', '04-write-a-stage'])('%s', (example) => {
  const folder = join(ROOT, 'examples', example);

  test('its types are sound', async () => {
    await mustRun(folder, TSC, '-p', '.');
  }, 60_000);

  test('its tests pass', async () => {
    const output = await mustRun(folder, process.execPath, '--test');
    expect(Number(/^# pass (\d+)$/m.exec(output)?.[1])).toBeGreaterThan(8);
  }, 60_000);

  test('it can be found as a plugin, and leaves core to the program', () => {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const core = JSON.parse(readFileSync(join(ROOT, 'packages/core/package.json'), 'utf8'));
    expect(manifest.keywords).toContain('tangentlab-plugin');
    expect(manifest.peerDependencies['@tangentlab/core']).toBe(`^${core.version}`);
    expect(manifest.dependencies).toBeUndefined();
  });
});
