import vm from 'node:vm';
import {
  ConfigError,
  type ErrorCode,
  emptyRecord,
  errorRecord,
  isTangentError,
  listOf,
  messageOf,
  RunError,
  ShapeError,
  TangentError,
  TrialError,
  WiringError,
} from '@tangentlab/core';

const complaint = { where: 'matMul', expected: 'inner sizes must agree', todo: 'check widths[1]' };

test('a message reads where: expected, got; todo', () => {
  const got = '(80,20) x (32,64)';
  expect(new ShapeError('SHAPE_MISMATCH', { ...complaint, got }).message).toBe(
    'matMul: inner sizes must agree, got (80,20) x (32,64); check widths[1].',
  );
});

test('without anything to show, the message says nothing of what it got', () => {
  expect(new ShapeError('SHAPE_MISMATCH', complaint).message).toBe('matMul: inner sizes must agree; check widths[1].');
});

test('code, details, cause and name are there for programs', () => {
  const cause = new Error('disk full');
  const error = new RunError('RESOURCE_FAILED', { ...complaint, cause, details: { role: 'Storage' } });
  expect(error).toMatchObject({ code: 'RESOURCE_FAILED', name: 'RunError', details: { role: 'Storage' } });
  expect(error.cause).toBe(cause);
  expect(error).toBeInstanceOf(Error);
  expect(String(error)).toBe('RunError: matMul: inner sizes must agree; check widths[1].');
});

test('without a cause there is no property cause, and the details are empty', () => {
  const error = new ConfigError('CONFIG_INVALID', complaint);
  expect('cause' in error).toBe(false);
  expect(error.details).toEqual({});
});

/** Every code with the class that carries it; a code that is missing here is an error of types. */
const CLASS_OF: Readonly<Record<ErrorCode, { readonly name: string }>> = {
  CONFIG_INVALID: new ConfigError('CONFIG_INVALID', complaint),
  SPACE_INVALID: new ConfigError('SPACE_INVALID', complaint),
  WIRING_MISSING: new WiringError('WIRING_MISSING', complaint),
  WIRING_AMBIGUOUS: new WiringError('WIRING_AMBIGUOUS', complaint),
  PLUGIN_INCOMPATIBLE: new WiringError('PLUGIN_INCOMPATIBLE', complaint),
  SHAPE_MISMATCH: new ShapeError('SHAPE_MISMATCH', complaint),
  TRIAL_FAILED: new TrialError('TRIAL_FAILED', complaint),
  NUMERIC_NOT_FINITE: new TrialError('NUMERIC_NOT_FINITE', complaint),
  SEARCH_ABORTED: new RunError('SEARCH_ABORTED', complaint),
  RUN_CANCELLED: new RunError('RUN_CANCELLED', complaint),
  RESOURCE_FAILED: new RunError('RESOURCE_FAILED', complaint),
  STORAGE_CORRUPT: new RunError('STORAGE_CORRUPT', complaint),
  WORKER_NOT_SERIALISABLE: new RunError('WORKER_NOT_SERIALISABLE', complaint),
  BACKEND_UNAVAILABLE: new RunError('BACKEND_UNAVAILABLE', complaint),
};

test.each(Object.entries(CLASS_OF))('%s is carried by a class of its own kind', (code, error) => {
  expect(error).toMatchObject({ code });
  expect(['ConfigError', 'WiringError', 'ShapeError', 'TrialError', 'RunError']).toContain(error.name);
});

test('a class takes its own codes alone', () => {
  // @ts-expect-error a code of another class
  expect(new ShapeError('CONFIG_INVALID', complaint).name).toBe('ShapeError');
});

test('the brand is recognised in errors of another realm', () => {
  const foreign = vm.runInNewContext(`
    const BRAND = Symbol.for('tangentlab/error');
    class TangentError extends Error { code = 'TRIAL_FAILED'; [BRAND] = true; }
    new TangentError('from elsewhere');
  `);
  expect(foreign instanceof Error).toBe(false);
  expect(isTangentError(foreign)).toBe(true);
  expect(errorRecord(foreign, 'RESOURCE_FAILED')).toEqual({ code: 'TRIAL_FAILED', message: 'from elsewhere' });
});

test('the brand is recognised in errors of a second copy of the package', async () => {
  const query = '?second-copy';
  const copy = (await import(`./errors.js${query}`)) as typeof import('./errors.js');
  expect(copy.TangentError).not.toBe(TangentError);
  const error = new copy.ConfigError('SPACE_INVALID', complaint);
  expect(error instanceof TangentError).toBe(false);
  expect(isTangentError(error)).toBe(true);
});

test.each([
  ['an ordinary error', new Error('x')],
  ['text', 'CONFIG_INVALID'],
  ['null', null],
  ['undefined', undefined],
  ['a record with a code', { code: 'CONFIG_INVALID', message: 'm' }],
  ['a record whose brand is not true', { [Symbol.for('tangentlab/error')]: 'yes' }],
])('%s is not one of ours', (_, value) => {
  expect(isTangentError(value)).toBe(false);
});

test.each([
  [new Error('m'), 'm'],
  [new Error(''), 'Error'],
  ['text', 'text'],
  [undefined, 'undefined'],
  [null, 'null'],
  [{ message: 'of a record' }, 'of a record'],
  [Symbol('s'), 'Symbol(s)'],
  [emptyRecord(), 'an unprintable object'],
  [Object.create(null), 'an unprintable object'],
])('messageOf(%#) never throws itself', (thrown, text) => {
  expect(messageOf(thrown)).toBe(text);
});

test('an error record survives structuredClone, and foreign errors take the given code', () => {
  const cause = () => undefined; // not cloneable
  const ours = errorRecord(new TrialError('NUMERIC_NOT_FINITE', { ...complaint, cause }), 'TRIAL_FAILED');
  expect(structuredClone(ours)).toEqual({ code: 'NUMERIC_NOT_FINITE', message: expect.stringContaining('matMul: ') });
  expect(errorRecord(new TypeError('bad'), 'TRIAL_FAILED')).toEqual({ code: 'TRIAL_FAILED', message: 'bad' });
});

test('names are listed in order, and an empty list says so', () => {
  expect(listOf(new Set(['tpe', 'gp', 'random']))).toBe('gp, random, tpe');
  expect(listOf([])).toBe('none');
});
