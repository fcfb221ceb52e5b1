import { checkRegressionTable, checkTable, type RegressionTable, type Table } from '@tangentlab/tensor';

const TABLE: Table = { x: Float64Array.of(1, 2, 3, 4), y: Int32Array.of(0, 1), samples: 2, features: 2, classes: 2 };
const REAL: RegressionTable = {
  x: Float64Array.of(1, 2, 3, 4),
  targets: Float64Array.of(0.5, 1.5),
  samples: 2,
  features: 2,
  outputs: 1,
};

test('sound tables pass as they are', () => {
  expect(checkTable('here', TABLE)).toBe(TABLE);
  expect(checkRegressionTable('here', REAL)).toBe(REAL);
});

test.each<[string, () => unknown, string, RegExp]>([
  [
    'a missing value',
    () => checkTable('here', { ...TABLE, x: new Float64Array(3) }),
    'SHAPE_MISMATCH',
    /need 4 values and 2 labels, got 3 and 2/,
  ],
  [
    'NaN',
    () => checkTable('here', { ...TABLE, x: Float64Array.of(1, 2, Number.NaN, 4) }),
    'CONFIG_INVALID',
    /row 1, feature 0 must be finite, got NaN/,
  ],
  [
    'a label out of range',
    () => checkTable('here', { ...TABLE, y: Int32Array.of(0, 2) }),
    'CONFIG_INVALID',
    /label of row 1 must lie in 0\.\.1, got 2/,
  ],
  [
    'a missing target',
    () => checkRegressionTable('here', { ...REAL, targets: Float64Array.of(1) }),
    'SHAPE_MISMATCH',
    /4 values and 2 x 1 targets, got 4 and 1/,
  ],
  [
    'an infinite target',
    () => checkRegressionTable('here', { ...REAL, targets: Float64Array.of(1, Infinity) }),
    'CONFIG_INVALID',
    /row 1, target 0 must be finite, got Infinity/,
  ],
  [
    'NaN beside real targets',
    () => checkRegressionTable('here', { ...REAL, x: Float64Array.of(1, Number.NaN, 3, 4) }),
    'CONFIG_INVALID',
    /row 0, feature 1 must be finite/,
  ],
])('%s is refused by its place', (_, check, code, message) => {
  expect(check).toThrow(expect.objectContaining({ code }));
  expect(check).toThrow(message);
});
