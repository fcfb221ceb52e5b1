import {
  type FitContext,
  type Metric,
  Rng,
  type ScheduledAnalyzer,
  type Snapshot,
  type Trainer,
  type Trial,
  TrialError,
  token,
} from '@tangentlab/core';
import { concatMap, from, lastValueFrom, map, of, range, throwError, toArray } from 'rxjs';
import { rejection } from '../../../../test/thrown.js';
import { fitTrial, type TrialParts } from './fit-trial.js';
import type { TrainedModel } from './trial-recorder.js';

const ENGINE = token<{ readonly id: string }>('Engine');

/** Three epochs; the loss halves, the parameters count up, and each copy of them is counted. */
function fakeTrainer(copies: { count: number }, changes: Partial<Trainer<unknown, unknown, string>> = {}) {
  const trainer: Trainer<unknown, unknown, string> = {
    name: 'fake',
    requires: [],
    fit: (_model, _data, context) =>
      range(1, 3).pipe(
        concatMap(async (epoch) => {
          const parameters = async () => {
            copies.count++;
            return Float64Array.of(epoch, epoch * 10);
          };
          await context.snapshot({ epoch, last: epoch === 3, parameters });
          return { step: epoch, values: { loss: 1 / 2 ** epoch } };
        }),
      ),
    ...changes,
  };
  return trainer;
}

const analyzer = (changes: Partial<ScheduledAnalyzer>): ScheduledAnalyzer => ({
  name: 'epochs',
  every: 'epoch',
  measures: ['seen'],
  measure: ({ epoch }) => ({ seen: epoch }),
  ...changes,
});

function setUp(changes: Partial<TrialParts> & { trainer?: unknown; signal?: AbortSignal } = {}) {
  const kept: [number, TrainedModel][] = [];
  const copies = { count: 0 };
  const parts: TrialParts = {
    data: { samples: 5 },
    analyzers: [],
    model: ({ params }) => ({ kind: 'mlp', params }),
    train: () => ('trainer' in changes ? changes.trainer : fakeTrainer(copies)) as never,
    resolve: () => ({ id: 'v8' }),
    keepAlive: () => undefined,
    warn: () => undefined,
    trainerNamed: () => undefined,
    keep: (number, trained) => kept.push([number, trained]),
    ...changes,
  };
  const signal = changes.signal ?? new AbortController().signal;
  const rng = Rng.root(1).split('trial', 7);
  const trial: Trial<{ lr: number }> = { number: 7, params: { lr: 0.1 }, rng, signal, resumedAt: 0, budget: undefined };
  const metrics = lastValueFrom(fitTrial(parts, trial).pipe(toArray())) as Promise<Metric[]>;
  return { metrics, kept, copies };
}

const losses = [0.5, 0.25, 0.125];

test('the metrics are those of the trainer, and the last state is kept', async () => {
  const { metrics, kept, copies } = setUp();
  expect((await metrics).map(({ step, values }) => [step, values])).toEqual(losses.map((loss, i) => [i + 1, { loss }]));
  const model = { kind: 'mlp', params: { lr: 0.1 } };
  expect(kept).toEqual([
    [7, { model, parameters: Float64Array.of() }],
    [7, { model, parameters: Float64Array.of(3, 30) }],
  ]);
  expect(copies.count).toBe(1);
});

test('model, trainer and fit get the parameters, the data and the context of the trial', async () => {
  const seen: unknown[] = [];
  const trainer = fakeTrainer(
    { count: 0 },
    {
      fit: (model, data, { trial, rng, signal }) => {
        seen.push(model, data, trial, rng.path, signal.aborted);
        return of({ step: 1, values: { loss: 1 } });
      },
    },
  );
  const about = (role: string) => (c: unknown) => {
    seen.push(role, c);
    return role === 'train' ? (trainer as never) : 'the model';
  };
  await setUp({ model: about('model'), train: about('train') as never }).metrics;
  const c = { params: { lr: 0.1 }, data: { samples: 5 } };
  expect(seen).toEqual(['model', c, 'train', c, 'the model', c.data, 7, 'tangentlab:1/trial/7', false]);
});

test.each([
  ['epoch' as const, [{ seen: 1 }, { seen: 2 }, { seen: 3 }]],
  ['trial' as const, [{}, {}, { seen: 3 }]],
  [2, [{}, { seen: 2 }, { seen: 3 }]], // and after the last epoch
])('what is measured every %p joins the metric of its step', async (every, expected) => {
  const metrics = await setUp({ analyzers: [analyzer({ every })] }).metrics;
  expect(metrics.map(({ values }) => values)).toEqual(
    expected.map((measured, i) => ({ loss: losses[i], ...measured })),
  );
});

