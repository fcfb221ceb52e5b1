import { openOnce, Rng, type Source } from '@tangentlab/core';
import { type JsonOptions, readJson } from './read-json.js';

const open = <T>(source: Source<T>): Promise<T> => openOnce('test', source, { rng: Rng.root(1) });
const values = (data: unknown, options: Partial<JsonOptions<'values'>> = {}) =>
  open(
    readJson(
      { text: typeof data === 'string' ? data : JSON.stringify(data) },
      { target: 'y', task: 'values', ...options },
    ),
  );

test('records: numbers, booleans and texts; absent keys are missing', async () => {
  const rows = [
    { a: 1, b: true, y: 2 },
    { y: '3', a: '2.5', c: 'u', b: false },
    { a: null, b: true, c: 'v', y: 4 },
  ];
  const table = await values(rows, { missing: { a: 'mean', c: 'level' } });
  expect(table.featureNames).toEqual(['a', 'b', 'c=u', 'c=v', 'c=(missing)']);
  expect([...table.x]).toEqual([1, 1, 0, 0, 1, 2.5, 0, 1, 0, 0, 1.75, 1, 0, 1, 0]);
  expect([...table.targets]).toEqual([2, 3, 4]);
});

test('lists, and one record per line', async () => {
  expect([
    ...(
      await values(
        [
          [1, 2],
          [3, 4],
        ],
        { target: 'column0' },
      )
    ).x,
  ]).toEqual([2, 4]);
  expect([...(await values('{"a":1,"y":2}\n\n{"a":3,"y":4}\r\n', { lines: true })).x]).toEqual([1, 3]);
});

test('booleans are classes by their names', async () => {
  const text = JSON.stringify([
    { a: 1, y: true },
    { a: 2, y: false },
  ]);
  const table = await open(readJson({ text }, { target: 'y', task: 'classes' }));
  expect([table.classNames, [...table.y]]).toEqual([
    ['false', 'true'],
    [1, 0],
  ]);
});

test('keys of the prototype are keys like others', async () => {
  const table = await values(
    '[{"__proto__": 1, "constructor": "u", "y": 2}, {"y": 3, "__proto__": 4, "constructor": "u"}]',
  );
  expect(table.featureNames).toEqual(['__proto__', 'constructor=u']);
  expect([...table.x]).toEqual([1, 1, 4, 1]);
});

describe('refusals', () => {
  test.each<[string, unknown, Partial<JsonOptions<'values'>>, string]>([
    ['no JSON', '{"a":', {}, 'JSON is needed, got'],
    ['no list', { a: 1 }, {}, 'a list of records or of lists is needed, got {"a":1}'],
    ['rows of another kind', [{ a: 1, y: 1 }, 5, [1]], {}, 'got row 1: 5 is no record; row 2: [1] is no record'],
    ['lists of another length', [[1, 2], [1]], { target: 'column0' }, 'row 1: [1] is no list like the first'],
    ['nested values', [{ a: { b: 1 }, y: 1 }], {}, 'row 0: column "a" is {"b":1}, neither number nor text'],
    ['a broken line', '{"a":1,"y":1}\n{"a":\n', { lines: true }, 'line 2: "{\\"a\\":" is no JSON'],
    ['no rows', [], {}, 'at least one row is needed'],
    ['a line as a list', '{"a":1,"y":1}\n{"a":1,"y":1}\n', {}, 'JSON is needed'],
  ])('%s', async (_name, data, options, message) => {
    await expect(values(data, options)).rejects.toThrow(message);
  });
});
