import { lbfgs, type SmoothFunction } from './lbfgs.js';

const rosenbrock: SmoothFunction = (x, slopes) => {
  const [a, b] = [x[0]!, x[1]!];
  slopes[0] = -400 * a * (b - a * a) - 2 * (1 - a);
  slopes[1] = 200 * (b - a * a);
  return 100 * (b - a * a) ** 2 + (1 - a) ** 2;
};

test('finds the end of a bent valley', () => {
  const { x, value, steps } = lbfgs(rosenbrock, [-1.2, 1], { low: [-5, -5], high: [5, 5], steps: 100, gain: 0 });
  expect(x[0]).toBeCloseTo(1, 4);
  expect(x[1]).toBeCloseTo(1, 4);
  expect(value).toBeLessThan(1e-9);
  expect(steps).toBeLessThan(60); // steepest descent takes thousands
});

test('stays in the box, and finds the best point of its border', () => {
  // under a <= 0.5 the best is a = 0.5, b = 0.25
  const { x } = lbfgs(rosenbrock, [-1, 2], { low: [-2, -2], high: [0.5, 2], steps: 100, gain: 0 });
  expect(x[0]).toBe(0.5);
  expect(x[1]).toBeCloseTo(0.25, 5);
});

test('is never worse than its start, also where the function is not finite', () => {
  const cliff: SmoothFunction = (x, slopes) => {
    slopes[0] = -1;
    return x[0]! > 0.3 ? Number.NaN : -x[0]!;
  };
  const { x, value } = lbfgs(cliff, [0.2], { low: [0], high: [1] });
  expect(value).toBeLessThanOrEqual(-0.2);
  expect(x[0]).toBeLessThanOrEqual(0.3);
});

test('wrong slopes are noticed by what they promise: nothing is gained', () => {
  const uphill: SmoothFunction = (x, slopes) => {
    slopes[0] = -2 * x[0]!;
    return x[0]! ** 2;
  };
  expect(lbfgs(uphill, [0.5], { low: [-1], high: [1] }).value).toBe(0.25);
});
