import { fc, test as property } from '@fast-check/jest';
import {
  classAuc,
  classificationMetrics,
  confusionMatrix,
  predictedClasses,
  regressionMetrics,
  rocAuc,
  scoresOf,
  targetsOf,
} from '@tangentlab/nn';
import { oneHot } from '@tangentlab/tensor';

/** Ten samples of four classes, the last of which never occurs; scikit-learn 1.9.1 on these numbers. */
const LOGITS = Float64Array.of(
  ...[4.1, -5.1, 0.8, -1.1, -0.9, -0.4, -4.0, -0.5, -1.7, 6.6, 0.5, -0.7, -0.6, -1.3, -2.1, -0.8, 1.0, -0.5, 1.9, -0.4],
  ...[0.0, 3.1, 1.1, -1.0, -0.4, 1.1, 3.9, -0.5, -0.5, 2.0, -1.8, -0.6, 1.8, 1.2, 0.2, 1.3, -5.7, 2.0, -1.9, -3.3],
);
const LABELS = Int32Array.of(0, 0, 1, 1, 2, 2, 2, 0, 1, 2);

describe("scikit-learn's scores", () => {
  const scores = scoresOf(confusionMatrix(LOGITS, LABELS, 4));

  test('predictions and confusion matrix', () => {
    expect([...predictedClasses(LOGITS, 4)]).toEqual([0, 1, 1, 0, 2, 1, 2, 1, 0, 1]);
    const { counts } = confusionMatrix(LOGITS, LABELS, 4);
    expect([...counts]).toEqual([1, 2, 0, 0, 2, 1, 0, 0, 0, 2, 2, 0, 0, 0, 0, 0]);
  });

  test('macro leaves out the class that neither occurs nor is predicted', () => {
    expect(scores.precision.macro).toBeCloseTo(0.5111111111111111, 15);
    expect(scores.recall.macro).toBeCloseTo(0.38888888888888884, 15);
    expect(scores.f1.macro).toBeCloseTo(0.4166666666666667, 15);
    expect(scores.f1.plain).toBe(scores.f1.macro);
  });

  test('micro is accuracy', () => {
    for (const { micro } of [scores.precision, scores.recall, scores.f1]) expect(micro).toBe(0.4);
    expect(scores.accuracy).toBe(0.4);
  });

  test('the area under ROC: of each class against the rest, of those that occur', () => {
    expect(classAuc(LOGITS, LABELS, 4)).toBeCloseTo(0.736111111111111, 15);
  });

  test('the area under ROC of one score, ties counting half', () => {
    const s = [0.1, 0.4, 0.4, 0.4, 0.8, 0.2, 0.1, 0.9];
    const y = Int32Array.of(0, 1, 1, 0, 1, 0, 1, 1);
    expect(classAuc(Float64Array.from(s.flatMap((score) => [0, score])), y, 2)).toBeCloseTo(0.7666666666666667, 15);
  });

  test('R2 and errors; a target that is constant counts 1 where it is met', () => {
    const t = Float64Array.of(1, 2, 3, 2, 2, 2, 5, 2);
    const z = Float64Array.of(1.5, 2, 2, 2, 2.5, 2, 4, 2);
    expect(regressionMetrics(z, t, 2).r2).toBeCloseTo(0.8571428571428572, 15);
    const off = regressionMetrics(
      z.map((value) => value + 0.1),
      t,
      2,
    );
    expect(off.r2).toBeCloseTo(0.3662857142857142, 14);
    expect(off.mae).toBeCloseTo(0.425, 15);
    expect(off.rmse).toBeCloseTo(0.5454356057317858, 15);
  });
});

describe('at the edges', () => {
  test('a class that is never predicted has precision 0, one that never occurs recall 0', () => {
    const { precision, recall, f1 } = scoresOf(confusionMatrix(Float64Array.of(1, 0, 1, 0), Int32Array.of(1, 1), 2));
    expect([precision.plain, recall.plain, f1.plain]).toEqual([0, 0, 0]);
    const never = scoresOf(confusionMatrix(Float64Array.of(0, 1, 0, 1), Int32Array.of(0, 0), 2));
    expect([never.precision.plain, never.recall.plain, never.accuracy]).toEqual([0, 0, 0]);
  });

  test('a row with NaN predicts nothing and counts as missed', () => {
    const confusion = confusionMatrix(Float64Array.of(Number.NaN, 0, 0, 1), Int32Array.of(0, 1), 2);
    expect([...confusion.counts]).toEqual([0, 0, 0, 1]);
    const { accuracy, recall, precision, f1 } = scoresOf(confusion);
    expect([accuracy, recall.micro, precision.micro]).toEqual([0.5, 0.5, 1]);
    expect(f1.micro).toBeCloseTo(2 / 3, 15);
  });

  test('without samples of both kinds there is no area', () => {
    expect(rocAuc(Float64Array.of(1, 2), [true, true])).toBeNaN();
    expect(rocAuc(Float64Array.of(1, Number.NaN), [true, false])).toBeNaN();
    expect(classAuc(Float64Array.of(1, 0, 0), Int32Array.of(0), 3)).toBeNaN();
  });

  test('without rows nothing is defined', () => {
    expect(classificationMetrics(new Float64Array(0), new Int32Array(0), 2)).toMatchObject({
      loss: Number.NaN,
      accuracy: Number.NaN,
    });
    expect(regressionMetrics(new Float64Array(0), new Float64Array(0), 1)).toEqual({
      r2: Number.NaN,
      rmse: Number.NaN,
      mae: Number.NaN,
    });
  });

  test('smoothed classes', () => {
    expect([...oneHot(Int32Array.of(2, 0), 3)]).toEqual([0, 0, 1, 1, 0, 0]);
    for (const [j, share] of oneHot(Int32Array.of(1), 4, 0.2).entries())
      expect(share).toBeCloseTo(j === 1 ? 0.85 : 0.05, 15);
    const table = { x: Float64Array.of(7), targets: Float64Array.of(3), samples: 1, features: 1, outputs: 1 };
    expect(targetsOf(table)).toBe(table);
  });
});

property.prop([fc.array(fc.tuple(fc.integer({ min: -3, max: 3 }), fc.boolean()), { minLength: 2, maxLength: 30 })])(
  'the area under ROC is the share of pairs in the right order',
  (pairs) => {
    const positives = pairs.filter(([, positive]) => positive).map(([score]) => score);
    const negatives = pairs.filter(([, positive]) => !positive).map(([score]) => score);
    fc.pre(positives.length > 0 && negatives.length > 0);
    const wins = positives.flatMap((p) => negatives.map((n) => (p > n ? 1 : p === n ? 0.5 : 0)));
    const share = wins.reduce<number>((a, b) => a + b, 0) / wins.length;
    const scores = Float64Array.from(pairs, ([score]) => score);
    const area = rocAuc(
      scores,
      pairs.map(([, positive]) => positive),
    );
    expect(area).toBeCloseTo(share, 13);
  },
);
