/**
 * The analyzers: the laws, a run that carries them all, and what they say of lazy and of feature-learning networks.
 */
import { defineAnalyzer, experimentWith, maximize, Rng } from '@tangentlab/core';
import { holdout, makeMoons } from '@tangentlab/datasets';
import { gradientDescent, initialParameters, type Mlp, mlp, ntk, sgd } from '@tangentlab/nn';
import { createLinearAlgebraSync, wasmLinearAlgebra } from '@tangentlab/ops-wasm';
import { randomSearch } from '@tangentlab/optimizers';
import { type LinearAlgebra, mse, reference, referenceLinearAlgebra, type Split } from '@tangentlab/tensor';
import { analyzerLaws } from '@tangentlab/testkit';
import {
  jacobianRank,
  jacobianRankOf,
  layerTangents,
  linearDistance,
  ntkDrift,
  ntkSpectrum,
  pathToInterpolation,
  tangentKernel,
} from '@tangentlab/theory';
import { lastValueFrom, toArray } from 'rxjs';

const noise = Rng.root(1).stream();
const table = (samples: number) => ({
  x: Float64Array.from({ length: 2 * samples }, () => 2 * noise() - 1),
  y: Int32Array.from({ length: samples }, (_, i) => i % 2),
  samples,
  features: 2,
  classes: 2,
});
const split: Split = { train: table(8), val: table(6), features: 2, classes: 2 };
const model = mlp({ widths: [2, 7, 2], activation: 'tanh' });
const subject = {
  model,
  data: split,
  parameters: initialParameters(model, Rng.root(2)),
  initial: initialParameters(model, Rng.root(3)),
};
const algebra = [createLinearAlgebraSync()];

analyzerLaws('ntkSpectrum', () => ({ provider: ntkSpectrum(), dependencies: algebra, ...subject }));
analyzerLaws('ntkDrift', () => ({ provider: ntkDrift({ samples: 5 }), dependencies: algebra, ...subject }));
analyzerLaws('linearDistance', () => ({ provider: linearDistance(), dependencies: [], ...subject }));
analyzerLaws('pathToInterpolation', () => ({
  provider: pathToInterpolation({ timePerEpoch: 0.1 }),
  dependencies: algebra,
  ...subject,
}));

/** The last measurements of gradient descent on squares in a network of this width. */
async function measured(width: number, epochs: number): Promise<Readonly<Record<string, number>>> {
  const lr = 0.5;
  const described = experimentWith(
    reference(),
    wasmLinearAlgebra(),
  )({
    name: 'regimes',
    seed: 3,
    data: makeMoons({ samples: 24, noise: 0.1 }).pipe(holdout({ fraction: 0.25 })),
    space: {},
    model: ({ data }) =>
      mlp({
        widths: [data.features, width, data.classes],
        activation: 'tanh',
        parametrisation: ntk({ cw: 1.5, cb: 0.1 }),
      }),
    train: () => gradientDescent({ lr, epochs, loss: mse() }),
    analyze: [
      ntkSpectrum({ every: 'epoch' }),
      ntkDrift({ every: 'epoch' }),
      linearDistance({ every: 'epoch' }),
      // the mean of squares over n samples and two outputs is the 1/(2 n) of the closed form
      pathToInterpolation({ every: 'epoch', timePerEpoch: lr }),
    ],
    objective: maximize('ntkMax'),
    search: randomSearch(),
    trials: 1,
  });
  return (await described.run().result).best.metrics;
}

test('a wide network is lazy: its kernel stays, and it follows its linearisation', async () => {
  const [narrow, wide] = [await measured(8, 10), await measured(512, 10)];
  expect(wide['ntkDrift']).toBeLessThan(0.3 * narrow['ntkDrift']!);
  expect(wide['ntkDistance']).toBeLessThan(wide['ntkDrift']!);
  expect(wide['linearDistanceRelative']).toBeLessThan(0.3 * narrow['linearDistanceRelative']!);
  const gap = ({ pathLoss, pathLinear }: Readonly<Record<string, number>>) =>
    Math.abs(Math.log(pathLoss! / pathLinear!));
  expect(gap(wide)).toBeLessThan(gap(narrow));
  for (const { pathLinear, pathBound, ntkMin, ntkMax, ntkTrace, ntkStableRank } of [narrow, wide]) {
    expect(pathLinear).toBeLessThanOrEqual(pathBound!);
    expect(ntkMin).toBeLessThan(ntkMax!);
    expect(ntkStableRank).toBeCloseTo(ntkTrace! / ntkMax!, 12);
  }
}, 120_000);

