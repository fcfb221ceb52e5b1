import { isTangentError, openOnce, Rng, type Source } from '@tangentlab/core';
import fc from 'fast-check';
import { readReference } from '../../fixtures/reference.js';
import { parseNpy } from './npy-array.js';
import { readNpy } from './read-npy.js';

interface Saved {
  readonly dtype: string;
  readonly version: number[];
  readonly fortran: boolean;
  readonly shape: number[];
  readonly values: number[];
  readonly file: string;
}
const { arrays } = JSON.parse(readReference('npy.json')) as { arrays: Saved[] };
const bytesOf = ({ file }: Saved) => Uint8Array.from(Buffer.from(file, 'base64'));
const open = <T>(source: Source<T>): Promise<T> => openOnce('test', source, { rng: Rng.root(1) });
const saved = (dtype: string, shape: readonly number[]) =>
  arrays.find((array) => array.dtype === dtype && String(array.shape) === String(shape)) as Saved;

/** A file of doubles. */
function npy(values: readonly number[], shape: readonly number[]): Uint8Array {
  const header = `{'descr': '<f8', 'fortran_order': False, 'shape': (${shape.join(', ')},), }\n`;
  const bytes = new Uint8Array(10 + header.length + 8 * values.length);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length, 0]);
  bytes.set(new TextEncoder().encode(header), 10);
  bytes.set(new Uint8Array(Float64Array.from(values).buffer), 10 + header.length);
  return bytes;
}

test.each(arrays)('NumPy’s $dtype, version $version, fortran $fortran, shape $shape', (array) => {
  expect(parseNpy('test', bytesOf(array))).toEqual({ shape: array.shape, values: Float64Array.from(array.values) });
});

test('a table with the target in a column, from either end', async () => {
  const array = npy([1, 2, 0, 3, 4, 1, 5, 6, 0], [3, 3]);
  const table = await open(readNpy(array, { target: -1, task: 'classes' }));
  expect(table).toMatchObject({ samples: 3, features: 2, classes: 2, featureNames: ['column0', 'column1'] });
  expect([[...table.x], [...table.y]]).toEqual([
    [1, 2, 3, 4, 5, 6],
    [0, 1, 0],
  ]);
  const { targets, targetNames } = await open(readNpy(array, { target: 0, task: 'values' }));
  expect([[...targets], targetNames]).toEqual([[1, 3, 5], ['column0']]);
});

test('a table with the targets in a file of their own', async () => {
  const x = npy([1, 2, 3, 4], [2, 2]);
  const table = await open(readNpy(x, { target: npy([5, 6, 7, 8], [2, 2]), task: 'values' }));
  expect([[...table.targets], table.outputs, table.targetNames]).toEqual([[5, 6, 7, 8], 2, ['target0', 'target1']]);
  const labels = await open(
    readNpy(new Blob([x as Uint8Array<ArrayBuffer>]), { target: npy([9, -3], [2]), task: 'classes' }),
  );
  expect([[...labels.y], labels.classNames]).toEqual([
    [1, 0],
    ['-3', '9'],
  ]);
});

test('NaN is a missing value, more axes are more columns', async () => {
  const array = npy([1, Number.NaN, 3, 4, 5, 6], [3, 2]);
  await expect(open(readNpy(array, { target: 0, task: 'values' }))).rejects.toThrow(
    'row 0: column "column1" is missing',
  );
  const filled = await open(readNpy(array, { target: 0, task: 'values', missing: 'mean' }));
  expect([...filled.x]).toEqual([5, 4, 6]);
  const cube = await open(readNpy(npy([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2]), { target: 3, task: 'values' }));
  expect([...cube.x]).toEqual([1, 2, 3, 5, 6, 7]);
});

describe('refusals', () => {
  const good = npy([1, 2, 3, 4], [2, 2]);
  const text = (array: Uint8Array, from: string, to: string) =>
    Uint8Array.from(Buffer.from(Buffer.from(array).toString('latin1').replace(from, to), 'latin1'));
  test.each<[string, Uint8Array, string]>([
    ['no file at all', new Uint8Array(), 'a NumPy file of version 1 to 3 is needed'],
    ['another file', new TextEncoder().encode('a,b\n1,2\n3,4\n'), 'a NumPy file of version 1 to 3 is needed'],
    ['a version of the future', text(good, 'NUMPY\x01', 'NUMPY\x04'), 'a NumPy file of version 1 to 3 is needed'],
    ['complex numbers', text(good, '<f8', '<c8'), 'a header with one of the types b1,'],
    ['a header that is cut', good.slice(0, 20), 'a header with one of the types b1,'],
    ['values that are cut', good.slice(0, -1), 'shape (2,2) needs 32 bytes of values, got 31'],
    ['a tail', Uint8Array.from([...good, 0]), 'needs 32 bytes of values, got 33'],
    ['a single number', text(npy([1], [1]), '(1,)', '()  '), 'an array of samples is needed'],
  ])('%s', async (_name, bytes, message) => {
    await expect(open(readNpy(bytes, { target: 0, task: 'values' }))).rejects.toThrow(message);
  });

  test('an integer beyond 2^53', () => {
    const array = bytesOf(saved('<i8', [3, 2]));
    array.fill(0x7f, array.length - 8);
    expect(() => parseNpy('test', array)).toThrow('integers must lie within 2^53, got a larger one at 5');
  });

  test('targets that do not fit', async () => {
    await expect(open(readNpy(good, { target: 2, task: 'values' }))).rejects.toThrow('one of the 2 columns, got 2');
    const other = npy([1, 2, 3], [3]);
    await expect(open(readNpy(good, { target: other, task: 'values' }))).rejects.toThrow('as many rows, got 2 and 3');
    await expect(open(readNpy(good, { target: good, task: 'classes' }))).rejects.toThrow('labels must be one column');
    expect(() => readNpy(good, { task: 'values' } as never)).toThrow('target: must be the number of a column');
  });

  test('whatever the bytes, the answer is an array or an error of the house', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...arrays),
        fc.array(fc.tuple(fc.nat(150), fc.nat(255))),
        fc.nat(200),
        (array, edits, end) => {
          const bytes = bytesOf(array).slice(0, end);
          for (const [at, value] of edits) if (at < bytes.length) bytes[at] = value;
          try {
            parseNpy('test', bytes);
          } catch (error) {
            if (!isTangentError(error)) throw error;
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
