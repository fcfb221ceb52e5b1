import { fc, test as property } from '@fast-check/jest';
import {
  ACTIVATIONS,
  type Activation,
  type ActivationName,
  activationOf,
  activationSpec,
  defineActivation,
  erf,
  erfc,
} from '@tangentlab/tensor';

/** x, erf(x), erfc(x), GELU(x) and its slope: mpmath 1.3.0 with 60 digits, rounded. */
const KNOWN: readonly (readonly [number, number, number, number, number])[] = [
  [-30, -1.0, 2.0, -1.472014178144456e-196, -4.416031690708495e-195],
  [-6.5, -1.0, 2.0, -2.6104003795084267e-10, -1.6950517937572625e-9],
  [-3, -0.9999779095030014, 1.9999779095030015, -0.0040496940948902835, -0.011945647204183927],
  [-2.5, -0.999593047982555, 1.999593047982555, -0.015524163314440337, -0.03761108590814521],
  [-2, -0.9953222650189527, 1.9953222650189528, -0.04550026389635842, -0.0852318010781969],
  [-1.9999, -0.9953201979070294, 1.9953201979070294, -0.0455087876163759, -0.08524259927142754],
  [-1, -0.8427007929497149, 1.8427007929497148, -0.15865525393145705, -0.0833154705876863],
  [-0.3, -0.3286267594591274, 1.3286267594591274, -0.1146265733433142, 0.26767223317289013],
  [-1e-8, -1.1283791670955126e-8, 1.0000000112837917, -4.999999960105772e-9, 0.4999999920211544],
  [0.1, 0.1124629160182849, 0.887537083981715, 0.053982783727702904, 0.5795230920247302],
  [0.7, 0.6778011938374184, 0.32219880616258156, 0.5306254434438489, 0.9766141011336599],
  [1.5, 0.9661051464753108, 0.033894853524689274, 1.399789198096713, 1.1274691922299795],
  [2, 0.9953222650189527, 0.004677734981047266, 1.9544997361036416, 1.085231801078197],
  [3.7, 0.9999998328489421, 1.6715105790914599e-7, 3.699601140986134, 1.0014638872675603],
  [5.9, 0.9999999999999999, 7.190409783550478e-17, 5.899999989276704, 1.0000000631754975],
  [12, 1.0, 1.3562611692059042e-64, 12.0, 1.0],
];
const EVERY = Object.entries(ACTIVATIONS) as [ActivationName, Activation][];

describe('erf, erfc and GELU', () => {
  test.each(KNOWN)('at %p are those of mpmath', (x, atErf, atErfc, gelu, slope) => {
    expect(Math.abs(erf(x) / atErf - 1)).toBeLessThan(1e-15);
    // below 2 erfc is a difference from 1: absolutely right; from there on relatively
    expect(Math.abs(erfc(x) - atErfc)).toBeLessThan(x < 2 ? 5e-16 : 1e-15 * atErfc);
    // x/sqrt 2 is rounded, and its square stands in an exponent: x^2 eps relative to the value
    const relative = 1e-15 * (1 + x * x);
    expect(Math.abs(ACTIVATIONS.gelu.value(x) - gelu)).toBeLessThan(Math.max(relative * Math.abs(gelu), 0));
    expect(Math.abs(ACTIVATIONS.gelu.derivative(x) - slope)).toBeLessThan(1e-15);
  });

  test('ends, signs and NaN', () => {
    expect([erf(0), erf(40), erf(-40), erfc(40), erfc(-40), erf(Number.NaN)]).toEqual([0, 1, -1, 0, 2, Number.NaN]);
    expect(erf(1e-300)).toBeCloseTo(1.1283791670955126e-300, 310);
    const { value, derivative } = ACTIVATIONS.gelu;
    expect([value(-Infinity), derivative(-Infinity), derivative(Infinity)]).toEqual([0, 0, 1]);
  });

  property.prop([fc.double({ min: -30, max: 30, noNaN: true })])('erf is odd, and erf + erfc = 1', (x) => {
    expect(erf(-x)).toBe(-erf(x));
    expect(Math.abs(erf(x) + erfc(x) - 1)).toBeLessThan(5e-16);
  });
});

describe.each(EVERY)('%s', (name, { value, derivative, secondDerivative }) => {
  const anywhere = fc.double({ min: -8, max: 8, noNaN: true }).filter((z) => Math.abs(z) > 1e-3);

  property.prop([anywhere])('its derivatives are those of finite differences', (z) => {
    const step = 1e-5;
    const slope = (f: (z: number) => number) => (f(z + step) - f(z - step)) / (2 * step);
    // truncation step^2 |f'''| / 6, rounding eps |f| / step: both below 1e-9 for |z| <= 8
    expect(Math.abs(slope(value) - derivative(z))).toBeLessThan(1e-9);
    expect(Math.abs(slope(derivative) - secondDerivative!(z))).toBeLessThan(1e-9);
  });

  test('has finite values and slopes far out, and passes NaN on', () => {
    for (const z of [-1e300, -750, -40, 40, 750, 1e300]) {
      expect(Number.isFinite(value(z)) && Number.isFinite(derivative(z))).toBe(true);
    }
    expect(value(Number.NaN)).toBeNaN();
  });

  test('goes by its name', () => {
    expect(activationOf(name)).toBe(ACTIVATIONS[name]);
    expect(activationSpec(ACTIVATIONS[name])).toBe(name);
  });
});

test('slopes at the kinks are those of the left side', () => {
  expect([ACTIVATIONS.relu.derivative(0), ACTIVATIONS.leakyRelu.derivative(0)]).toEqual([0, 0.01]);
});

test('softplus and sigmoid keep their digits at both ends', () => {
  expect(ACTIVATIONS.softplus.value(-40)).toBeCloseTo(4.248354255291589e-18, 30);
  expect(ACTIVATIONS.softplus.value(800)).toBe(800);
  expect(ACTIVATIONS.sigmoid.derivative(40)).toBeCloseTo(4.248354255291589e-18, 30);
});

describe('defineActivation', () => {
  const swish = {
    name: 'swish',
    value: (z: number) => z / (1 + Math.exp(-z)),
    derivative: (z: number) => (1 + Math.exp(-z) * (1 + z)) / (1 + Math.exp(-z)) ** 2,
  };

  test('gives a frozen activation that stands for itself', () => {
    const made = defineActivation({ ...swish, kernel: { value: 'y = z;', derivative: 'y = 1;' } });
    expect(Object.isFrozen(made) && Object.isFrozen(made.kernel)).toBe(true);
    expect(activationSpec(made)).toBe(made);
    expect(activationOf(made)).toBe(made);
  });

  test.each([
    ['the name of a built-in', { ...swish, name: 'relu' }, /a name of its own is needed, got relu/],
    ['no name', { ...swish, name: '' }, /a name of its own is needed/],
    [
      'the slope of something else',
      { ...swish, derivative: (z: number) => 1 + 0 * z },
      /derivative\(-5.3\) must be the slope there/,
    ],
    [
      'a slope that is off by 1e-4',
      { ...swish, derivative: (z: number) => swish.derivative(z) + 1e-4 },
      /by finite differences, got/,
    ],
    ['a wrong curvature', { ...swish, secondDerivative: () => 1 }, /secondDerivative\(-5.3\) must be/],
    [
      'a function with holes',
      { ...swish, value: Math.log, derivative: (z: number) => 1 / z },
      /must be finite at z = -5.3, got NaN/,
    ],
  ])('refuses %s', (_, definition, message) => {
    expect(() => defineActivation(definition)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
    expect(() => defineActivation(definition)).toThrow(message);
  });
});
