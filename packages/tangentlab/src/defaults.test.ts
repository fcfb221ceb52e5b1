import { expect, test } from '@jest/globals';
import {
  adam,
  choice,
  describe as describeGraph,
  experiment,
  holdout,
  makeMoons,
  maximize,
  mlp,
  randomSearch,
} from 'tangentlab';

const moons = {
  name: 'moons',
  seed: 1,
  data: makeMoons({ samples: 40, noise: 0.2 }).pipe(holdout({ fraction: 0.25 })),
  space: { hidden: choice(2, 4) },
  model: ({ params, data }: { params: { hidden: 2 | 4 }; data: { features: number; classes: number } }) =>
    mlp({ widths: [data.features, params.hidden, data.classes] }),
  train: () => adam({ lr: 0.01, batchSize: 10, epochs: 1 }),
  objective: maximize('valAccuracy'),
  trials: 3,
} as const;

const searcherOf = (of: Parameters<typeof describeGraph>[0]) =>
  describeGraph(of).nodes.flatMap(({ role, name }) => (role === 'Searcher' ? [name] : []));

test('a record without search is searched by auto(), which ends when a finite space is spent', async () => {
  const base = experiment(moons);
  expect(searcherOf(base)).toEqual(['auto']);
  const { trials, reason } = await base.run().result;
  expect(trials.map(({ params }) => params.hidden).sort()).toEqual([2, 4]);
  expect(reason).toBe('exhausted');
});

test('a searcher that is named takes its place', () => {
  expect(searcherOf(experiment({ ...moons, search: randomSearch() }))).toEqual(['random']);
  expect(searcherOf(experiment(moons).with(randomSearch()))).toEqual(['random']);
});
