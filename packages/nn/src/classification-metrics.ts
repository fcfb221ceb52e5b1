/**
 * Loss, accuracy and F1 of a classifier, from its logits, in f64.
 */

/** What a classifier achieves on a table. */
export interface ClassificationMetrics {
  /** Mean softmax cross-entropy, in nats. */
  readonly loss: number;
  /** Share of samples whose largest logit is that of their class; the first of equal ones counts. */
  readonly accuracy: number;
  /** Two classes: F1 of class 1. More: the unweighted mean of the F1 of all classes that occur or are predicted (macro). */
  readonly f1: number;
}

/**
 * Loss, accuracy and F1.
 *
 * *Shapes*: logits samples x classes, row-major; labels samples. *Cost*: O(samples x classes). NaN for an
 * empty table; a row with a NaN logit predicts no class. *Source*: scikit-learn's `f1_score` with its default labels.
 */
export function classificationMetrics(
  logits: Float64Array,
  labels: Int32Array,
  classes: number,
): ClassificationMetrics {
  const samples = labels.length;
  const predicted = new Int32Array(classes);
  const present = new Int32Array(classes);
  const hit = new Int32Array(classes);
  let loss = 0;
  for (let i = 0; i < samples; i++) {
    const z = logits.subarray(i * classes, (i + 1) * classes);
    const label = labels[i]!;
    const guess = largest(z);
    loss += guess < 0 ? Number.NaN : logSumExp(z, z[guess]!) - z[label]!;
    if (guess >= 0) predicted[guess]!++;
    present[label]!++;
    if (guess === label) hit[label]!++;
  }
  const f1 = Array.from(hit, (hits, c) => (hits === 0 ? 0 : (2 * hits) / (predicted[c]! + present[c]!)));
  const seen = f1.filter((_, c) => predicted[c]! + present[c]! > 0);
  const hits = hit.reduce((a, b) => a + b, 0);
  return {
    loss: loss / samples,
    accuracy: hits / samples,
    f1: classes === 2 ? f1[1]! : seen.reduce((a, b) => a + b, 0) / seen.length,
  };
}

/** The index of the first of the largest values; -1 if one is NaN. */
function largest(z: Float64Array): number {
  let at = 0;
  for (let j = 0; j < z.length; j++) {
    if (Number.isNaN(z[j]!)) return -1;
    if (z[j]! > z[at]!) at = j;
  }
  return at;
}

/** log sum exp z, shifted by the largest so that nothing overflows. */
function logSumExp(z: Float64Array, top: number): number {
  let sum = 0;
  for (const value of z) sum += Math.exp(value - top);
  return top + Math.log(sum);
}
