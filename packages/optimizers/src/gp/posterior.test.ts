import { choice, isTangentError, Space, uniform, when } from '@tangentlab/core';
import { posterior, posteriorSvg } from '@tangentlab/optimizers';

const SPACE = new Space({ x: uniform(0, 2), kind: choice('a', 'b'), y: when('kind', 'b', uniform(0, 1)) });
const value = (x: number) => Math.cos(3 * x);
const trials = Array.from({ length: 24 }, (_, i) => {
  const x = (2 * i) / 23;
  return i % 3 === 2
    ? { params: { x, kind: 'b', y: i / 24 }, value: value(x) + 1 }
    : { params: { x, kind: 'a' }, value: value(x) };
});
const deviant = (options: object, some = trials) => {
  try {
    posterior(SPACE, some, options);
  } catch (error) {
    return isTangentError(error) && error.code;
  }
  return 'nothing was thrown';
};

test('along one leaf: the mean goes through the trials, the band holds the function, the acquisition looks ahead', () => {
  const { axes, mean, low, high, acquisition, trials: shown } = posterior(SPACE, trials, { along: ['x'], places: 201 });
  const [axis] = axes;
  expect(axis!.values[100]).toBeCloseTo(1, 12);
  const inside = axis!.values.filter((x, i) => low[i]! <= value(x as number) && value(x as number) <= high[i]!);
  expect(inside.length).toBeGreaterThan(190);
  mean.forEach((expected, i) => {
    expect(low[i]).toBeLessThanOrEqual(expected);
    expect(high[i]).toBeGreaterThanOrEqual(expected);
  });
  const at = (x: number) => mean[Math.round(x * 100)]!;
  expect(Math.abs(at(0.36) - value(0.36))).toBeLessThan(0.1);
  const best = acquisition.indexOf(Math.max(...acquisition));
  expect(Math.abs((axis!.values[best] as number) - Math.PI / 3)).toBeLessThan(0.2); // where the cosine is least
  expect(shown[3]!.coordinates[0]).toBeCloseTo(3 / 23, 12);
});

test('to be maximised: the same function upside down', () => {
  const down = posterior(SPACE, trials, { along: ['x'] });
  const turned = trials.map((trial) => ({ ...trial, value: -trial.value }));
  const up = posterior(SPACE, turned, { along: ['x'], direction: 'maximize' });
  up.mean.forEach((expected, i) => {
    expect(expected).toBeCloseTo(-down.mean[i]!, 12);
    expect(up.high[i]).toBeCloseTo(-down.low[i]!, 12);
  });
  expect(posterior(SPACE, turned, { along: ['x'] }).mean).not.toEqual(up.mean);
});

test('along two leaves, one of them a choice', () => {
  const { axes, mean, trials: shown } = posterior(SPACE, trials, { along: ['x', 'kind'], places: 5 });
  expect(axes.map(({ coordinates }) => coordinates.length)).toEqual([5, 2]);
  expect(axes[1]!.values).toEqual(['a', 'b']);
  expect(mean.length).toBe(10);
  expect(mean[3]! - mean[2]!).toBeGreaterThan(0.1); // b is worse
  expect(posteriorSvg(posterior(SPACE, trials, { along: ['x', 'kind'], places: 5 })).match(/<circle/g)).toHaveLength(
    shown.length,
  );
});

test('the picture has everything, and nothing that is not a number', () => {
  const svg = posteriorSvg(posterior(SPACE, trials, { along: ['x'] }));
  expect(svg.match(/<circle/g)).toHaveLength(24);
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  expect(svg.trimEnd().endsWith('</svg>')).toBe(true);
  const map = posterior(SPACE, trials, { along: ['x', 'kind'], places: 5 });
  const [least, most] = [Math.min(...map.mean), Math.max(...map.mean)].map((value) => Number(value.toPrecision(3)));
  expect(posteriorSvg(map)).toContain(`light ${least}, dark ${most}`);
  const flat = trials.map((trial) => ({ ...trial, value: 1 }));
  expect(posteriorSvg(posterior(SPACE, flat))).not.toMatch(/NaN|Infinity|undefined/);
  const odd = new Space({ 'a<b': uniform(0, 1) });
  const two = [0, 1].map((x) => ({ params: { 'a<b': x }, value: x }));
  expect(posteriorSvg(posterior(odd, two))).toContain('a&lt;b');
});

test('what cannot be drawn is refused', () => {
  expect(deviant({ along: ['z'] })).toBe('CONFIG_INVALID');
  expect(deviant({ along: ['y'] })).toBe('CONFIG_INVALID'); // it does not exist in the best trial
  expect(deviant({ along: [] })).toBe('CONFIG_INVALID');
  expect(deviant({}, trials.slice(0, 1))).toBe('CONFIG_INVALID');
  expect(deviant({ along: ['x'] })).toBe('nothing was thrown');
});
