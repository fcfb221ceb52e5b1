import { type ClassificationOptions, classificationPlan } from './classification-options.js';

test('the defaults are scikit-learn’s', () => {
  expect(classificationPlan({})).toEqual({
    samples: 100,
    features: 20,
    informative: 2,
    redundant: 2,
    repeated: 0,
    classes: 2,
    clustersPerClass: 2,
    flipY: 0.01,
    classSep: 1,
    hypercube: true,
    shift: 0,
    scale: 1,
    shuffle: true,
  });
});

test('the plan is a copy: what the caller does later to an array does not reach it', () => {
  const weights = [0.3, 0.7];
  const plan = classificationPlan({ weights });
  weights[0] = 5;
  expect(plan.weights).toEqual([0.3, 0.7]);
});

const integer = (least: number) => `must be an integer of ${least} or more`;
const bad: readonly [string, unknown[], string][] = [
  ['samples', [0, -1, 2.5, Number.NaN, Number.POSITIVE_INFINITY, '10', null], integer(1)],
  ['features', [0, 1.5, '20', null], integer(1)],
  ['informative', [0, 2.5, null], integer(1)],
  ['redundant', [-1, 0.5, null], integer(0)],
  ['repeated', [-1, 0.5, null], integer(0)],
  ['classes', [0, 1.5, null], integer(1)],
  ['clustersPerClass', [0, 1.5, null], integer(1)],
  ['weights', [0.5, 'half', null], 'must be a list of numbers of 0 or more'],
  [
    'weights.0',
    [
      [-0.1, 1.1],
      [Number.NaN, 0.5],
      ['0.5', 0.5],
    ],
    'must be a number of 0 or more',
  ],
  ['flipY', [-0.01, 1.01, Number.NaN, '0', null], 'must be a number in [0, 1]'],
  ['classSep', [0, -1, Number.POSITIVE_INFINITY, null], 'must be a number above 0'],
  ['hypercube', [1, 'true', null], 'must be true or false'],
  [
    'shift',
    ['0', Number.NaN, Number.POSITIVE_INFINITY, {}, ['a']],
    'must be a finite number, a list of one per column, or null',
  ],
  [
    'scale',
    ['1', Number.NaN, Number.POSITIVE_INFINITY, {}, [Number.NaN]],
    'must be a finite number above 0, a list of one number per column, or null',
  ],
  ['scale', [0, -1], 'must be a number above 0'],
  ['shuffle', [0, 'false', null], 'must be true or false'],
  ['randomState', [-1, 0.5, 2 ** 32, '42', null], 'must be an integer in 0..4294967295'],
];

describe('a bad value is refused by name', () => {
  const cases = bad.flatMap(([path, values, message]) => values.map((value) => [path, value, message] as const));
  test.each(cases)('%s: %p', (path, value, message) => {
    const options = { [path.split('.')[0] as string]: value } as ClassificationOptions;
    expect(() => classificationPlan(options)).toThrow(
      `makeClassification: valid options are needed (${path}: ${message}`,
    );
  });
});

test('an unknown option is refused and answered with the known ones', () => {
  const options = { sample: 10 } as ClassificationOptions;
  expect(() => classificationPlan(options)).toThrow(/no option named "sample"; known: classSep, classes, .*weights/);
});

test.each([null, 5, 'samples', [1]])('%p is no record of options', (options) => {
  expect(() => classificationPlan(options as ClassificationOptions)).toThrow('must be an object of options');
});

describe('options that do not fit together', () => {
  const cases: readonly [ClassificationOptions, string][] = [
    [{ features: 3 }, 'informative + redundant + repeated must not exceed features, got 2 + 2 + 0 > 3'],
    [{ features: 5, repeated: 2 }, 'got 2 + 2 + 2 > 5'],
    [
      { classes: 3 },
      'classes * clustersPerClass must not exceed the 2^informative corners of the hypercube, got 3 * 2 > 2^2',
    ],
    [{ clustersPerClass: 3 }, 'got 2 * 3 > 2^2'],
    [
      { weights: [0.2, 0.3, 0.5] },
      'weights must name the part of each of the 2 classes, or of all but the last, got 3',
    ],
    [{ weights: [] }, 'got 0; give one weight per class'],
    [{ weights: [0.6, 0.6] }, 'weights must not sum to more than 1, got 1.2'],
    [{ weights: [1.1] }, 'weights must not sum to more than 1, got 1.1'],
    [{ shift: [1, 2] }, 'shift must have one number per column, 20, got 2'],
    [{ scale: [1, 2] }, 'scale must have one number per column, 20, got 2'],
  ];
  test.each(cases)('%j', (options, message) => {
    expect(() => classificationPlan(options)).toThrow(message);
    expect(() => classificationPlan(options)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });
});

test.each<ClassificationOptions>([
  { features: 4 },
  { informative: 3, classes: 4 },
  { weights: [0.7, 0.2, 0.1], classes: 3, informative: 3 },
  { weights: new Array(10).fill(0.1), classes: 10, informative: 5 },
  // adds up to 1.0000000000000002
  { weights: [0.33, 0.56, 0.11], classes: 3, informative: 3 },
  { weights: [0, 1] },
  { flipY: 1, shift: null, scale: null },
  { randomState: 0xffffffff },
])('the border %j is allowed', (options) => {
  expect(classificationPlan(options)).toMatchObject(options);
});
