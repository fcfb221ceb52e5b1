/** Scores beside scikit-learn's, classes that never occur, are never predicted or tie included. */
import { readFileSync } from 'node:fs';
import {
  classAuc,
  classificationMetrics,
  confusionMatrix,
  predictedClasses,
  regressionMetrics,
  scoresOf,
} from '@tangentlab/nn';

type Scores = { readonly precision: number; readonly recall: number; readonly f1: number };
interface Classification {
  readonly name: string;
  readonly classes: number;
  readonly labels: number[];
  readonly logits: number[][];
  readonly predicted: number[];
  readonly accuracy: number;
  readonly logLoss: number;
  readonly confusion: number[][];
  readonly binary?: Scores | null;
  readonly macro: Scores;
  readonly micro: Scores;
  readonly rocAuc: { readonly value: number | null };
  readonly rocAucPerClass: { readonly value: number | null }[];
}
interface Regression {
  readonly name: string;
  readonly outputs: number;
  readonly targets: number[][];
  readonly predicted: number[][];
  readonly r2: { readonly value: number | null };
  readonly meanSquaredError: number;
}
const { classification, regression } = JSON.parse(
  readFileSync(new URL('../../fixtures/metrics.json', import.meta.url), 'utf8'),
) as { readonly classification: readonly Classification[]; readonly regression: readonly Regression[] };

test.each(classification.map((given) => [given.name, given] as const))('%s', (_, given) => {
  const [logits, labels] = [Float64Array.from(given.logits.flat()), Int32Array.from(given.labels)];
  const { classes } = given;
  expect([...predictedClasses(logits, classes)]).toEqual(given.predicted);
  const confusion = confusionMatrix(logits, labels, classes);
  expect([...confusion.counts]).toEqual(given.confusion.flat());
  const scores = scoresOf(confusion);
  expect(scores.accuracy).toBeCloseTo(given.accuracy, 14);
  expect(classificationMetrics(logits, labels, classes).loss).toBeCloseTo(given.logLoss, 13);
  for (const kind of ['precision', 'recall', 'f1'] as const) {
    expect(scores[kind].macro).toBeCloseTo(given.macro[kind], 14);
    expect(scores[kind].micro).toBeCloseTo(given.micro[kind], 14);
    if (given.binary) expect(scores[kind].plain).toBeCloseTo(given.binary[kind], 14);
  }
  // scikit-learn has no area where a class is absent; ours is then the mean over those that occur
  const defined = given.rocAucPerClass.map(({ value }) => value).filter((value) => value !== null);
  const mean = defined.reduce((a, b) => a + b, 0) / defined.length;
  const wanted = given.rocAuc.value ?? (classes === 2 || defined.length === 0 ? Number.NaN : mean);
  const area = classAuc(logits, labels, classes);
  if (Number.isNaN(wanted)) expect(area).toBeNaN();
  else expect(area).toBeCloseTo(wanted, 13);
});

test.each(regression.map((given) => [given.name, given] as const))('%s', (_, given) => {
  const z = Float64Array.from(given.predicted.flat());
  const { r2, rmse } = regressionMetrics(z, Float64Array.from(given.targets.flat()), given.outputs);
  if (given.r2.value === null) expect(r2).toBeNaN();
  else expect(r2).toBeCloseTo(given.r2.value, 13);
  expect(rmse ** 2).toBeCloseTo(given.meanSquaredError, 14);
});
