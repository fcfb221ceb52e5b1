import { createHash } from 'node:crypto';
import { openOnce, Rng, type Source } from '@tangentlab/core';
import type { Split } from '@tangentlab/tensor';
import { readReference } from '../../fixtures/reference.js';
import { standardScale } from '../scalers/standard-scale.js';
import { holdout } from '../splits/holdout.js';
import { breastCancer, digits, iris, wine } from './builtin-data.js';
import type { BuiltinTable } from './builtin-table.js';

interface Digest {
  readonly samples: number;
  readonly features: number;
  readonly classes: number;
  readonly x: string;
  readonly y: string;
  readonly firstRow: number[];
  readonly columnSums: number[];
  readonly counts: number[];
}
const { sets } = JSON.parse(readReference('builtin_data.json')) as { sets: Record<string, Digest> };
const rng = Rng.root(1);
const open = (source: Source<BuiltinTable>) => openOnce('test', source, { rng });
// little-endian, as the script wrote them: so is every machine that Node runs on
const digest = (values: Float64Array | Int32Array) =>
  createHash('sha256')
    .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    .digest('hex');

describe.each([
  ['iris', iris],
  ['wine', wine],
  ['breast-cancer', breastCancer],
  ['digits', digits],
])('%s', (name, source) => {
  const expected = sets[name]!;

  test('is scikit-learn’s to the bit', async () => {
    const { x, y, samples, features, classes, featureNames, classNames } = await open(source());
    expect({ samples, features, classes }).toEqual({
      samples: expected.samples,
      features: expected.features,
      classes: expected.classes,
    });
    expect([featureNames.length, classNames.length]).toEqual([features, classes]);
    expect([...x.subarray(0, features)]).toEqual(expected.firstRow);
    expect(expected.counts.map((_, k) => y.filter((label) => label === k).length)).toEqual(expected.counts);
    expect([digest(x), digest(y)]).toEqual([expected.x, expected.y]);
  });

  test('one value that is another would be seen', async () => {
    const { x } = await open(source());
    x[7] = x[7]! + 2 ** -40;
    expect(digest(x)).not.toBe(expected.x);
    expect(digest((await open(source())).x)).toBe(expected.x);
  });
});

test('names go along through splits and scalers', async () => {
  const data: Source<Split<BuiltinTable>> = iris().pipe(holdout({ fraction: 0.2, stratify: true }), standardScale());
  const { train, val, classNames } = await openOnce('test', data, { rng });
  expect([train.samples, val.samples, classNames, val.featureNames.length]).toEqual([
    120,
    30,
    ['setosa', 'versicolor', 'virginica'],
    4,
  ]);
});
