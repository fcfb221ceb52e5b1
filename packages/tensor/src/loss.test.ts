import { fc, test as property } from '@fast-check/jest';
import {
  defineLoss,
  hinge,
  huber,
  type Loss,
  type LossSpec,
  lossOf,
  mse,
  softmaxCrossEntropy,
} from '@tangentlab/tensor';

const LOSSES: readonly LossSpec[] = [
  softmaxCrossEntropy(),
  mse(),
  huber({ delta: 0.7 }),
  hinge({ margin: 0.8 }),
  defineLoss({
    name: 'quartic',
    targets: 'values',
    value: (z, t) => z.reduce((sum, zj, j) => sum + (zj - t[j]!) ** 4, 0),
    gradient: (z, t, out) => {
      for (let j = 0; j < z.length; j++) out[j] = 4 * (z[j]! - t[j]!) ** 3;
    },
  }),
];
const value = (spec: LossSpec, z: Float64Array, t: Float64Array) => lossOf(spec).value(z, t);
const gradient = (spec: LossSpec, z: Float64Array, t: Float64Array) => {
  const out = new Float64Array(z.length).fill(Number.NaN); // whatever was there before
  lossOf(spec).gradient(z, t, out);
  return out;
};

const numbers = (k: number) =>
  fc
    .array(fc.double({ min: -4, max: 4, noNaN: true }), { minLength: k, maxLength: k })
    .map((values) => Float64Array.from(values));
const rows = fc
  .integer({ min: 1, max: 6 })
  .chain((k) =>
    fc.record({ z: numbers(k), shares: numbers(k), label: fc.nat(k - 1), smoothing: fc.constantFrom(0, 0.1, 0.5) }),
  );
type Row = typeof rows extends fc.Arbitrary<infer T> ? T : never;
/** Real targets, or a smoothed class: whatever the loss takes. */
const targetsOf = ({ targets }: LossSpec, { shares, label, smoothing }: Row) =>
  targets === 'values' ? shares : shares.map((_, j) => smoothing / shares.length + (j === label ? 1 - smoothing : 0));

describe.each(LOSSES.map((spec) => [spec.name, spec] as const))('%s', (_, spec) => {
  property.prop([rows], { numRuns: 200 })('its gradient is that of finite differences', (row) => {
    const { z } = row;
    const t = targetsOf(spec, row);
    const slope = gradient(spec, z, t);
    const step = 1e-6;
    z.forEach((zj, j) => {
      const moved = (by: number) => value(spec, z.with(j, zj + by), t);
      // a kink within a step of z is no slope: both sides are looked at
      const [up, down] = [(moved(step) - moved(0)) / step, (moved(0) - moved(-step)) / step];
      fc.pre(Math.abs(up - down) < 1e-3);
      // truncation step^2 |third derivative| < 1e-9, rounding some eps/step = 1e-10 of the loss
      expect(Math.abs((up + down) / 2 - slope[j]!)).toBeLessThan(1e-8 + 1e-9 * moved(0));
    });
  });

  property.prop([rows])('is not negative', (row) => {
    expect(value(spec, row.z, targetsOf(spec, row))).toBeGreaterThanOrEqual(0);
  });

  test('a NaN among the outputs gives NaN', () => {
    const z = Float64Array.of(1, Number.NaN, 2);
    expect(value(spec, z, Float64Array.of(1, 0, 0))).toBeNaN();
    expect(gradient(spec, z, Float64Array.of(1, 0, 0))[1]).toBeNaN();
  });
});

property.prop([rows, fc.double({ min: -50, max: 50, noNaN: true })])(
  'softmax does not see what is added to all logits: same loss, same gradient, which sums to 0',
  (row, shift) => {
    const spec = softmaxCrossEntropy();
    const t = targetsOf(spec, row);
    const moved = row.z.map((zj) => zj + shift);
    // rounding of z + shift, up to 54 eps
    expect(Math.abs(value(spec, moved, t) - value(spec, row.z, t))).toBeLessThan(1e-13);
    const slope = gradient(spec, row.z, t);
    for (const [j, entry] of gradient(spec, moved, t).entries())
      expect(Math.abs(entry - slope[j]!)).toBeLessThan(1e-13);
    expect(Math.abs(slope.reduce((a, b) => a + b, 0))).toBeLessThan(1e-14);
  },
);

test('mse does see it', () => {
  const t = Float64Array.of(1, 0);
  expect(value(mse(), Float64Array.of(1, 2), t)).not.toBe(value(mse(), Float64Array.of(2, 3), t));
});

test('label smoothing is the mean over the classes of the loss of each', () => {
  const z = Float64Array.of(0.4, -1.1, 2.2);
  const of = (...t: number[]) => value(softmaxCrossEntropy(), z, Float64Array.from(t));
  const mean = (of(1, 0, 0) + of(0, 1, 0) + of(0, 0, 1)) / 3;
  expect(of(0.7 + 0.1, 0.1, 0.1)).toBeCloseTo(0.7 * of(1, 0, 0) + 0.3 * mean, 14);
});

test('huge logits overflow nothing, and what has no share may be infinitely far away', () => {
  expect(value(softmaxCrossEntropy(), Float64Array.of(1e4, -1e4), Float64Array.of(0, 1))).toBe(2e4);
  expect(value(softmaxCrossEntropy(), Float64Array.of(0, Number.NEGATIVE_INFINITY), Float64Array.of(1, 0))).toBe(0);
});

describe('what makes losses refuses', () => {
  const quadratic = {
    name: 'quadratic',
    targets: 'values',
    value: (z: Float64Array, t: Float64Array) => z.reduce((sum, zj, j) => sum + (zj - t[j]!) ** 2, 0),
    gradient: (z: Float64Array, t: Float64Array, out: Float64Array) => out.set(z.map((zj, j) => 2 * (zj - t[j]!))),
  } as const;

  test.each<[string, () => unknown, RegExp]>([
    ['a delta of 0', () => huber({ delta: 0 }), /^huber: "delta" must be a positive number, got 0; /],
    ['a negative margin', () => hinge({ margin: -1 }), /^hinge: "margin" must be a positive number, got -1; /],
    [
      'the name of a built-in',
      () => defineLoss({ ...quadratic, name: 'mse' }),
      /^loss: a name of its own is needed, got mse/,
    ],
    [
      'targets of another kind',
      () => defineLoss({ ...quadratic, targets: 'labels' as never }),
      /"targets" must be 'classes' or 'values'/,
    ],
    [
      'half a gradient',
      () => defineLoss({ ...quadratic, gradient: (z, t, out) => out.set(z.map((zj, j) => zj - t[j]!)) }),
      /entry 0 of its gradient .* must be the slope there, -1\.2.* by finite differences, got -0\.6/,
    ],
    [
      'a gradient that is not written',
      () => defineLoss({ ...quadratic, gradient: () => undefined }),
      /got NaN; correct gradient/,
    ],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
    expect(make).toThrow(message);
  });

  test('and keeps what is sound, with its kind of targets in the type', () => {
    const loss: Loss<'values'> = defineLoss(quadratic);
    // @ts-expect-error it takes real targets
    const wrong: Loss<'classes'> = defineLoss(quadratic);
    expect(loss.targets).toBe(wrong.targets);
  });
});
