import { defineSource, defineStage, Rng, type Source } from '@tangentlab/core';
import { EMPTY, interval, map, of, throwError } from 'rxjs';
import { rejection } from '../../../../test/thrown.js';
import { openOnce } from './source.js';

const context = { rng: Rng.root(1).split('data') };
const open = <T>(source: Source<T>): Promise<T> => openOnce('experiment "e"', source, context);
const numbers = defineSource({ name: 'numbers', config: { samples: 3 }, open: () => of([1, 2, 3]) });
const append = (name: string) =>
  defineStage<string, string>({ name, bind: ({ rng }) => map((text) => `${text} ${rng.path}`) });
const path = defineSource({ name: 'path', open: ({ rng }) => of(rng.path) });

test('a source emits its one value through stages and plain operators', async () => {
  const sum = defineStage<number[], number>({
    name: 'sum',
    config: { start: 0 },
    bind: () => map((values) => values.reduce((a, b) => a + b, 0)),
  });
  const source: Source<string> = numbers.pipe(sum, map(String));
  expect(await open(source)).toBe('6');
  expect(source.steps).toEqual([
    { name: 'numbers', config: { samples: 3 } },
    { name: 'sum', config: { start: 0 } },
    { name: 'rx', config: {} },
  ]);
  expect(numbers.steps).toHaveLength(1);
});

test('the source and each of its steps draw from children of their own', async () => {
  expect(await open(path)).toBe('tangentlab:1/data/path');
  expect(await open(path.pipe(append('a'), append('b')))).toBe(
    'tangentlab:1/data/path tangentlab:1/data/steps/1 tangentlab:1/data/steps/2',
  );
});

test('pipe(a, b) and pipe(a).pipe(b) are the same source', async () => {
  const [a, b, c] = ['a', 'b', 'c'].map(append) as [Step, Step, Step];
  const [whole, parts] = [path.pipe(a, b, c), path.pipe(a).pipe(b, c)];
  expect(parts.steps).toEqual(whole.steps);
  expect(await open(parts)).toBe(await open(whole));
  expect(await open(path.pipe())).toBe(await open(path));
});
type Step = ReturnType<typeof append>;

test('a source is opened lazily, and anew each time', async () => {
  let opened = 0;
  const counting = defineSource({ name: 'counting', open: () => of(opened++) });
  const piped = counting.pipe(map((n) => n * 10));
  expect(opened).toBe(0);
  expect([await open(piped), await open(piped)]).toEqual([0, 10]);
});

test.each([
  ['none', () => EMPTY],
  ['several', () => of(1, 2)],
  ['several', () => interval(0)],
])('a source of %s is CONFIG_INVALID, and is not listened to any longer', async (got, emit) => {
  const error = await rejection(open(defineSource<number>({ name: 'readCsv', open: emit }).pipe(map((x) => x))));
  expect(error.code).toBe('CONFIG_INVALID');
  expect(error.message).toBe(
    `experiment "e", readCsv > rx: a source must emit exactly one value, got ${got}; ` +
      'gather the stream into one value, for instance with toArray().',
  );
});

const cause = new Error('no such file');
test.each([
  ['errors', () => throwError(() => cause)],
  [
    'throws when it is opened',
    () => {
      throw cause;
    },
  ],
  [
    'throws in a step',
    () =>
      of(1).pipe(
        map(() => {
          throw cause;
        }),
      ),
  ],
])('a source that %s is RESOURCE_FAILED with its cause', async (_, emit) => {
  const error = await rejection(open(defineSource<number>({ name: 'readCsv', open: emit })));
  expect(error).toMatchObject({ code: 'RESOURCE_FAILED', cause });
  expect(error.message).toBe(
    'experiment "e", readCsv: the data could not be opened, got the error "no such file"; see its cause.',
  );
});

test('an error of the house goes through as it is', async () => {
  const ours = await rejection(open(defineSource({ name: 'none', open: () => EMPTY })));
  expect(await rejection(open(defineSource({ name: 'readCsv', open: () => throwError(() => ours) })))).toBe(ours);
});

test('types: a chain infers what it emits, and steps must fit', () => {
  const texts: Source<string[]> = numbers.pipe(map((values) => values.map(String)));
  // @ts-expect-error the numbers are no strings
  const wrong: Source<string[]> = numbers.pipe(map((values) => values));
  // @ts-expect-error a stage of texts does not take numbers
  const misfit = numbers.pipe(append('a'));
  expect([texts, wrong, misfit].map(({ steps }) => steps.length)).toEqual([2, 2, 2]);
});
