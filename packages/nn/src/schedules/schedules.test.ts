import { constant, cosine, exponential, linear, oneCycle, type Schedule, stepDecay, warmup } from '@tangentlab/nn';

/** PyTorch 2.15.0, lr 0.1 (the one-cycle ones: max 0.5), twelve counts. */
const KNOWN: readonly (readonly [string, Schedule, readonly number[]])[] = [
  [
    'stepDecay',
    stepDecay({ every: 3, factor: 0.5 }),
    [0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.025, 0.025, 0.025, 0.0125, 0.0125, 0.0125],
  ],
  [
    'exponential',
    exponential({ factor: 0.9 }),
    [
      0.1, 0.09, 0.081, 0.0729, 0.06561, 0.059049, 0.0531441, 0.04782969, 0.043046721, 0.0387420489, 0.03486784401,
      0.031381059609,
    ],
  ],
  [
    'cosine, which rises again',
    cosine({ over: 8, floor: 0.01 }),
    [
      0.1, 0.0965745789630079, 0.08681980515339463, 0.07222075445642905, 0.055, 0.03777924554357096,
      0.023180194846605363, 0.013425421036992097, 0.01, 0.013425421036992097, 0.02318019484660537, 0.03777924554357097,
    ],
  ],
  [
    'linear, which stays',
    linear({ from: 0.5, to: 0.1, over: 6 }),
    [0.05, 0.13 / 3, 0.11 / 3, 0.03, 0.07 / 3, 0.05 / 3, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01],
  ],
  [
    'oneCycle',
    oneCycle({ total: 12, max: 0.5, warmupFraction: 0.25, divide: 10, finalDivide: 100 }),
    [
      0.05, 0.275, 0.5, 0.4849382320412806, 0.44156959966896475, 0.375125, 0.2936186323723159, 0.20688136762768417,
      0.125375, 0.05893040033103527, 0.015561767958719398, 0.0005,
    ],
  ],
  [
    'oneCycle along lines, with a peak between two counts',
    oneCycle({ total: 12, max: 0.5, warmupFraction: 0.4, divide: 10, finalDivide: 100, anneal: 'linear' }),
    [
      0.05, 0.16842105263157892, 0.28684210526315784, 0.40526315789473677, 0.486125, 0.41675, 0.347375, 0.278, 0.208625,
      0.13925, 0.069875, 0.0005,
    ],
  ],
  [
    'warmup before cosine',
    warmup(cosine({ over: 8 }), { over: 4, from: 0.2 }),
    [
      0.02, 0.04, 0.06, 0.08, 0.1, 0.09619397662556434, 0.08535533905932738, 0.0691341716182545, 0.05,
      0.030865828381745515, 0.014644660940672627, 0.0038060233744356634,
    ],
  ],
  ['constant', constant(), Array<number>(12).fill(0.1)],
];

test.each(KNOWN)('%s has the numbers of PyTorch', (_, schedule, rates) => {
  for (const [count, rate] of rates.entries()) expect(Math.abs(schedule.rate(0.1, count) - rate)).toBeLessThan(1e-15);
});

test('a schedule that counts from 1 would be noticed', () => {
  const [, schedule, rates] = KNOWN[1]!;
  expect(Math.abs(schedule.rate(0.1, 1) - rates[0]!)).toBeGreaterThan(1e-3);
});

test('the peak is the learning rate of the trainer unless given, and after the last count it stays', () => {
  const schedule = oneCycle({ total: 11, warmupFraction: 4 / 11 });
  expect(schedule.rate(0.3, 3)).toBeCloseTo(0.3, 15);
  expect(schedule.rate(0.3, 0)).toBeCloseTo(0.3 / 25, 15);
  expect(schedule.rate(0.3, 500)).toBe(schedule.rate(0.3, 10));
});

test('what is counted is that of the schedule that is warmed up', () => {
  expect(warmup(exponential({ factor: 0.9, per: 'step' }), { over: 2 }).per).toBe('step');
  expect(warmup(constant({ per: 'step' }), { over: 2 })).toMatchObject({ name: 'warmup(constant)', per: 'step' });
});

test.each<[string, () => unknown]>([
  ['no counts', () => cosine({ over: 0 })],
  ['half a count', () => stepDecay({ every: 1.5 })],
  ['a factor of 0', () => exponential({ factor: 0 })],
  ['a negative floor', () => cosine({ over: 3, floor: -1 })],
  ['another unit', () => linear({ over: 3, per: 'batch' as never })],
  ['a way up that is all of it', () => oneCycle({ total: 3, warmupFraction: 1 })],
  ['an unknown option', () => warmup(constant(), { over: 2, to: 1 } as never)],
])('%s is refused', (_, make) => {
  expect(make).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});
