/**
 * The experiment on which executors are checked: one that travels. Executors in other threads and processes load this
 * module by its URL. What its trials do depends on their parameters alone; what they note down outside of their metrics
 * goes to a file, so that it is seen wherever they run.
 */
import {
  choice,
  defineAnalyzer,
  defineProvider,
  defineSource,
  experiment,
  type FitContext,
  int,
  type Metric,
  maximize,
  messageOf,
  minimize,
  nextTurn,
  RunError,
  recordOf,
  SEARCHER,
  type Snapshot,
  type Trainer,
  TrialError,
} from '@tangentlab/core';
import { Observable, of } from 'rxjs';
import { isMarked, markOnce, noteDown } from './notes.js';

/** What a trial does. */
export type Kind = 'plain' | 'warns' | 'untaught' | 'throws' | 'diverges' | 'lostOnce' | 'endless' | 'gated';
export const KINDS = ['plain', 'warns', 'untaught', 'throws', 'diverges', 'lostOnce', 'endless', 'gated'] as const;

/** What its parameters say. */
export interface TravelParams {
  readonly kind: Kind;
  readonly steps: number;
  /** The file for notes; none if empty. `gated` trials end once the file is marked `open`. */
  readonly notes: string;
}

interface Net {
  readonly width: number;
}

function trainerOf(params: TravelParams): Trainer<Net, Float64Array, 'score' | '__proto__'> {
  return {
    name: 'travelling',
    requires: [],
    fit: (_model, data, context) =>
      new Observable((out) => {
        const note = (text: string) => noteDown(params.notes, context.trial, text);
        let stopped = false;
        note('begins');
        context.signal.addEventListener('abort', () => note(`aborted: ${messageOf(context.signal.reason)}`), {
          once: true,
        });
        const work = train(
          params,
          data,
          context,
          (metric) => out.next(metric),
          () => stopped,
        )
          .then(
            () => out.complete(),
            (error: unknown) => out.error(error),
          )
          .finally(() => note('idle'));
        context.keepAlive(work);
        return () => {
          stopped = true;
          note('freed');
        };
      }),
  };
}

async function train(
  params: TravelParams,
  data: Float64Array,
  context: FitContext,
  emit: (metric: Metric<'score' | '__proto__'>) => void,
  isStopped: () => boolean,
): Promise<void> {
  const { kind, steps, notes } = params;
  for (let step = 1; (step <= steps || kind === 'endless') && !isStopped(); step++) {
    await nextTurn();
    if (step === 2) await misbehave(params, context, isStopped);
    if (isStopped()) return;
    const draw = context.rng.split('step', step).stream();
    if (kind !== 'untaught') {
      const theta = Float64Array.of(draw(), -0, Number.NaN, step, data[0]!);
      await context.snapshot({ epoch: step, last: step === steps, parameters: async () => theta });
    }
    noteDown(notes, context.trial, `step ${step}`);
    const odd = [Number.NaN, -0, Number.NEGATIVE_INFINITY][(step + context.trial) % 3]!;
    emit({
      step,
      values: recordOf([
        ['score', draw()],
        ['__proto__', odd],
      ] as const) as Metric<'score' | '__proto__'>['values'],
    });
  }
}

/** What a trial does before its second step. */
async function misbehave({ kind, notes }: TravelParams, context: FitContext, isStopped: () => boolean): Promise<void> {
  const where = `trial ${context.trial}`;
  if (kind === 'warns')
    context.warn({ step: 2, name: 'gradients/vanishing', message: 'too small', values: { norm: -0 } });
  if (kind === 'throws') throw new Error('the loss went up');
  if (kind === 'diverges')
    throw new TrialError('NUMERIC_NOT_FINITE', { where, expected: 'a finite loss', todo: 'slow down' });
  if (kind === 'lostOnce' && markOnce(notes, `lost${context.trial}`)) {
    throw new RunError('RESOURCE_FAILED', { where, expected: 'the device must answer', todo: 'try again' });
  }
  while (kind === 'gated' && !isStopped() && !isMarked(notes, 'open')) await nextTurn();
}

const norm = defineAnalyzer({
  name: 'norm',
  measures: ['norm'],
  every: 2,
  create: () => ({
    measure: async ({ parameters, model }: Snapshot<Net, Float64Array>) => ({
      norm: model.width * (await parameters())[0]!,
    }),
  }),
});

/** The record of the experiment, but for its space. */
export const travellingRecord = {
  name: 'travelling',
  module: import.meta.url,
  seed: 42,
  data: defineSource({
    name: 'drawn',
    open: ({ rng }) => of(Float64Array.from({ length: 8 }, rng.split('rows').stream())),
  }),
  model: ({ params }: { readonly params: TravelParams }): Net => ({ width: params.steps }),
  train: ({ params }: { readonly params: TravelParams }) => trainerOf(params),
  analyze: [norm],
  // under both, each trial is on the front with its parameters
  objective: [maximize('score'), minimize('score')] as const,
  search: defineProvider({
    token: SEARCHER,
    name: 'sample',
    create: () => ({ name: 'sample', feedback: true, ask: ({ space, rng }) => space.sample(rng) }),
  }),
  trials: 6,
};

/** The space of trials that note down into this file. */
export const travellingSpace = (notes: string, ...kinds: readonly [Kind, ...Kind[]]) => ({
  kind: choice(...kinds),
  steps: int(2, 5),
  notes: choice(notes),
});

/** The experiment that a host finds in this module. */
export const travelling = experiment({ ...travellingRecord, space: travellingSpace('', ...KINDS) });
