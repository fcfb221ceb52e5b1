/**
 * analyzerLaws: what every analyzer must hold to.
 */
import { type AnalyzerProvider, dataHash, type ScheduledAnalyzer, type Snapshot } from '@tangentlab/core';
import { type Law, registerLaws, type SuiteOptions } from './law.js';

/** How the suite gets its subject, and what to show it. */
export interface AnalyzerSubject<Model, Data> {
  readonly provider: AnalyzerProvider<Model, Data, string>;
  /** The values of the roles that the provider requires, in its order. */
  readonly dependencies: readonly unknown[];
  readonly model: Model;
  readonly data: Data;
  readonly parameters: Float64Array;
  /** What the training began from; the parameters unless given. */
  readonly initial?: Float64Array;
}

/** Registers the laws of analyzers with the test runner. */
export function analyzerLaws<Model, Data>(
  name: string,
  create: () => AnalyzerSubject<Model, Data>,
  options: SuiteOptions = {},
): void {
  registerLaws(`analyzerLaws: ${name}`, lawsOfAnalyzers<Model, Data>(), create, options);
}

/** The laws themselves. */
export function lawsOfAnalyzers<Model, Data>(): readonly Law<AnalyzerSubject<Model, Data>>[] {
  return [
    {
      name: 'measures a number for each name that it declares, and nothing else',
      check: async (make) => declared(make()),
    },
    { name: 'equal snapshots get equal bits', check: async (make) => repeatable(make) },
    { name: 'changes neither the data nor the parameters', check: async (make) => keepsHandsOff(make()) },
  ];
}

type Values = Readonly<Record<string, unknown>>;

async function measure<Model, Data>(
  subject: AnalyzerSubject<Model, Data>,
  parameters = subject.parameters,
): Promise<Values> {
  const create = subject.provider.create as (
    ...dependencies: unknown[]
  ) => ScheduledAnalyzer | Promise<ScheduledAnalyzer>;
  const analyzer = await create(...subject.dependencies);
  const snapshot: Snapshot<unknown, unknown> = {
    trial: 0,
    epoch: 1,
    last: true,
    model: subject.model,
    data: subject.data,
    signal: new AbortController().signal,
    parameters: async () => parameters,
    initial: () => (subject.initial ?? subject.parameters).slice(),
  };
  return analyzer.measure(snapshot);
}

async function declared<Model, Data>(subject: AnalyzerSubject<Model, Data>): Promise<void> {
  const entries = Object.entries(await measure(subject));
  const names = entries.map(([name]) => name).sort();
  const wanted = [...subject.provider.measures].sort();
  if (JSON.stringify(names) !== JSON.stringify(wanted))
    throw new Error(`measures ${names.join()}, declared ${wanted.join()}`);
  for (const [name, value] of entries) {
    if (typeof value !== 'number') throw new Error(`"${name}" must be a number, got ${typeof value}`);
  }
}

async function repeatable<Model, Data>(make: () => AnalyzerSubject<Model, Data>): Promise<void> {
  const [first, second] = [await measure(make()), await measure(make())];
  for (const [name, value] of Object.entries(first)) {
    if (!Object.is(value, second[name]))
      throw new Error(`"${name}" was ${String(value)}, then ${String(second[name])}`);
  }
}

async function keepsHandsOff<Model, Data>(subject: AnalyzerSubject<Model, Data>): Promise<void> {
  const parameters = subject.parameters.slice();
  const before = dataHash([subject.data, parameters]);
  await measure(subject, parameters);
  if (dataHash([subject.data, parameters]) !== before) throw new Error('the data or the parameters were changed');
}
