/**
 * The laws of search strategies, and what hill climbing promises beyond them.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type AskRequest,
  choice,
  defineProvider,
  int,
  logUniform,
  maximize,
  type ParamsOf,
  type Provider,
  Rng,
  SEARCHER,
  type Searcher,
  Space,
  searchTrials,
  uniform,
  usePlugins,
} from '@tangentlab/core';
import { searcherLaws } from '@tangentlab/testkit';
import { lastValueFrom, of } from 'rxjs';
import { hillClimb, plugin } from '../src/index.js';

// suites register with the global functions of a test runner
Object.assign(globalThis, { describe, test });

const searcherOf = (provider: Provider<Searcher>) => (provider.create as () => Searcher)();

searcherLaws('hillClimb', () => searcherOf(hillClimb()));
searcherLaws('hillClimb, impatient', () => searcherOf(hillClimb({ radius: 1, patience: 1 })));

const random = defineProvider<Searcher>({
  token: SEARCHER,
  name: 'random',
  create: () => ({ name: 'random', feedback: false, ask: ({ space, rng }) => space.sample(rng) }),
});

const space = { x: uniform(-5, 5), lr: logUniform(1e-4, 1), width: int(8, 256), act: choice('relu', 'tanh') };

/** A smooth hill with its top, 0, at x 1, lr 0.01, width 100, relu. */
const height = ({ x, lr, width, act }: ParamsOf<typeof space>) =>
  -((x - 1) ** 2) - (Math.log10(lr) + 2) ** 2 - ((width - 100) / 50) ** 2 - (act === 'relu' ? 0 : 1);

/** Points and heights of a search on that hill. */
async function climb(provider: Provider<Searcher>, seed: number, trials = 80, concurrency = 1) {
  const scores: number[] = [];
  const points: ParamsOf<typeof space>[] = [];
  const rng = Rng.root(seed);
  const searcher = searcherOf(provider);
  const events = searchTrials(
    { space, searcher, objectives: [maximize('score')], trials, rng, concurrency },
    ({ params }) => {
      const score = height(params);
      scores.push(score);
      points.push(params);
      return of({ step: 1, values: { score } });
    },
  );
  await lastValueFrom(events);
  return { scores, points };
}

test('it climbs higher than random search', async () => {
  const seeds = Array.from({ length: 30 }, (_, seed) => seed);
  const bestOf = async (provider: Provider<Searcher>, seed: number) =>
    Math.max(...(await climb(provider, seed)).scores);
  let wins = 0;
  for (const seed of seeds) if ((await bestOf(hillClimb(), seed)) > (await bestOf(random, seed))) wins++;
  // 20 of 30 by chance: less than once in 20
  assert.ok(wins >= 20, `${wins} of 30 seeds`);
});

/** Where a search in which nothing is ever better jumps, by slot. */
async function jumpsOf(patience: number): Promise<number[]> {
  const xs: number[] = [];
  const flat = searchTrials(
    {
      space: { x: uniform(0, 1) },
      searcher: searcherOf(hillClimb({ radius: 0.01, patience })),
      objectives: [maximize('score')],
      trials: 40,
      rng: Rng.root(3),
    },
    ({ params }) => {
      xs.push(params.x);
      return of({ step: 1, values: { score: 0 } });
    },
  );
  await lastValueFrom(flat);
  return xs.flatMap((x, slot) => (slot > 0 && Math.abs(x - xs[slot - 1]!) > 0.02 ? [slot] : []));
}

test('it begins anew when it is stuck, and not before', async () => {
  assert.deepEqual(await jumpsOf(9), [10, 20, 30]);
  assert.deepEqual(await jumpsOf(39), []);
});

test('trials that were asked before a restart do not decide where the next climb begins', () => {
  const where = new Space({ x: uniform(0, 100) });
  const rng = Rng.root(5);
  /** Slot 0 is best; 20 slots are asked. */
  const next = (told: number) => {
    const view = {
      asked: 20,
      told,
      params: (slot: number) => ({ x: slot }),
      outcome: (slot: number) => ({ state: 'complete', values: [slot === 0 ? 1 : 0], curve: [] }),
    };
    // no more than what it looks at
    const request = { space: where, objectives: [maximize('score')], view, slot: 20, rng };
    return searcherOf(hillClimb({ radius: 0.01, patience: 5 })).ask(request as unknown as AskRequest);
  };
  const drawn = where.sample(rng.split('point'));
  // a restart at slot 6; the slots 6 to 9 were asked while the first climb was on
  assert.deepEqual(next(10), drawn);
  // nothing is in flight: slots 6, 12 and 18 begin climbs
  const { x } = next(20) as unknown as { readonly x: number };
  assert.ok(Math.abs(x - 18) < 1, `x ${x}`);
});

test('equal seeds give equal searches, and parallel ones too', async () => {
  for (const concurrency of [1, 4]) {
    const [a, b] = [await climb(hillClimb(), 7, 60, concurrency), await climb(hillClimb(), 7, 60, concurrency)];
    assert.deepEqual(a.points, b.points);
  }
});

test('the plugin offers it by name', () => {
  const provider = usePlugins(plugin).pick('searcher', 'hillClimb')({ patience: 3 });
  assert.deepEqual(provider.config, { radius: 0.2, patience: 3 });
});

for (const options of [{ radius: 0 }, { radius: 1.1 }, { radius: Number.NaN }, { patience: 0 }, { patience: 1.5 }]) {
  test(`${JSON.stringify(options)} is refused`, () => {
    assert.throws(() => hillClimb(options), {
      code: 'CONFIG_INVALID',
      message: /^hillClimb: "(radius|patience)" must /,
    });
  });
}
