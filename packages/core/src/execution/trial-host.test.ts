import {
  choice,
  defineAnalyzer,
  defineProvider,
  defineSource,
  experiment,
  hostTrials,
  isTangentError,
  MemoryStorage,
  maximize,
  memoryStorage,
  Rng,
  SEARCHER,
  type Snapshot,
  type TangentError,
  type Trainer,
  type TrialDescription,
  token,
  travellingParts,
} from '@tangentlab/core';
import { concatMap, lastValueFrom, of, range, toArray } from 'rxjs';

const ENGINE = token<{ readonly scale: number }>('Engine');
const log: string[] = [];
const engine = defineProvider({
  token: ENGINE,
  name: 'v8',
  create: () => {
    log.push('+engine');
    return { scale: 10 };
  },
  release: () => void log.push('-engine'),
});
const search = defineProvider({
  token: SEARCHER,
  name: 'never',
  create: () => {
    throw new Error('a host searches nothing');
  },
});
const trainer: Trainer<string, number, 'score'> = {
  name: 'fake',
  requires: [ENGINE],
  fit: (_model, data, context) =>
    range(1, 2).pipe(
      concatMap(async (epoch) => {
        if (epoch === 2) context.warn({ step: 2, name: 'small', message: 'm', values: { a: 1 } });
        await context.snapshot({ epoch, last: epoch === 2, parameters: async () => Float64Array.of(epoch, data) });
        return { step: epoch, values: { score: context.get(ENGINE).scale * context.rng.split(epoch).uniform() } };
      }),
    ),
};
const norm = defineAnalyzer({
  name: 'norm',
  measures: ['norm'],
  every: 'epoch',
  create: () => ({ measure: async ({ parameters }: Snapshot<string, number>) => ({ norm: (await parameters())[0]! }) }),
});
const described = experiment({
  name: 'hosted',
  seed: 1,
  data: defineSource({ name: 'drawn', open: ({ rng }) => of(rng.uniform()) }),
  space: { x: choice(1, 2) },
  model: () => 'model',
  train: () => trainer,
  analyze: [norm],
  objective: maximize('score'),
  search,
  trials: 1,
}).with(engine, memoryStorage(new MemoryStorage()));

/** What a run of seed 5 says of its data. */
async function hashOf(seed: number): Promise<string> {
  const inOrder = defineProvider({
    token: SEARCHER,
    name: 'one',
    create: () => ({ name: 'one', feedback: false, ask: () => ({ x: 1 }) }),
  });
  const run = described.with(inOrder).override({ seed }).run();
  const [header] = await lastValueFrom(run.events$.pipe(toArray()));
  return header?.type === 'run/started' ? header.dataHash : '';
}

const descriptionOf = (dataHash: string): TrialDescription => ({
  experiment: 'hosted',
  seed: 5,
  parts: travellingParts(described.plan),
  dataHash,
  trial: 3,
  params: { x: 1 },
  rngPath: 'tangentlab:5/trial/3',
  resumedAt: 0,
});

test('a trial is run from its description, on parts and data of its own', async () => {
  const description = descriptionOf(await hashOf(5));
  log.length = 0;
  const host = await hostTrials(described, description);
  const said: unknown[] = [];
  const metrics = await lastValueFrom(
    host
      .run(description, {
        signal: new AbortController().signal,
        warn: ({ name }) => said.push(name),
        keep: (parameters) => said.push([...parameters]),
        keepAlive: () => undefined,
      })
      .pipe(toArray()),
  );
  const score = (epoch: number) => 10 * Rng.root(5).split('trial', 3, epoch).uniform();
  expect(metrics.map(({ values }) => ({ ...values }))).toEqual([
    { score: score(1), norm: 1 },
    { score: score(2), norm: 2 },
  ]);
  expect(said).toEqual([[], 'small', [2, expect.any(Number)]]);
  expect(await host.release()).toEqual([]);
  expect(log).toEqual(['+engine', '-engine']);
});

test('data that is handed over is used as it is, and not opened again', async () => {
  const description = descriptionOf(await hashOf(5));
  const host = await hostTrials(described, description, { data: 0.25 });
  const channel = { signal: new AbortController().signal, warn: () => undefined, keepAlive: () => undefined };
  let kept: readonly number[] = [];
  const metrics$ = host.run(description, { ...channel, keep: (parameters) => (kept = [...parameters]) });
  await lastValueFrom(metrics$);
  expect(kept).toEqual([2, 0.25]); // the trainer's parameters are its epoch and its data
  await host.release();
});

test('data that is not that of the run is refused, and the parts are released', async () => {
  log.length = 0;
  const description = { ...descriptionOf(await hashOf(5)), seed: 6 };
  const error: unknown = await hostTrials(described, description).catch((e: unknown) => e);
  expect(isTangentError(error) && error.code).toBe('CONFIG_INVALID');
  expect((error as TangentError).message).toContain('the data must be that of the run');
  expect(log.slice(-2)).toEqual(['+engine', '-engine']);
});

test('parts that are not those of the run are refused by name, before anything is set up', async () => {
  const scaled = defineProvider({ token: ENGINE, name: 'v8', config: { scale: 2 }, create: () => ({ scale: 2 }) });
  const other = defineProvider({ token: ENGINE, name: 'v12', create: () => ({ scale: 2 }) });
  log.length = 0;
  for (const part of [scaled, other]) {
    const { plan } = described.with(part);
    const description = { ...descriptionOf(await hashOf(5)), parts: travellingParts(plan) };
    log.length = 0;
    const error: unknown = await hostTrials(described, description).catch((e: unknown) => e);
    expect(isTangentError(error) && error.code).toBe('WORKER_NOT_SERIALISABLE');
    expect((error as TangentError).message).toContain(`missing there: Engine ${part.name} `);
    expect(log).toEqual([]);
  }
});

test('what only the run needs is no part of a trial', () => {
  expect(travellingParts(described.plan).map((part) => part.split(' ').slice(0, 2))).toEqual([
    ['Analyzer', 'norm'],
    ['Engine', 'v8'],
  ]);
});
