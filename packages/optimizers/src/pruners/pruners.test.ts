import { fc, test as property } from '@fast-check/jest';
import {
  choice,
  isTangentError,
  type Metric,
  maximize,
  minimize,
  type Objective,
  type Outcome,
  type Provider,
  type Pruner,
  Rng,
  type Searcher,
  searchTrials,
  TrialLog,
  viewOf,
} from '@tangentlab/core';
import {
  ashaPromote,
  hyperband,
  median,
  patient,
  percentile,
  randomSearch,
  randomSearcher,
  signedRank,
  successiveHalving,
  threshold,
  wilcoxon,
} from '@tangentlab/optimizers';
import { determinismLaws, prunerLaws, searcherLaws } from '@tangentlab/testkit';
import { firstRungOf } from './first-rung.js';
import { quantileOf } from './percentile.js';
import { bestShare, isPromoted, rungOrder } from './rung-order.js';
import { bracketOf, bracketsOf } from './successive-halving.js';

const create = <T>(provider: Provider<T>) => (provider.create as () => T)();
const codeOf = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    return isTangentError(error) ? error.code : error;
  }
  return 'nothing was thrown';
};

const PRUNERS: [name: string, make: () => Provider<Pruner>][] = [
  ['median', () => median({ startupTrials: 2 })],
  ['percentile', () => percentile({ keep: 25, startupTrials: 2, intervalSteps: 2 })],
  ['threshold', () => threshold({ atMost: 3, atLeast: -3 })],
  ['patient', () => patient(null, { patience: 1 })],
  ['patient median', () => patient(median({ startupTrials: 1 }), { patience: 1 })],
  ['successiveHalving', () => successiveHalving({ eta: 2 })],
  ['hyperband', () => hyperband({ mostSteps: 8, eta: 2 })],
  ['wilcoxon', () => wilcoxon()],
];
for (const [name, make] of PRUNERS) prunerLaws(name, () => create(make()));
// those that read the curves of others through a log of their own, and the one that reads the view itself
for (const [name, make] of PRUNERS.filter(([one]) => ['median', 'successiveHalving', 'wilcoxon'].includes(one)))
  determinismLaws(name, () => ({ searcher: randomSearcher(), pruner: create(make()) }));

const curve = (...values: number[]): Metric[] => values.map((score, i) => ({ step: i + 1, values: { score } }));
const done = (metrics: Metric[]): Outcome => ({
  state: 'complete',
  values: [metrics.at(-1)!.values['score'] as number],
  curve: metrics,
});

/** Whether the pruner ends a trial with this curve after these complete ones. */
function ends(pruner: Pruner, before: number[][], own: number[], objective: Objective = minimize('score')): boolean {
  const log = new TrialLog();
  before.forEach((values, slot) => {
    log.propose({});
    log.record(slot, done(curve(...values)));
  });
  const view = viewOf(log, before.length, 1);
  return pruner.prune({ objectives: [objective], view, trial: before.length, curve: curve(...own) });
}

describe('median and percentile', () => {
  const others = [5, 1, 2, 3, 4].map((value) => [value, value]);

  test('compare the best value so far with the step of the complete trials', () => {
    const pruner = create(median());
    expect(ends(pruner, others, [9, 3.5])).toBe(true);
    expect(ends(create(median()), others, [2, 3.5])).toBe(false); // its best is below 3
    expect(ends(create(median()), others, [1, 2.5], maximize('score'))).toBe(true);
    expect(ends(create(percentile({ keep: 25 })), others, [2.5])).toBe(true);
    expect(ends(create(percentile({ keep: 75 })), others, [2.5])).toBe(false);
  });

  test('wait for trials, steps and intervals', () => {
    expect(ends(create(median()), others.slice(1), [9])).toBe(false);
    expect(ends(create(median({ warmupSteps: 1 })), others, [9])).toBe(false);
    expect(ends(create(median({ warmupSteps: 1 })), others, [9, 9])).toBe(true);
    expect(ends(create(median({ intervalSteps: 2 })), others, [9, 9])).toBe(false);
    expect(ends(create(median({ leastTrials: 6 })), others, [9])).toBe(false);
  });

  test('a trial of nothing but NaN is ended', () => {
    expect(ends(create(median()), others, [Number.NaN])).toBe(true);
  });

  test('quantiles are linear between the values, as in NumPy', () => {
    expect(quantileOf([4, Number.NaN, 1, 2], 0.25)).toBe(1.5);
    expect(quantileOf([Number.NaN], 0.5)).toBeNaN();
  });
});

