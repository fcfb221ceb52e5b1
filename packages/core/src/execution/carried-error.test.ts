import { deserialize, serialize } from 'node:v8';
import { carriedError, errorRecord, isTangentError, RunError, revivedError } from '@tangentlab/core';

/** Through another realm, as between threads. */
const sent = (thrown: unknown) => revivedError(deserialize(serialize(carriedError(thrown))));

test('an error of the house keeps its code, its name and its message', () => {
  const thrown = new RunError('RESOURCE_FAILED', { where: 'here', expected: 'this', got: 'that', todo: 'try again' });
  const arrived = sent(thrown);
  expect(isTangentError(arrived) && arrived.code).toBe('RESOURCE_FAILED');
  expect([arrived.name, arrived.message, arrived.stack]).toEqual([thrown.name, thrown.message, thrown.stack]);
  expect(errorRecord(arrived, 'TRIAL_FAILED')).toEqual(errorRecord(thrown, 'TRIAL_FAILED'));
  expect(isTangentError(deserialize(serialize(thrown)))).toBe(false); // cloned as it is, it would lose them
});

test('any other error stays one', () => {
  const arrived = sent(new TypeError('no function'));
  expect([isTangentError(arrived), arrived.name, arrived.message]).toEqual([false, 'TypeError', 'no function']);
});

test.each([
  ['a text', 'a text'],
  [undefined, 'undefined'],
  [null, 'null'],
  [Object.create(null), 'an unprintable object'],
  [{ name: 5, message: 'odd', stack: () => 1 }, 'odd'],
])('what is no error is carried as one: %j', (thrown, message) => {
  expect(sent(thrown)).toMatchObject({ name: 'Error', message });
});
