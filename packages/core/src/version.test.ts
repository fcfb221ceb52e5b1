import { readFileSync } from 'node:fs';
import { VERSION } from '@tangentlab/core';

test('the version is that of the package', () => {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  expect(VERSION).toBe(manifest.version);
});