test('threshold', () => {
  const pruner = create(threshold({ atMost: 3, warmupSteps: 1 }));
  expect([[9], [1, 2], [1, 9], [1, Number.NaN]].map((own) => ends(pruner, [], own))).toEqual([
    false,
    false,
    true,
    true,
  ]);
  expect(ends(create(threshold({ metric: 'other', atMost: 1 })), [], [9])).toBe(false);
});

test('patient', () => {
  const own = [3, 2, 2.1, 2.2];
  expect(ends(create(patient(null, { patience: 1 })), [], own)).toBe(true);
  expect(ends(create(patient(null, { patience: 2 })), [], own)).toBe(false);
  expect(ends(create(patient(null, { patience: 1, by: 0.5 })), [], own)).toBe(false);
  const good = [[1], [1], [1], [1], [1]].map(([value]) => own.map(() => value! + 8));
  expect(ends(create(patient(median(), { patience: 1 })), good, own)).toBe(false);
  expect(
    ends(
      create(patient(median(), { patience: 1 })),
      good.map((values) => values.map((v) => v - 8)),
      own,
    ),
  ).toBe(true);
});

describe('successive halving', () => {
  const others = [1, 2, 3, 4, 5, 6, 7].map((value) => [value, value, value, value]);

  test('keeps the best 1/eta at each rung, and asks nowhere else', () => {
    const make = () => create(successiveHalving({ leastSteps: 2, eta: 4 }));
    expect(ends(make(), others, [9])).toBe(false); // no rung
    expect(ends(make(), others, [9, 1.5])).toBe(false);
    expect(ends(make(), others, [9, 2.5])).toBe(true);
    expect(ends(make(), others, [9, 9, 9])).toBe(false);
    expect(ends(make(), [], [9, 9])).toBe(false); // the first one is the best
    expect(ends(create(successiveHalving({ bootstrap: 9 })), others, [9])).toBe(false);
    expect(ends(create(successiveHalving()), others, [Number.NaN])).toBe(true);
  });

  test('unless given, the first rung is a ninth of the longest complete trial; before one is complete nobody is judged', () => {
    expect([1, 4, 14, 27, 50].map(firstRungOf)).toEqual([1, 1, 2, 3, 6]);
    const long = [1, 2, 3].map((value) => new Array<number>(18).fill(value));
    const pruner = () => create(successiveHalving());
    expect(ends(pruner(), long, [9])).toBe(false);
    expect(ends(pruner(), long, [9, 9])).toBe(true);
    expect(ends(pruner(), long, [9, 0])).toBe(false);
    expect(ends(pruner(), [...long, [1]], [9])).toBe(false); // the longest one counts
    expect(ends(create(successiveHalving({ leastSteps: 1 })), long, [9])).toBe(true);

    const log = new TrialLog();
    log.propose({});
    log.record(0, { state: 'paused', values: [1], curve: curve(1, 1) });
    const request = { objectives: [minimize('score')], trial: 1, curve: curve(9, 9) };
    expect(pruner().prune({ ...request, view: viewOf(log, 1, 1) })).toBe(false);
    expect(create(successiveHalving({ leastSteps: 1 })).prune({ ...request, view: viewOf(log, 1, 1) })).toBe(false);
    expect(create(successiveHalving({ leastSteps: 2 })).prune({ ...request, view: viewOf(log, 1, 1) })).toBe(true);
  });

  test('a metric that is not there at every step is an error, not a verdict', () => {
    expect(codeOf(() => ends(create(successiveHalving()), [], [1], minimize('other')))).toBe('CONFIG_INVALID');
  });

  test('of several objectives a front is kept', () => {
    const log = new TrialLog();
    const points = [
      [0, 9],
      [9, 0],
      [8, 8],
      [9, 9],
      [7, 9],
      [9, 7],
      [9, 8],
    ];
    const step = ([a = 0, b = 0]: number[]): Metric[] => [{ step: 1, values: { a, b } }];
    points.forEach((values, slot) => {
      log.propose({});
      log.record(slot, { state: 'complete', values, curve: step(values) });
    });
    const pruner = create(successiveHalving({ eta: 2 }));
    const objectives = [minimize('a'), minimize('b')];
    const ended = (own: number[]) => pruner.prune({ objectives, view: viewOf(log, 7, 1), trial: 7, curve: step(own) });
    expect(
      [
        [4, 4],
        [5, 5],
        [9, 9.5],
      ].map(ended),
    ).toEqual([false, false, true]);
  });

  test('rungOrder and isPromoted', () => {
    expect(rungOrder([[3], [1], [Number.NaN], [1]])).toEqual([1, 3, 0, 2]);
    expect(
      rungOrder([
        [2, 2],
        [0, 3],
        [1, 1],
        [3, 0],
      ]),
    ).toEqual([1, 3, 2, 0]);
    expect(bestShare([[3], [1], [2], [0]], 2)).toEqual([3, 1]);
    expect(bestShare([[3], [1]], 3)).toEqual([]);
    // a front goes on as a whole, however small the share; who is dominated needs a place in it
    const front = [0, 1, 2, 3].map((x) => [x, 3 - x]);
    expect(bestShare([...front, [3, 3]], 4).sort()).toEqual([0, 1, 2, 3]);
    expect(isPromoted([...front, [3, 3]], 4, 4)).toBe(false);
    expect(isPromoted([...front, [3, 3]], 1, 4)).toBe(true);
    expect(isPromoted([[1], [1], [2], [3]], 1, 4)).toBe(true);
    expect(isPromoted([[1], [1], [2], [3]], 2, 4)).toBe(false);
  });

  test('brackets are those of Optuna, and trials are spread over them', () => {
    expect(bracketsOf(3, 1, 9)).toEqual([9, 5, 3]);
    const brackets = bracketsOf(3, 1, 27);
    const counts = new Array<number>(brackets.length).fill(0);
    for (let trial = 0; trial < 3000; trial++) counts[bracketOf(trial, brackets)]!++;
    const total = brackets.reduce((sum, share) => sum + share, 0);
    counts.forEach((count, i) => {
      const share = brackets[i]! / total;
      // five standard deviations of a binomial count
      expect(Math.abs(count - 3000 * share)).toBeLessThan(5 * Math.sqrt(3000 * share * (1 - share)));
    });
  });
});

