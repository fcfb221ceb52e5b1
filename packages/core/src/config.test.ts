import type { StandardSchemaV1 } from '@standard-schema/spec';
import { ConfigError, parseConfig, pickNamed, show } from '@tangentlab/core';
import { errorOf } from '../../../test/thrown.js';

type Result = StandardSchemaV1.Result<{ fraction: number }>;

function schemaOf(
  validate: (input: unknown) => Result | Promise<Result>,
): StandardSchemaV1<unknown, { fraction: number }> {
  return { '~standard': { version: 1, vendor: 'test', validate } };
}

test('the value is what the schema made of the input', () => {
  const schema = schemaOf((input) => ({ value: { fraction: Number(input) } }));
  expect(parseConfig('holdout', schema, '0.25')).toEqual({ fraction: 0.25 });
});

test('every issue is named with its path', () => {
  const schema = schemaOf(() => ({
    issues: [
      { message: 'must be below 1', path: ['fraction'] },
      { message: 'must be positive', path: [{ key: 'sizes' }, 0] },
      { message: 'is incomplete' },
    ],
  }));
  const error = errorOf(() => parseConfig('holdout', schema, { fraction: 2 }));
  expect(error.code).toBe('CONFIG_INVALID');
  expect(error.message).toBe(
    'holdout: valid options are needed (fraction: must be below 1; sizes.0: must be positive; is incomplete), ' +
      'got {"fraction":2}; correct the named options.',
  );
  expect(error.details['issues']).toHaveLength(3);
});

test.each([
  ['of this realm', () => Promise.resolve({ value: { fraction: 1 } })],
  // biome-ignore lint/suspicious/noThenProperty: what a promise of another realm looks like from here
  ['of another realm', () => ({ then: () => undefined }) as never],
])('a schema that answers with a promise %s is refused', (_, validate) => {
  const error = errorOf(() => parseConfig('holdout', schemaOf(validate), {}));
  expect(error.code).toBe('CONFIG_INVALID');
  expect(error.message).toContain('a schema that validates synchronously');
});

const cyclic: Record<string, unknown> = {};
cyclic['self'] = cyclic;

test.each([
  ['text', '"text"'],
  ['two\nlines', '"two\\nlines"'],
  [Number.NaN, 'NaN'],
  [12n, '12'],
  [null, 'null'],
  [undefined, 'undefined'],
  [Symbol('s'), 'Symbol(s)'],
  [() => 1, 'a function'],
  [{ a: [1, Number.POSITIVE_INFINITY], b: 3n }, '{"a":[1,"Infinity"],"b":"3n"}'],
  [new Float32Array(3), 'Float32Array(12 bytes)'],
  [cyclic, '[object Object]'],
  [{ toJSON: () => undefined }, '[object Object]'],
])('show(%#) fits into a message', (value, text) => {
  expect(show(value)).toBe(text);
});

test.each([['x'.repeat(10_000)], [Array.from({ length: 10_000 }, (_, i) => i)]])('long values are cut', (value) => {
  expect(show(value)).toHaveLength(120);
  expect(show(value)).toMatch(/\.\.\.$/);
});

test('a plugin is picked by its own name only, and the known ones are listed', () => {
  expect(pickNamed('--search', 'searcher', 'grid', { grid: 1, random: 2 })).toBe(1);
  for (const name of ['grdi', 'constructor', '__proto__']) {
    const error = errorOf(() => pickNamed('--search', 'searcher', name, { random: 2, grid: 1 }));
    expect(error.message).toBe(`--search: no searcher is named "${name}"; known: grid, random.`);
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', name: ConfigError.name });
  }
});