test('several analyzers measure in order, one after the other, and training waits for them', async () => {
  const log: string[] = [];
  const slow = analyzer({
    name: 'slow',
    every: 2,
    measures: ['slow'],
    measure: async ({ epoch }) => {
      log.push(`slow ${epoch}`);
      await new Promise((resolve) => setImmediate(resolve));
      log.push(`slow ${epoch} done`);
      return { slow: 1 };
    },
  });
  const quick = analyzer({
    measures: ['quick'],
    measure: ({ epoch }) => {
      log.push(`quick ${epoch}`);
      return { quick: 2 };
    },
  });
  const metrics = await setUp({ analyzers: [slow, quick] }).metrics;
  expect(log).toEqual([
    ...['quick 1', 'slow 2', 'slow 2 done', 'quick 2'],
    ...['slow 3', 'slow 3 done', 'quick 3'], // the last epoch is always measured
  ]);
  expect(metrics[1]!.values).toEqual({ loss: 0.25, slow: 1, quick: 2 });
});

test('a snapshot shows trial, epoch, model and data; its parameters are copied when read, and only then', async () => {
  const seen: Omit<Snapshot<unknown, unknown>, 'initial' | 'parameters' | 'signal'>[] = [];
  const { metrics, copies } = setUp({
    analyzers: [
      analyzer({
        measures: ['first'],
        measure: async ({ parameters, initial: _, signal: __, ...snapshot }) => {
          seen.push(snapshot);
          return { first: snapshot.epoch === 2 ? (await parameters())[0]! : 0 };
        },
      }),
    ],
  });
  expect((await metrics).map(({ values }) => values['first'])).toEqual([0, 2, 0]);
  expect(copies.count).toBe(2); // one reading, and the state that is kept at the end
  const shared = { trial: 7, model: { kind: 'mlp', params: { lr: 0.1 } }, data: { samples: 5 } };
  expect(seen).toEqual([1, 2, 3].map((epoch) => ({ ...shared, epoch, last: epoch === 3 })));
});

test('a snapshot shows where the training began, or fails the trial that asks', async () => {
  const measure = async ({ initial }: Snapshot<unknown, unknown>) => ({ first: initial()[0]! });
  const analyzers = [analyzer({ measures: ['first'], measure })];
  const telling = (told: object) => (_m: unknown, _d: unknown, context: FitContext) => {
    const snapshot = { epoch: 1, last: true, parameters: async () => Float64Array.of(2), ...told };
    return from(context.snapshot(snapshot)).pipe(map(() => ({ step: 1, values: { loss: 1 } })));
  };
  const fit = telling({ initial: () => Float64Array.of(9) });
  const { metrics } = setUp({ analyzers, trainer: fakeTrainer({ count: 0 }, { fit }) });
  expect((await metrics)[0]!.values).toEqual({ loss: 1, first: 9 });
  const silent = setUp({ analyzers, trainer: fakeTrainer({ count: 0 }, { fit: telling({}) }) });
  await expect(silent.metrics).rejects.toThrow('a trainer that tells the parameters it began from');
});

test('a snapshot may be an object with methods', async () => {
  class State {
    readonly epoch = 1;
    readonly last = true;
    readonly #theta = Float64Array.of(4);
    async parameters() {
      return this.#theta.slice();
    }
  }
  const fit = (_m: unknown, _d: unknown, context: FitContext) =>
    from(context.snapshot(new State())).pipe(map(() => ({ step: 1, values: { loss: 1 } })));
  const measure = async ({ parameters }: Snapshot<unknown, unknown>) => ({ theta: (await parameters())[0]! });
  const analyzers = [analyzer({ measures: ['theta'], measure })];
  const { metrics, kept } = setUp({ analyzers, trainer: fakeTrainer({ count: 0 }, { fit }) });
  expect((await metrics)[0]!.values).toEqual({ loss: 1, theta: 4 });
  expect(kept.at(-1)![1].parameters).toEqual(Float64Array.of(4));
});

const boom = new Error('singular matrix');
const thrower = () => {
  throw boom;
};

test.each([
  ['model', { model: thrower }, 'model, trial 7: '],
  ['train', { train: thrower }, 'train, trial 7: '],
  [
    'an analyzer',
    { analyzers: [analyzer({ name: 'rank', measure: thrower, every: 2 })] },
    'analyzer "rank", trial 7, epoch 2: ',
  ],
  [
    'an analyzer that rejects',
    { analyzers: [analyzer({ name: 'rank', measure: () => Promise.reject(boom) })] },
    'analyzer "rank", trial 7, epoch 1: ',
  ],
])('what %s throws fails the trial under its name', async (_, changes, where) => {
  const error = await rejection(setUp(changes as Partial<TrialParts>).metrics);
  expect(error).toMatchObject({ code: 'TRIAL_FAILED', cause: boom });
  expect(error.message).toBe(
    `${where}the trial could not go on, got the error "singular matrix"; correct what it names.`,
  );
});

