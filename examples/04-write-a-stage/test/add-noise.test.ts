/**
 * What the stage promises: noise of the right size, the same for one seed, on nothing but the features to train on.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rng, type Stage, usePlugins } from '@tangentlab/core';
import type { Split, Table } from '@tangentlab/tensor';
import { firstValueFrom, of } from 'rxjs';
import { addNoise, plugin } from '../src/index.js';

const SAMPLES = 2000;
const table: Table = {
  x: new Float64Array(SAMPLES * 2).fill(5),
  y: new Int32Array(SAMPLES).fill(1),
  samples: SAMPLES,
  features: 2,
  classes: 2,
};

const through = <D extends Table | Split>(stage: Stage<D, D>, data: D, seed = 1): Promise<D> =>
  firstValueFrom(of(data).pipe(stage.bind({ rng: Rng.root(seed) })));

test('noise has mean 0 and the standard deviation that was asked for', async () => {
  const { x, y } = await through(addNoise({ sd: 3 }), table);
  const noise = x.map((value) => value - 5);
  const mean = noise.reduce((sum, e) => sum + e, 0) / noise.length;
  const sd = Math.sqrt(noise.reduce((sum, e) => sum + (e - mean) ** 2, 0) / noise.length);
  // 4 standard errors: 3 / sqrt(n) of the mean, 3 / sqrt(2 n) of the deviation
  assert.ok(Math.abs(mean) < (4 * 3) / Math.sqrt(noise.length), `mean ${mean}`);
  assert.ok(Math.abs(sd - 3) < (4 * 3) / Math.sqrt(2 * noise.length), `sd ${sd}`);
  assert.equal(y, table.y);
});

test('the seed decides, and the input stays as it was', async () => {
  const [a, b, c] = [
    await through(addNoise({ sd: 1 }), table, 1),
    await through(addNoise({ sd: 1 }), table, 1),
    await through(addNoise({ sd: 1 }), table, 2),
  ];
  assert.deepEqual(a.x, b.x);
  assert.notDeepEqual(a.x, c.x);
  assert.ok(table.x.every((value) => value === 5));
  assert.deepEqual((await through(addNoise({ sd: 0 }), table)).x, table.x);
});

test('of a split, only the part to train on gets noise', async () => {
  const split: Split = { train: table, val: table, features: 2, classes: 2 };
  const { train, val } = await through(addNoise<Split>({ sd: 1 }), split);
  assert.equal(val, table);
  assert.notDeepEqual(train.x, table.x);
});

for (const options of [{}, { sd: -1 }, { sd: Number.NaN }, { sd: Infinity }, { sd: '1' }, { sd: 1, sdd: 2 }, null]) {
  test(`the options ${JSON.stringify(options)} are refused where they are written`, () => {
    // @ts-expect-error types refuse most of them, too
    assert.throws(() => addNoise(options), { code: 'CONFIG_INVALID', message: /^addNoise: valid options are needed/ });
  });
}

test('a table whose sizes disagree is refused', async () => {
  await assert.rejects(through(addNoise({ sd: 1 }), { ...table, features: 3 }), { code: 'SHAPE_MISMATCH' });
});

test('the plugin offers it by name', () => {
  assert.equal(usePlugins(plugin).pick('stage', 'addNoise')({ sd: 2 }).stageName, 'addNoise');
});
