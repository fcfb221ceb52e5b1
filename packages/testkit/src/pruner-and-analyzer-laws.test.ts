import { type AnalyzerProvider, defineAnalyzer, type Pruner } from '@tangentlab/core';
import { type AnalyzerSubject, analyzerLaws, lawsOfAnalyzers, lawsOfPruners, prunerLaws } from '@tangentlab/testkit';

const scoreOf = (values: Readonly<Record<string, number>> | undefined) => values?.['score'] ?? Number.NaN;

/** Ends a trial that is below the mean of what complete ones had at the same step. */
const belowMean = (): Pruner => ({
  name: 'belowMean',
  feedback: true,
  prune: ({ view, curve }) => {
    const at = curve.length - 1;
    const others: number[] = [];
    for (let slot = 0; slot < view.told; slot++) {
      const value = scoreOf(view.outcome(slot).curve[at]?.values);
      if (Number.isFinite(value)) others.push(value);
    }
    return others.length > 0 && scoreOf(curve[at]?.values) < others.reduce((a, b) => a + b) / others.length;
  },
});

prunerLaws('belowMean', belowMean);

describe('prunerLaws reject', () => {
  let calls = 0;
  const honest = belowMean();
  test.each<[string, string, Pruner]>([
    ['a number', 'answers true or false', { ...honest, prune: () => 1 as never }],
    ['a memory', 'equal requests get equal answers, warm or cold', { ...honest, prune: () => calls++ % 3 === 0 }],
    [
      'a hand in the curve',
      'never changes the log or the curve',
      { ...honest, prune: ({ curve }) => (curve as unknown[]).pop() === undefined },
    ],
    [
      'the belief that all trials are complete',
      'survives failed, pruned and paused trials, and values that are not finite',
      {
        ...honest,
        prune: ({ view }) =>
          view.told > 0 && (view.outcome(view.told - 1) as unknown as { values: number[] }).values.length > 1,
      },
    ],
    ['feedback that is denied', 'a pruner without feedback ignores the other trials', { ...honest, feedback: false }],
  ])('%s', async (_, name, pruner) => {
    const law = lawsOfPruners().find((candidate) => candidate.name === name)!;
    await expect((async () => law.check(() => pruner))()).rejects.toBeDefined();
  });
});

type Measure = (theta: Float64Array, data: number[]) => Record<string, number>;

const subjectOf = (measure: Measure): AnalyzerSubject<string, number[]> => ({
  provider: defineAnalyzer<string, number[], string>({
    name: 'norm',
    measures: ['norm'],
    every: 'trial',
    create: () => ({ measure: async ({ parameters, data }) => measure(await parameters(), data) }),
  }) as AnalyzerProvider<string, number[], string>,
  dependencies: [],
  model: 'model',
  data: [1, 2, 3],
  parameters: Float64Array.of(3, 4),
});
const norm: Measure = (theta) => ({ norm: Math.hypot(...theta) });

analyzerLaws('norm', () => subjectOf(norm));

describe('analyzerLaws reject', () => {
  let calls = 0;
  test.each<[string, string, Measure]>([
    ['another name', 'measures a number for each name that it declares, and nothing else', () => ({ size: 1 })],
    ['a text', 'measures a number for each name that it declares, and nothing else', () => ({ norm: '5' as never })],
    ['a memory', 'equal snapshots get equal bits', () => ({ norm: calls++ })],
    [
      'a hand in the parameters',
      'changes neither the data nor the parameters',
      (theta) => ({ norm: theta.fill(0)[0]! }),
    ],
    ['a hand in the data', 'changes neither the data nor the parameters', (_, data) => ({ norm: data.push(4) })],
  ])('%s', async (_, name, measure) => {
    const law = lawsOfAnalyzers<string, number[]>().find((candidate) => candidate.name === name)!;
    await expect((async () => law.check(() => subjectOf(measure)))()).rejects.toBeDefined();
  });
});
