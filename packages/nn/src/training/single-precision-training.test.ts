/**
 * Training through matrix cores of single precision: the same path as on the reference, within its rounding, and
 * checkpoints that are exact there, too.
 */
import { type FitContext, Rng, type Trainer } from '@tangentlab/core';
import { type Checkpoint, type Mlp, mlp, ntk, rmsProp, sgd } from '@tangentlab/nn';
import { GpuBackend } from '@tangentlab/ops-gpu';
import { createBackend } from '@tangentlab/ops-wasm';
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
const SHAPE = { widths: [3, 6, 5, 2], dropout: [0.2, 0], parametrisation: ntk({ cb: 0.1 }) };
const model = mlp({ ...SHAPE, activation: softsign });
const builtIn = mlp({ ...SHAPE, activation: 'gelu' });

const fit = (trainer: Trainer<Mlp, Split, string>, backend: MatrixBackend, trained = model, told: string[] = []) => {
  const context: FitContext = {
    trial: 0,
    rng: Rng.root(2),
    signal: new AbortController().signal,
    keepAlive: () => undefined,
    warn: ({ name, message }) => void told.push(`${name}: ${message}`),
    get: () => backend as never,
    snapshot: async () => undefined,
  };
  return lastValueFrom(trainer.fit(trained, split, context).pipe(toArray()));
};

describe.each([
  ['gpu.js', () => new GpuBackend({ mode: 'webasm' }), 'on the host, having no kernel: activation softsign'],
  ['WebAssembly', () => createBackend(), 'on the host: activation softsign'],
] as const)('%s', (_, make, hosted) => {
  const backend = make();
  beforeAll(() => backend.init());
  afterAll(() => backend.dispose());

  test('metrics are those of the reference within single precision, every penalty and norm included', async () => {
    for (const trained of [model, builtIn]) {
      for (const trainer of [
        sgd({ lr: 0.5, momentum: 0.9, ...OPTIONS, loss: hinge() }),
        rmsProp({ lr: 0.02, ...OPTIONS, loss: huber() }),
      ]) {
        const [ours, theirs] = [
          await fit(trainer, backend, trained),
          await fit(trainer, new ReferenceBackend(), trained),
        ];
        for (const [epoch, { values }] of theirs.entries()) {
          for (const [name, value] of Object.entries(values)) {
            // a dozen steps, each some ten roundings of 6e-8 deep
            expect(Math.abs(ours[epoch]!.values[name]! - value)).toBeLessThan(1e-4 * (1 + Math.abs(value)));
          }
        }
      }
    }
    expect(backend.describe()).toContain(hosted);
    expect(backend.liveMatrices).toBe(0);
  });

  test.each([
    ['of the user', model],
    ['built in', builtIn],
  ] as const)('two epochs and two more are four, bit for bit, with an activation %s', async (__, trained) => {
    const kept: Checkpoint[] = [];
    const options = { lr: 0.1, momentum: 0.9, ...OPTIONS } as const;
    const whole = await fit(sgd(options), backend, trained);
    const half = sgd({ ...options, epochs: 2, checkpoint: { every: 2, keep: (c) => void kept.push(c) } });
    await fit(half, backend, trained);
    expect(await fit(sgd({ ...options, from: kept[0]! }), backend, trained)).toEqual(whole.slice(2));
  });
});

test('what a back end with a trainer of its own does not fuse is told once a trial', async () => {
  const backend = createBackend();
  await backend.init();
  const told: string[] = [];
  await fit(sgd({ lr: 0.1, batchSize: 8, epochs: 2 }), backend, builtIn, told);
  expect(told).toEqual([]);
  await fit(sgd({ lr: 0.1, batchSize: 8, epochs: 2 }), backend, model, told);
  expect(told).toEqual([
    "training/notFused: sgd: expected a training that wasm runs in one call an epoch, got one operation by operation, since the activation softsign is the user's; results are the same, steps take longer",
  ]);
  await backend.dispose();
});
