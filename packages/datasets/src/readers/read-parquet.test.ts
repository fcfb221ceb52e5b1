import { openOnce, Rng, type Source } from '@tangentlab/core';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { type ParquetOptions, readParquet } from './read-parquet.js';

type Columns = Parameters<typeof parquetWriteBuffer>[0]['columnData'];
const open = <T>(source: Source<T>): Promise<T> => openOnce('test', source, { rng: Rng.root(1) });
const file = (columnData: Columns) => parquetWriteBuffer({ columnData });
const values = (columns: Columns, options: Partial<ParquetOptions<'values'>> = {}) =>
  open(readParquet(file(columns), { target: 'y', task: 'values', ...options }));

test('numbers, integers of 64 bits, booleans and texts', async () => {
  const table = await values([
    { name: 'a', data: [1.5, 2.5, -3], type: 'DOUBLE' },
    { name: 'n', data: [1n, 2n, 3n], type: 'INT64' },
    { name: 'b', data: [true, false, true], type: 'BOOLEAN' },
    { name: 'c', data: ['u', 'v', 'u'], type: 'STRING' },
    { name: 'y', data: [1, 2, 3], type: 'INT32' },
  ]);
  expect(table.featureNames).toEqual(['a', 'n', 'b', 'c=u', 'c=v']);
  expect([...table.x]).toEqual([1.5, 1, 1, 1, 0, 2.5, 2, 0, 0, 1, -3, 3, 1, 1, 0]);
  expect([...table.targets]).toEqual([1, 2, 3]);
});

test('nulls are missing, and classes have names', async () => {
  const bytes = file([
    { name: 'a', data: [1, null, 3], type: 'DOUBLE', nullable: true },
    { name: 'y', data: ['no', 'yes', 'no'], type: 'STRING' },
  ]);
  const options = { target: 'y', task: 'classes' } as const;
  await expect(open(readParquet(bytes, options))).rejects.toThrow('row 1: column "a" is missing');
  const table = await open(readParquet(new Uint8Array(bytes), { ...options, missing: 'mean' }));
  expect([[...table.x], [...table.y], table.classNames]).toEqual([
    [1, 2, 3],
    [0, 1, 0],
    ['no', 'yes'],
  ]);
});

describe('refusals', () => {
  const y: Columns[number] = { name: 'y', data: [1, 2], type: 'INT32' };
  test('dates and lists are named, and may be ignored', async () => {
    const dates: Columns[number] = { name: 'd', data: [new Date(0), new Date(1000)], type: 'TIMESTAMP' };
    const a: Columns[number] = { name: 'a', data: [1, 2], type: 'INT32' };
    await expect(values([a, dates, y])).rejects.toThrow('row 0: column "d" is a date, neither number nor text');
    expect((await values([a, dates, y], { columns: { d: 'ignore' } })).featureNames).toEqual(['a']);
    const lists: Columns[number] = { name: 'l', data: [[1], [2]], type: 'JSON' };
    await expect(values([lists, y])).rejects.toThrow('column "l" is [1], neither number nor text');
  });

  test('integers beyond 2^53, too many rows, unknown columns', async () => {
    await expect(values([{ name: 'n', data: [2n ** 53n + 1n, 1n], type: 'INT64' }, y])).rejects.toThrow(
      'row 0: column "n" is 9007199254740993, neither number nor text',
    );
    const a: Columns[number] = { name: 'a', data: [1, 2], type: 'INT32' };
    await expect(values([a, y], { maxRows: 1 })).rejects.toThrow('at most 1 rows are read, got 2');
    await expect(values([a, y], { target: 'z' })).rejects.toThrow('must name columns, got "z"; known: "a", "y"');
  });

  test.each([
    ['no file', new Uint8Array()],
    ['another file', new TextEncoder().encode('a,y\n1,2\n3,4\n5,6\n7,8\n')],
    ['a file that is cut', new Uint8Array(file([y])).slice(0, -12)],
  ])('%s', async (_name, bytes) => {
    const data = open(readParquet(bytes, { target: 'y', task: 'values' }));
    await expect(data).rejects.toThrow('a Parquet file, with Snappy or no compression, is needed');
    await expect(data).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});