describe('wilcoxon', () => {
  test('signedRank agrees with SciPy 1.17', () => {
    const six = [2.064052, 0.700157, 1.278738, 2.540893, 2.167558, -0.677278];
    expect(signedRank(six)).toBeCloseTo(0.03125, 12);
    const many = Array.from({ length: 80 }, (_, i) => (i + 1) * (i % 3 === 0 ? -1 : 1));
    expect(signedRank(many)).toBeCloseTo(0.004832399827163464, 12);
  });

  property.prop([fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 9 })])(
    'its tail is that of all choices of signs, counted out',
    (differences) => {
      const sizes = differences.map(Math.abs);
      const rank = (i: number) => {
        const below = sizes.filter((size) => size < sizes[i]!).length;
        const equal = sizes.filter((size) => size === sizes[i]!).length;
        return below + (equal + 1) / 2;
      };
      const moving = differences.flatMap((d, i) => (d === 0 ? [] : [i]));
      const observed = moving.reduce((sum, i) => sum + (differences[i]! > 0 ? rank(i) : 0), 0);
      let tail = 0;
      for (let choice = 0; choice < 2 ** moving.length; choice++) {
        const sum = moving.reduce((total, i, k) => total + ((choice >> k) & 1) * rank(i), 0);
        if (sum >= observed - 1e-9) tail++;
      }
      expect(signedRank(differences)).toBeCloseTo(tail / 2 ** moving.length, 12);
    },
  );

  test('ends what is worse fold by fold, and not what has the better mean', () => {
    const best = [[1, 2, 3, 4, 5, 6]];
    expect(ends(create(wilcoxon()), best, [2, 3, 4, 5, 6, 7.5])).toBe(true);
    expect(ends(create(wilcoxon()), best, [2])).toBe(false);
    expect(ends(create(wilcoxon()), best, [0.5, 2, 3.1, 4])).toBe(false);
    expect(ends(create(wilcoxon()), [], [9, 9, 9, 9, 9])).toBe(false);
    expect(ends(create(wilcoxon()), best, [2, 3, Number.NaN, 5, 6, 7])).toBe(false);
    expect(ends(create(wilcoxon()), best, [0, 1, 2, 3, 4, 4.5], maximize('score'))).toBe(true);
  });
});

