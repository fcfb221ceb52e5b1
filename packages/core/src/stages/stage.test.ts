import type { StandardSchemaV1 } from '@standard-schema/spec';
import {
  defineSource,
  defineStage,
  defineStageFactory,
  flow,
  Rng,
  type Stage,
  type StageContext,
} from '@tangentlab/core';
import { lastValueFrom, map, type OperatorFunction, of, toArray } from 'rxjs';
import { errorOf } from '../../../../test/thrown.js';
import { bindStep, describeStep, isStage } from './stage.js';

const context: StageContext = { rng: Rng.root(1).split('steps') };
const scaleBy = (factor: number): Stage<number, number> =>
  defineStage({ name: 'scaleBy', config: { factor }, bind: () => map((x: number) => x * factor) });
/** Replaces the value by the path of its rng. */
const whereAmI = defineStage<unknown, string>({ name: 'whereAmI', bind: ({ rng }) => map(() => rng.path) });
/** Appends the path of its rng. */
const append = defineStage<string, string>({ name: 'append', bind: ({ rng }) => map((s) => `${s} ${rng.path}`) });

const through = <A, B>(stage: Stage<A, B>, ...values: A[]): Promise<B[]> =>
  lastValueFrom(of(...values).pipe(stage.bind(context), toArray()));

test('a flow passes values through stages and plain operators, in order', async () => {
  const stage = flow(
    scaleBy(2),
    map((x: number) => `<${x}>`),
    defineStage<string, number>({ name: 'length', bind: () => map((s) => s.length) }),
  );
  expect(await through(stage, 1, 50)).toEqual([3, 5]);
});

test('each step of a flow draws from a child of its own', async () => {
  expect(await through(flow(whereAmI, append, append), 0)).toEqual([
    'tangentlab:1/steps/0 tangentlab:1/steps/1 tangentlab:1/steps/2',
  ]);
  expect(await through(flow(whereAmI, flow(append, append)), 0)).toEqual([
    'tangentlab:1/steps/0 tangentlab:1/steps/1/0 tangentlab:1/steps/1/1',
  ]);
});

test('a plain operator takes a place of its own, so that adding none shifts nothing else', async () => {
  const plain = map((s: string) => s);
  expect(await through(flow(whereAmI, plain, append), 0)).toEqual(['tangentlab:1/steps/0 tangentlab:1/steps/2']);
});

test('a flow is a stage that names its steps and shows their configuration', () => {
  const stage = flow(scaleBy(2), map(String), scaleBy(3) as never);
  expect(isStage(stage)).toBe(true);
  expect(stage.stageName).toBe('scaleBy > rx > scaleBy');
  expect(stage.config).toEqual({ '0 scaleBy': { factor: 2 }, '1 rx': {}, '2 scaleBy': { factor: 3 } });
});

test('a step is described by its name; an operator by that of its function', () => {
  const logged: OperatorFunction<number, number> = (source) => source;
  expect(describeStep(scaleBy(2) as never)).toEqual({ name: 'scaleBy', config: { factor: 2 } });
  expect(describeStep(logged as never)).toEqual({ name: 'logged', config: {} });
  expect(isStage(logged)).toBe(false);
  expect(bindStep(logged, context)).toBe(logged);
});

test('a stage is frozen, and bound anew for each context', () => {
  const stage = scaleBy(2);
  expect(Object.isFrozen(stage)).toBe(true);
  expect(stage.bind(context)).not.toBe(stage.bind(context));
});

/** The part of a schema library that a stage needs. */
const fraction = (async = false): StandardSchemaV1<{ fraction: number }, { readonly fraction: number }> => ({
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (input) => {
      const { fraction: value } = input as { fraction?: unknown };
      const ok = typeof value === 'number' && value > 0 && value < 1;
      const result = ok
        ? { value: { fraction: value } }
        : { issues: [{ message: 'must be in (0, 1)', path: ['fraction'] }] };
      return async ? Promise.resolve(result) : result;
    },
  },
});

const holdout = (schema: ReturnType<typeof fraction>) =>
  defineStageFactory({
    name: 'holdout',
    schema,
    bind: (_context, { fraction: kept }) => map((x: number) => x * kept),
  });

test('a stage factory parses its options when it is called', async () => {
  const stage = holdout(fraction())({ fraction: 0.5 });
  expect(stage).toMatchObject({ stageName: 'holdout', config: { fraction: 0.5 } });
  expect(await through(stage, 10)).toEqual([5]);
});

test('options that do not fit are CONFIG_INVALID, with their path', () => {
  const error = errorOf(() => holdout(fraction())({ fraction: 2 }));
  expect(error.code).toBe('CONFIG_INVALID');
  expect(error.message).toContain(
    'holdout: valid options are needed (fraction: must be in (0, 1)), got {"fraction":2};',
  );
});

test('an asynchronous schema is refused', () => {
  const error = errorOf(() => holdout(fraction(true))({ fraction: 0.5 }));
  expect(error.code).toBe('CONFIG_INVALID');
  expect(error.message).toContain('a schema that validates synchronously');
});

test('types: the steps of a flow must fit', () => {
  const text = defineStage<string, number>({ name: 'length', bind: () => map((s: string) => s.length) });
  const fits: Stage<string, number> = flow(text, scaleBy(2));
  // @ts-expect-error a number is no string
  expect([fits.stageName, flow(scaleBy(2), text).stageName]).toEqual(['length > scaleBy', 'scaleBy > length']);
});

test.each([
  ['a number', () => flow(5 as never), 'flow: step 0 must be a stage or an RxJS operator, got 5'],
  ['nothing', () => flow(...([] as unknown as [never])), 'flow: at least one step is needed'],
  [
    'null in a pipe',
    () => defineSource({ name: 'five', open: () => of(5) }).pipe(null as never),
    'pipe: step 0 must be a stage or an RxJS operator, got null',
  ],
])('%s is no step', (_, make, message) => {
  expect(make).toThrow(message);
});