test('the values of the stream are those of a batch: each epoch computed again from its parameters', async () => {
  const seen: { readonly parameters: Float64Array; readonly data: Split; readonly model: Mlp }[] = [];
  const watch = defineAnalyzer<Mlp, Split, 'seen'>({
    name: 'watch',
    measures: ['seen'],
    every: 'epoch',
    config: {},
    create: () => ({
      measure: async ({ parameters, data, model: given }) => {
        seen.push({ parameters: (await parameters()).slice(), data, model: given });
        return { seen: seen.length };
      },
    }),
  });
  const run = experimentWith(
    reference(),
    wasmLinearAlgebra(),
  )({
    name: 'stream',
    seed: 4,
    data: makeMoons({ samples: 20, noise: 0.1 }).pipe(holdout({ fraction: 0.25 })),
    space: {},
    model: ({ data }) => mlp({ widths: [data.features, 6, data.classes], activation: 'tanh' }),
    train: () => sgd({ lr: 0.1, batchSize: 5, epochs: 4 }),
    analyze: [watch, ntkSpectrum({ every: 'epoch', samples: 10 }), jacobianRank({ every: 'epoch', samples: 10 })],
    objective: maximize('ntkMax'),
    search: randomSearch(),
    trials: 1,
  }).run();
  const metrics = lastValueFrom(run.metrics$.pipe(toArray()));
  await run.result;
  const stream = (await metrics).map(({ values }) => values as Readonly<Record<string, number>>);
  expect(stream).toHaveLength(4);
  const algebra = createLinearAlgebraSync();
  for (const [i, { parameters, data, model: given }] of seen.entries()) {
    const x = data.train.x.subarray(0, 10 * data.train.features);
    const kernel = await tangentKernel(layerTangents(given, parameters, x, 10, { linearAlgebra: algebra }), 2, algebra);
    const values = algebra.symmetricEigenvalues(kernel);
    expect(stream[i]!['ntkMax']).toBe(values.at(-1));
    expect(stream[i]!['ntkMin']).toBe(Math.max(0, values[0]!));
    const { rank } = await jacobianRankOf(given, parameters, x, 10, { linearAlgebra: algebra });
    expect(stream[i]!['jacobianRank']).toBe(rank);
  }
  // the epochs differ, so that values of another one would be noticed
  expect(new Set(stream.map(({ ntkMax }) => ntkMax)).size).toBe(4);
});

test('at the start nothing has moved', async () => {
  const still = { ...subject, initial: subject.parameters };
  const snapshot = {
    trial: 0,
    epoch: 1,
    last: true,
    model,
    data: split,
    signal: new AbortController().signal,
    parameters: async () => still.parameters,
    initial: () => still.initial,
  };
  const of = (provider: unknown, ...given: readonly unknown[]) =>
    (provider as { create(...given: readonly unknown[]): { measure(s: unknown): Promise<Record<string, number>> } })
      .create(...given)
      .measure(snapshot);
  expect(await of(ntkDrift(), referenceLinearAlgebra)).toEqual({ ntkDrift: 0, ntkDistance: 0 });
  expect(await of(linearDistance())).toEqual({ linearDistance: 0, linearDistanceRelative: 0 });
});

describe('the kernel of the start', () => {
  /** An analyzer, how often it asked for a Gram matrix, and what it measures with this model, data and beginning. */
  function watched(provider: { readonly create: unknown }) {
    let grams = 0;
    const counting: LinearAlgebra = {
      ...referenceLinearAlgebra,
      syrkAsync: (...given) => {
        grams++;
        return referenceLinearAlgebra.syrkAsync(...given);
      },
    };
    const create = provider.create as (algebra: LinearAlgebra) => {
      measure(snapshot: unknown): Promise<Record<string, number>>;
    };
    const analyzer = create(counting);
    const measure = async (of: Partial<typeof subject>, epoch = 1) => {
      const { model, data, parameters, initial } = { ...subject, ...of };
      const signal = new AbortController().signal;
      const common = { trial: 0, epoch, last: true, model, data, signal };
      const before = grams;
      const values = await analyzer.measure({
        ...common,
        parameters: async () => parameters,
        initial: () => initial.slice(),
      });
      return { values, grams: grams - before };
    };
    return measure;
  }
  const other = initialParameters(model, Rng.root(4));

  test.each([
    ['ntkDrift', ntkDrift(), 4],
    ['pathToInterpolation', pathToInterpolation({ timePerEpoch: 0.1 }), 0],
  ] as const)('is computed once per trial: %s', async (_, provider, perMeasurement) => {
    const measure = watched(provider);
    const first = await measure({});
    const again = await measure({ parameters: other }, 2);
    expect([first.grams, again.grams]).toEqual([perMeasurement + 4, perMeasurement]);
    // what is kept is what a cold call computes
    expect(again.values).toEqual((await watched(provider)({ parameters: other }, 2)).values);
  });

  test.each([
    ['another beginning', { initial: other }],
    ['another model', { model: mlp({ widths: [2, 7, 2], activation: 'erf' }) }],
    ['other samples', { data: { ...split, train: table(8) } }],
  ])('%s is another start', async (_, of) => {
    const measure = watched(ntkDrift());
    await measure({});
    const { values, grams } = await measure(of);
    expect(grams).toBe(8);
    expect(values).toEqual((await watched(ntkDrift())(of)).values);
  });
});

test('a trainer that tells no beginning fails the trial, with a word what to do', async () => {
  const described = experimentWith(
    reference(),
    wasmLinearAlgebra(),
  )({
    name: 'folds',
    seed: 3,
    data: makeMoons({ samples: 24, noise: 0.1 }).pipe(holdout({ fraction: 0.25 })),
    space: {},
    model: ({ data }) => mlp({ widths: [data.features, 4, data.classes] }),
    train: () => ({
      ...sgd({ lr: 0.1, batchSize: 8, epochs: 1 }),
      fit: (m, d, context) =>
        sgd({ lr: 0.1, batchSize: 8, epochs: 1 }).fit(m, d, {
          ...context,
          snapshot: ({ epoch, last, parameters }) => context.snapshot({ epoch, last, parameters }),
        }),
    }),
    analyze: [linearDistance()],
    objective: maximize('valAccuracy'),
    search: randomSearch(),
    trials: 1,
  });
  await expect(described.run().result).rejects.toThrow('a trainer that tells the parameters it began from');
});

test('options out of range are refused', () => {
  expect(() => ntkSpectrum({ samples: 0 })).toThrow('samples');
  expect(() => ntkDrift({ every: 0 })).toThrow('every');
  expect(() => pathToInterpolation({ timePerEpoch: 0 })).toThrow('timePerEpoch');
});
