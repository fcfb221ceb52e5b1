import { readFileSync } from 'node:fs';
import {
  choice,
  type Distribution,
  fromInternal,
  fromOptuna,
  int,
  logUniform,
  quantile,
  toInternal,
  toOptuna,
  uniform,
} from '@tangentlab/core';
import fc from 'fast-check';
import { codeOf } from '../../../../test/thrown.js';

const FIXTURE = JSON.parse(readFileSync(new URL('fixtures/optuna-distributions.json', import.meta.url), 'utf8')) as {
  parameters: readonly { distribution: string; internal: readonly number[] }[];
};

test.each(FIXTURE.parameters)('Optuna reads back what it wrote: $distribution', ({ distribution: json, internal }) => {
  const distribution = fromOptuna(json);
  expect(JSON.parse(toOptuna(distribution))).toEqual(JSON.parse(json));
  expect(internal.length).toBeGreaterThan(0);
  for (const number of internal) expect(toInternal(distribution, fromInternal(distribution, number))).toBe(number);
});

test('the fixture has every kind of distribution', () => {
  const kinds = FIXTURE.parameters
    .map(({ distribution }) => fromOptuna(distribution))
    .map((d) => `${d.kind} ${'log' in d ? d.log : ''}`);
  expect(new Set(kinds)).toEqual(new Set(['float false', 'float true', 'int false', 'int true', 'choice ']));
});

const anyDistribution: fc.Arbitrary<Distribution> = fc.oneof(
  fc
    .uniqueArray(fc.oneof(fc.string(), fc.boolean(), fc.constant(null), fc.integer(), fc.constantFrom('__proto__')), {
      minLength: 1,
      maxLength: 5,
    })
    .map((values) => choice(...(values as [string]))),
  fc
    .tuple(fc.integer({ min: -100, max: 100 }), fc.integer({ min: 1, max: 50 }))
    .map(([low, width]) => uniform(low / 4, (low + width) / 4)),
  fc
    .tuple(fc.integer({ min: -100, max: 100 }), fc.integer({ min: 1, max: 50 }))
    .map(([low, width]) => uniform(low, low + width, { step: width / 7 })),
  fc.integer({ min: 1, max: 100 }).map((low) => logUniform(low / 1e6, low)),
  fc
    .tuple(fc.integer(), fc.integer({ min: 3, max: 50 }), fc.integer({ min: 1, max: 3 }))
    .map(([low, width, step]) => int(low, low + width, { step })),
  fc.integer({ min: 1, max: 100 }).map((low) => int(low, low + 9, { log: true })),
);

test('a distribution and its values go through the text and back', () => {
  fc.assert(
    fc.property(anyDistribution, fc.double({ min: 0, max: 1 - 2 ** -53, noNaN: true }), (distribution, u) => {
      expect(fromOptuna(toOptuna(distribution))).toEqual(distribution);
      const value = quantile(distribution, u);
      expect(fromInternal(distribution, toInternal(distribution, value))).toBe(value);
    }),
    { numRuns: 500 },
  );
});

test('ranges of one value, which other programs write, are taken', () => {
  const text = '{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": 3, "high": 3}}';
  expect(quantile(fromOptuna(text), 0.9)).toBe(3);
  expect(JSON.parse(toOptuna(fromOptuna(text)))).toEqual(JSON.parse(text));
  expect(fromOptuna(text.replace('false', 'true'))).toMatchObject({ log: true });
  const real = '{"name": "FloatDistribution", "attributes": {"log": true, "step": null, "low": 0.5, "high": 0.5}}';
  expect(quantile(fromOptuna(real), 0.3)).toBe(0.5);
});

test.each([
  ['no JSON', '{'],
  [
    'NaN, which Python writes',
    '{"name": "FloatDistribution", "attributes": {"step": null, "low": NaN, "high": 1.0, "log": false}}',
  ],
  ['null', 'null'],
  ['another name', '{"name": "NormalDistribution", "attributes": {}}'],
  ['an inherited name', '{"name": "constructor", "attributes": {}}'],
  ['no attributes', '{"name": "FloatDistribution"}'],
  ['a missing end', '{"name": "FloatDistribution", "attributes": {"low": 0}}'],
  ['an empty range', '{"name": "FloatDistribution", "attributes": {"step": null, "low": 1, "high": 0, "log": false}}'],
  [
    'an integer range without step',
    '{"name": "IntDistribution", "attributes": {"low": 1, "high": 9, "log": false, "step": 0}}',
  ],
  ['a logarithm of 0', '{"name": "FloatDistribution", "attributes": {"step": null, "low": 0, "high": 0, "log": true}}'],
  ['choices that are equal here', '{"name": "CategoricalDistribution", "attributes": {"choices": [1, 1.0]}}'],
  ['choices that are lists', '{"name": "CategoricalDistribution", "attributes": {"choices": [[1]]}}'],
  ['choices that are none', '{"name": "CategoricalDistribution", "attributes": {"choices": {}}}'],
])('fromOptuna rejects %s', (_, json) => {
  expect(codeOf(() => fromOptuna(json))).toBe('STORAGE_CORRUPT');
});

test.each([
  [choice('a', 'b'), 2],
  [choice('a', 'b'), -1],
  [choice('a', 'b'), 0.5],
  [choice('a', 'b'), 'length'],
  [int(1, 3), 4],
  [int(1, 3), 1.5],
  [uniform(0, 1), Number.NaN],
  [uniform(0, 1), null],
] as [Distribution, number][])('%j has no value stored as %p', (distribution, internal) => {
  expect(codeOf(() => fromInternal(distribution, internal))).toBe('STORAGE_CORRUPT');
  expect(codeOf(() => toInternal(distribution, `not ${internal}`))).toBe('STORAGE_CORRUPT');
});
