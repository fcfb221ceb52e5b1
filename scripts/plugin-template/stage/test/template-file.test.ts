/**
 * What the stage promises.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rng, usePlugins } from '@tangentlab/core';
import type { Table } from '@tangentlab/tensor';
import { firstValueFrom, of } from 'rxjs';
import { plugin, templateName } from '../src/index.js';

const table: Table = { x: Float64Array.of(1, 2), y: Int32Array.of(0, 1), samples: 2, features: 1, classes: 2 };
const through = (factor: number, data: Table) =>
  firstValueFrom(of(data).pipe(templateName({ factor }).bind({ rng: Rng.root(1) })));

test('features are multiplied, and the input stays as it was', async () => {
  assert.deepEqual((await through(3, table)).x, Float64Array.of(3, 6));
  assert.deepEqual(table.x, Float64Array.of(1, 2));
});

test('a factor that is not finite, and a table whose sizes disagree, are refused', async () => {
  assert.throws(() => templateName({ factor: Number.NaN }), { code: 'CONFIG_INVALID' });
  await assert.rejects(through(3, { ...table, features: 2 }), { code: 'SHAPE_MISMATCH' });
});

test('the plugin offers it by name', () => {
  assert.equal(usePlugins(plugin).pick('stage', 'templateName')({ factor: 2 }).stageName, 'templateName');
});
