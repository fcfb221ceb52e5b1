import {
  ANALYZER,
  defineAnalyzer,
  type Every,
  isDue,
  isTangentError,
  type ScheduledAnalyzer,
  type Snapshot,
  token,
  Wiring,
} from '@tangentlab/core';

interface Net {
  readonly widths: readonly number[];
}
const SCALE = token<number>('Scale');
const norm = (every: Every) =>
  defineAnalyzer({
    name: 'norm',
    measures: ['norm'],
    every,
    config: { p: 2 },
    requires: [SCALE],
    create: (scale) => ({
      measure: async ({ parameters }: Snapshot<Net, number[]>) => ({
        norm: scale * Math.hypot(...(await parameters())),
      }),
    }),
  });

test('an analyzer is a provider of its role, with what it measures and when', () => {
  const provider = norm('epoch');
  expect(provider).toMatchObject({ token: ANALYZER, name: 'norm', config: { p: 2 }, requires: [SCALE] });
  expect(provider).toMatchObject({ measures: ['norm'], every: 'epoch' });
  expect(Object.isFrozen(provider)).toBe(true);
  expect(ANALYZER.many).toBe(true);
});

test('resolved, it carries its name and schedule, and measures', async () => {
  const scale = { token: SCALE, name: 'scale', config: {}, requires: [], create: () => 10 };
  const wiring = new Wiring('test', [[norm(3), scale]]);
  await wiring.resolveAll();
  const [analyzer] = wiring.allResolved<ScheduledAnalyzer>(ANALYZER);
  expect(analyzer).toMatchObject({ name: 'norm', every: 3, measures: ['norm'] });
  const snapshot = { parameters: async () => Float64Array.of(3, 4) } as Snapshot<unknown, unknown>;
  expect(await analyzer!.measure(snapshot)).toEqual({ norm: 50 });
});

// epochs 1..6 of a trial, the sixth being the last
test.each<[Every, number[]]>([
  ['epoch', [1, 2, 3, 4, 5, 6]],
  ['trial', [6]],
  [1, [1, 2, 3, 4, 5, 6]],
  [2, [2, 4, 6]],
  [4, [4, 6]], // the last epoch always
  [9, [6]],
])('every %p is due after epochs %p', (every, epochs) => {
  expect([1, 2, 3, 4, 5, 6].filter((epoch) => isDue(every, epoch, epoch === 6))).toEqual(epochs);
});

test.each([0, -1, 1.5, Number.NaN, 'epochs', undefined])('every %p is CONFIG_INVALID', (every) => {
  try {
    norm(every as Every);
  } catch (error) {
    expect(isTangentError(error) && error.code).toBe('CONFIG_INVALID');
    expect((error as Error).message).toContain('norm: "every" must be');
    return;
  }
  throw new Error('nothing was thrown');
});
