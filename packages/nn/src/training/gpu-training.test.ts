/**
 * Training through a matrix core of single precision: the same path as on the reference, within its rounding, and
 * checkpoints that are exact there, too.
 */
import { type FitContext, Rng, type Trainer } from '@tangentlab/core';
import { type Checkpoint, mlp, ntk, rmsProp, sgd } from '@tangentlab/nn';
import { GpuBackend } from '@tangentlab/ops-gpu';
import {
  defineActivation,
  hinge,
  huber,
  type MatrixBackend,
  ReferenceBackend,
  type Split,
  type Table,
} from '@tangentlab/tensor';
import { lastValueFrom, toArray } from 'rxjs';

const uniform = Rng.root(1).stream();
const table = (samples: number): Table => {
  const x = Float64Array.from({ length: samples * 3 }, () => 2 * uniform() - 1);
  return {
    x,
    y: Int32Array.from({ length: samples }, (_, i) => Number(x[3 * i]! > 0)),
    samples,
    features: 3,
    classes: 2,
  };
};
const split: Split = { train: table(20), val: table(10), features: 3, classes: 2 };
const softsign = defineActivation({
  name: 'softsign',
  value: (z) => z / (1 + Math.abs(z)),
  derivative: (z) => 1 / (1 + Math.abs(z)) ** 2,
});
const OPTIONS = { batchSize: 8, epochs: 4, norms: true, clipNorm: 1, l1: 1e-3, l2: 1e-3 } as const;
const model = mlp({ widths: [3, 6, 5, 2], activation: softsign, dropout: [0.2, 0], parametrisation: ntk({ cb: 0.1 }) });

let gpu: GpuBackend;
beforeAll(async () => {
  gpu = new GpuBackend({ mode: 'webasm' });
  await gpu.init();
});
afterAll(() => gpu.dispose());

const fit = (trainer: Trainer<typeof model, Split, string>, backend: MatrixBackend) => {
  const context: FitContext = {
    trial: 0,
    rng: Rng.root(2),
    signal: new AbortController().signal,
    keepAlive: () => undefined,
    warn: () => undefined,
    get: () => backend as never,
    snapshot: async () => undefined,
  };
  return lastValueFrom(trainer.fit(model, split, context).pipe(toArray()));
};

test('metrics are those of the reference within single precision, every penalty and norm included', async () => {
  for (const trainer of [
    sgd({ lr: 0.5, momentum: 0.9, ...OPTIONS, loss: hinge() }),
    rmsProp({ lr: 0.02, ...OPTIONS, loss: huber() }),
  ]) {
    const [ours, theirs] = [await fit(trainer, gpu), await fit(trainer, new ReferenceBackend())];
    for (const [epoch, { values }] of theirs.entries()) {
      for (const [name, value] of Object.entries(values)) {
        // a dozen steps, each some ten roundings of 6e-8 deep
        expect(Math.abs(ours[epoch]!.values[name]! - value)).toBeLessThan(1e-4 * (1 + Math.abs(value)));
      }
    }
  }
  expect(gpu.describe()).toContain('on the host, having no kernel: activation softsign');
  expect(gpu.liveMatrices).toBe(0);
});

test('two epochs and two more are four, bit for bit', async () => {
  const kept: Checkpoint[] = [];
  const options = { lr: 0.1, momentum: 0.9, ...OPTIONS } as const;
  const whole = await fit(sgd(options), gpu);
  await fit(sgd({ ...options, epochs: 2, checkpoint: { every: 2, keep: (c) => void kept.push(c) } }), gpu);
  expect(await fit(sgd({ ...options, from: kept[0]! }), gpu)).toEqual(whole.slice(2));
});
