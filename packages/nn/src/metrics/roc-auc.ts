/**
 * The area under the ROC curve: how often a sample that has a class scores higher for it than one that has not.
 */

/**
 * The area under the ROC curve of one score; ties count half.
 *
 * NaN unless there are samples of both kinds. *Cost*: O(n log n). *Source*: the Mann-Whitney statistic; scikit-learn's
 * `roc_auc_score`.
 *
 * @example
 * rocAuc(Float64Array.of(0.1, 0.4, 0.4, 0.8), [false, false, true, true]) // => 0.875
 */
export function rocAuc(scores: Float64Array, positive: readonly boolean[]): number {
  const order = Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]!);
  const positives = positive.filter(Boolean).length;
  const negatives = scores.length - positives;
  if (positives === 0 || negatives === 0 || scores.some(Number.isNaN)) return Number.NaN;
  let ranks = 0; // of the positives, from 1, equal scores sharing their mean
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && scores[order[to]!] === scores[order[from]!]) to++;
    for (let i = from; i < to; i++) if (positive[order[i]!]) ranks += (from + 1 + to) / 2;
    from = to;
  }
  return (ranks - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/**
 * The area under the ROC curve of a classifier.
 *
 * Two classes: of class 1, scored by the difference of the logits. More: the mean over the classes, each against all
 * others, scored by softmax; a class that no sample or every sample has is left out. NaN if none is left. *Shapes*:
 * logits samples x classes. *Cost*: O(classes n log n). *Source*: scikit-learn's `roc_auc_score`, `multi_class='ovr'`.
 *
 * @example
 * classAuc(Float64Array.of(0, 1, 2, 0), Int32Array.of(1, 0), 2) // => 1
 */
export function classAuc(logits: Float64Array, labels: Int32Array, classes: number): number {
  const samples = labels.length;
  if (classes === 2) {
    const scores = Float64Array.from({ length: samples }, (_, i) => logits[2 * i + 1]! - logits[2 * i]!);
    return rocAuc(
      scores,
      Array.from(labels, (label) => label === 1),
    );
  }
  const areas: number[] = [];
  for (let c = 0; c < classes; c++) {
    const positive = Array.from(labels, (label) => label === c);
    if (!positive.includes(true) || !positive.includes(false)) continue;
    const scores = Float64Array.from({ length: samples }, (_, i) =>
      share(logits.subarray(i * classes, (i + 1) * classes), c),
    );
    areas.push(rocAuc(scores, positive));
  }
  return areas.length === 0 ? Number.NaN : areas.reduce((a, b) => a + b, 0) / areas.length;
}

/** softmax(z)_c, shifted so that nothing overflows. */
function share(z: Float64Array, c: number): number {
  const top = z.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return Math.exp(z[c]! - top) / z.reduce((sum, value) => sum + Math.exp(value - top), 0);
}