test('pruners for one objective say so', () => {
  const view = viewOf(new TrialLog(), 0, 1);
  const request = { objectives: [minimize('a'), minimize('b')], view, trial: 0, curve: curve(1) };
  for (const provider of [median(), wilcoxon(), patient(null, { patience: 1 })])
    expect(codeOf(() => create(provider).prune(request))).toBe('CONFIG_INVALID');
});

test('bad options are refused', () => {
  expect(codeOf(() => median({ warmupSteps: -1 }))).toBe('CONFIG_INVALID');
  expect(codeOf(() => percentile({ keep: 101 }))).toBe('CONFIG_INVALID');
  expect(codeOf(() => threshold({}))).toBe('CONFIG_INVALID');
  expect(codeOf(() => threshold({ atLeast: 2, atMost: 1 }))).toBe('CONFIG_INVALID');
  expect(codeOf(() => patient(null, {} as never))).toBe('CONFIG_INVALID');
  expect(codeOf(() => successiveHalving({ eta: 1 }))).toBe('CONFIG_INVALID');
  expect(codeOf(() => hyperband({ mostSteps: 2, leastSteps: 3 }))).toBe('CONFIG_INVALID');
  expect(codeOf(() => wilcoxon({ p: 0 }))).toBe('CONFIG_INVALID');
  expect(codeOf(() => ashaPromote(randomSearch(), {} as never))).toBe('CONFIG_INVALID');
  expect(codeOf(() => ashaPromote(randomSearch(), { mostSteps: 2, leastSteps: 3 }))).toBe('CONFIG_INVALID');
  expect(codeOf(() => patient(randomSearch() as never, { patience: 1 }))).toBe('CONFIG_INVALID');
});

describe('ashaPromote', () => {
  const make = (): Searcher => create(ashaPromote(randomSearch(), { mostSteps: 9 })); // pauses after 1 and 3 steps
  searcherLaws('ashaPromote', make);
  determinismLaws('ashaPromote', () => ({ searcher: create(ashaPromote(randomSearch(), { mostSteps: 3, eta: 2 })) }));

  test('promotes the best third of a rung, further each time, and each trial once', () => {
    const steps = new Map<number, number>();
    const resumed: number[] = [];
    const options = {
      space: { a: choice(...(Array.from({ length: 27 }, (_, i) => i) as [number])) },
      searcher: make(),
      objectives: [minimize('score')] as const,
      trials: 27,
      rng: Rng.root(3),
    };
    searchTrials(options as never, ({ number, params }) =>
      Array.from({ length: 9 }, (_, i) => ({ step: i + 1, values: { score: (params['a'] as number) + number / 100 } })),
    ).subscribe((event) => {
      if (event.type === 'trial/metric') steps.set(event.trial, event.step);
      if (event.type === 'trial/resumed') resumed.push(event.trial);
    });
    const counts = [1, 3, 9].map((least) => [...steps.values()].filter((step) => step >= least).length);
    expect(counts).toEqual([27, 9, 3]);
    expect(resumed.length).toBe(9 + 3);
  });
});