test('an analyzer that finds numbers that are not finite says so by its code', async () => {
  const cause = new TrialError('NUMERIC_NOT_FINITE', { where: 'eigenvalues', expected: 'a finite matrix', todo: 't' });
  const error = await rejection(setUp({ analyzers: [analyzer({ measure: () => Promise.reject(cause) })] }).metrics);
  expect(error).toMatchObject({ code: 'NUMERIC_NOT_FINITE', cause });
  expect(error.message).toContain('analyzer "epochs", trial 7, epoch 1: ');
});

test('an analyzer that measures nothing at all fails the trial under its name', async () => {
  const error = await rejection(setUp({ analyzers: [analyzer({ measure: () => undefined as never })] }).metrics);
  expect(error.message).toContain('analyzer "epochs", trial 7, epoch 1: ');
});

test.each([
  ['another name', { other: 1 }],
  ['a text', { seen: '1' }],
  ['more than it said', { seen: 1, more: 2 }],
  ['nothing', {}],
])('an analyzer that returns %s fails its trial by name', async (_, values) => {
  const error = await rejection(setUp({ analyzers: [analyzer({ measure: () => values as never })] }).metrics);
  expect(error.code).toBe('TRIAL_FAILED');
  expect(error.message).toContain('measure(): a number for each of seen is needed, and for nothing else, got');
});

test('what the trainer throws passes as it is', async () => {
  const trainer = fakeTrainer({ count: 0 }, { fit: () => throwError(() => boom) });
  await expect(setUp({ trainer }).metrics).rejects.toBe(boom);
  await expect(setUp({ trainer: fakeTrainer({ count: 0 }, { fit: thrower }) }).metrics).rejects.toBe(boom);
});

test('a measure that the trainer has already is CONFIG_INVALID: the one would hide the other', async () => {
  const analyzers = [analyzer({ measures: ['loss'], measure: () => ({ loss: 1 }) })];
  const error = await rejection(setUp({ analyzers }).metrics);
  expect(error.code).toBe('CONFIG_INVALID');
  expect(error.message).toContain('no analyzer may measure "loss"');
});

test.each([
  ['nothing', undefined],
  ['a record without fit', { name: 'adam', requires: [] }],
  ['a trainer without requires', { name: 'adam', fit: () => of() }],
])('a train function that returns %s is CONFIG_INVALID', async (_, trainer) => {
  const error = await rejection(setUp({ trainer }).metrics);
  expect(error.code).toBe('CONFIG_INVALID');
  expect(error.message).toMatch(/^train: a trainer must be returned, got /);
});

test('a trainer gets the roles that it declared, and no others', async () => {
  const asking = (requires: Trainer<unknown, unknown, string>['requires']) =>
    fakeTrainer(
      { count: 0 },
      {
        requires,
        fit: (_model, _data, context) => of({ step: 1, values: { length: context.get(ENGINE).id.length } }),
      },
    );
  expect((await setUp({ trainer: asking([ENGINE]) }).metrics)[0]!.values).toEqual({ length: 2 });
  const error = await rejection(setUp({ trainer: asking([token('Gearbox')]) }).metrics);
  expect(error.code).toBe('WIRING_MISSING');
  expect(error.message).toBe('trainer "fake": the role Engine was not declared; add its token to `requires`.');
});

test('a cancelled trial is neither measured nor are its parameters kept', async () => {
  const abort = new AbortController();
  let measured = 0;
  const measure = () => {
    measured++;
    abort.abort();
    return { seen: 1 };
  };
  const { metrics, kept, copies } = setUp({ analyzers: [analyzer({ measure })], signal: abort.signal });
  await metrics;
  expect([measured, kept.length, copies.count]).toEqual([1, 1, 0]);
  expect(kept[0]![1].parameters).toHaveLength(0);
});

test('a trial that is cancelled while its last state is being copied keeps none of it', async () => {
  const abort = new AbortController();
  const parameters = async () => {
    abort.abort();
    return new Float64Array(1);
  };
  const fit = (_m: unknown, _d: unknown, context: FitContext) =>
    from(context.snapshot({ epoch: 1, last: true, parameters })).pipe(map(() => ({ step: 1, values: { loss: 1 } })));
  const { metrics, kept } = setUp({ trainer: fakeTrainer({ count: 0 }, { fit }), signal: abort.signal });
  await metrics;
  expect(kept.map(([, { parameters }]) => parameters.length)).toEqual([0]);
});
