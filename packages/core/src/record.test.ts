import { inspect } from 'node:util';
import { emptyRecord, recordOf } from '@tangentlab/core';
import fc from 'fast-check';

const KEYS = ['__proto__', 'constructor', 'hasOwnProperty', 'toString', 'lr'];

test('any key is an ordinary own key', () => {
  const record = emptyRecord<number>();
  for (const [i, key] of KEYS.entries()) {
    expect(key in record).toBe(false);
    record[key] = i;
  }
  expect(Object.keys(record)).toEqual(KEYS);
  expect(Object.values(record)).toEqual([0, 1, 2, 3, 4]);
  expect(Object.keys(recordOf(KEYS.map((key, i) => [key, i])))).toEqual(KEYS);
});

test('an object as the value of __proto__ leaves every prototype alone', () => {
  const record = emptyRecord<unknown>();
  const before = Object.getPrototypeOf(record);
  for (const key of KEYS) record[key] = { polluted: true };
  expect(Object.getPrototypeOf(record)).toBe(before);
  expect(record['polluted']).toBeUndefined();
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  expect(emptyRecord()['polluted']).toBeUndefined();
});

test('recordOf is frozen', () => {
  const record = recordOf([['a', 1]]) as Record<string, number>;
  expect(() => {
    record['b'] = 2;
  }).toThrow(TypeError);
  expect(record).toEqual({ a: 1 });
});

test('the shared prototype cannot be changed through a record', () => {
  const prototype = Object.getPrototypeOf(emptyRecord());
  expect(Object.isFrozen(prototype)).toBe(true);
  expect(Object.getPrototypeOf(prototype)).toBeNull();
});

test('entries go through structuredClone and JSON unchanged, whatever their names', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.oneof(fc.string(), fc.constantFrom(...KEYS)), fc.integer()), (source) => {
      const entries = Object.entries(source);
      const record = recordOf(entries);
      expect(Object.entries(record)).toEqual(entries);
      expect(Object.entries(structuredClone(record))).toEqual(entries);
      expect(Object.entries(JSON.parse(JSON.stringify(record)))).toEqual(entries);
      expect(Object.entries({ ...record })).toEqual(entries);
    }),
  );
});

test('the console shows an ordinary object', () => {
  expect(inspect(recordOf([['lr', 0.1]]))).toBe('{ lr: 0.1 }');
  expect(inspect({ params: recordOf<unknown>([['act', 'relu']]) })).toBe("{ params: { act: 'relu' } }");
  expect(inspect(emptyRecord())).toBe('{}');
});

test('jest and for-in see the own keys alone', () => {
  const record = recordOf([['lr', 0.1]]);
  expect(record).toEqual({ lr: 0.1 });
  const seen: string[] = [];
  for (const key in record) seen.push(key);
  expect(seen).toEqual(['lr']);
});
