/**
 * The confusion matrix of a classifier, and the scores that are sums over it: accuracy, precision, recall, F1. The
 * conventions are scikit-learn's, with 0 where a score would divide by 0.
 */

/** Which class was taken for which: entry (c, d), row-major, counts samples of class c for which d was predicted. */
export interface ConfusionMatrix {
  readonly classes: number;
  readonly counts: Int32Array;
  /** All samples, those included that got no prediction. */
  readonly samples: number;
}

/** Scores of one kind: of class 1, and the means over the classes. */
export interface ClassScores {
  /** Two classes: of class 1. More: as `macro`. */
  readonly plain: number;
  /** The unweighted mean over the classes that occur or are predicted. */
  readonly macro: number;
  /** From the sums over all classes. */
  readonly micro: number;
}

/** What a confusion matrix says. */
export interface ConfusionScores {
  /** Share of the samples whose class was predicted. */
  readonly accuracy: number;
  /** Of those predicted as a class, the share that has it. */
  readonly precision: ClassScores;
  /** Of those that have a class, the share that is predicted as it. */
  readonly recall: ClassScores;
  /** Harmonic mean of precision and recall, 2 TP / (2 TP + FP + FN). */
  readonly f1: ClassScores;
}

/**
 * The class of the largest logit of every row, the first of equal ones; -1 for a row with NaN.
 *
 * @example
 * predictedClasses(Float64Array.of(0, 2, 3, 3), 2) // => Int32Array.of(1, 0)
 */
export function predictedClasses(logits: Float64Array, classes: number): Int32Array {
  const predicted = new Int32Array(logits.length / classes);
  for (let i = 0; i < predicted.length; i++) {
    let at = 0;
    for (let j = 0; j < classes && at >= 0; j++) {
      const z = logits[i * classes + j]!;
      if (Number.isNaN(z)) at = -1;
      else if (z > logits[i * classes + at]!) at = j;
    }
    predicted[i] = at;
  }
  return predicted;
}

/**
 * Counts who was taken for whom.
 *
 * *Shapes*: logits samples x classes, row-major; labels samples. *Cost*: O(samples x classes).
 *
 * @example
 * confusionMatrix(Float64Array.of(0, 1, 0, 1), Int32Array.of(1, 0), 2).counts // => Int32Array.of(0, 1, 0, 1)
 */
export function confusionMatrix(logits: Float64Array, labels: Int32Array, classes: number): ConfusionMatrix {
  const counts = new Int32Array(classes * classes);
  const predicted = predictedClasses(logits, classes);
  for (let i = 0; i < predicted.length; i++) {
    const guess = predicted[i]!;
    if (guess >= 0) counts[labels[i]! * classes + guess]!++;
  }
  return { classes, counts, samples: labels.length };
}

/**
 * Accuracy, precision, recall and F1.
 *
 * *Cost*: O(classes^2). NaN for no samples. *Source*: scikit-learn's `precision_recall_fscore_support` with
 * `zero_division=0` and its default labels.
 */
export function scoresOf({ classes, counts, samples }: ConfusionMatrix): ConfusionScores {
  const hit = new Float64Array(classes);
  const predicted = new Float64Array(classes);
  const present = new Float64Array(classes);
  for (let c = 0; c < classes; c++) {
    hit[c] = counts[c * classes + c]!;
    for (let d = 0; d < classes; d++) {
      present[c]! += counts[c * classes + d]!;
      predicted[d]! += counts[c * classes + d]!;
    }
  }
  const hits = sum(hit);
  // samples without a prediction have a class all the same
  const missing = samples - sum(present);
  const score = (of: (c: number) => number, micro: number): ClassScores => {
    const seen = Array.from(hit.keys()).filter((c) => predicted[c]! + present[c]! > 0);
    const macro = seen.reduce((total, c) => total + of(c), 0) / seen.length;
    return { plain: classes === 2 ? of(1) : macro, macro, micro };
  };
  const guessed = sum(predicted);
  return {
    accuracy: hits / samples,
    precision: score((c) => share(hit[c]!, predicted[c]!), share(hits, guessed)),
    recall: score((c) => share(hit[c]!, present[c]!), share(hits, samples)),
    f1: score((c) => share(2 * hit[c]!, predicted[c]! + present[c]!), share(2 * hits, 2 * guessed + missing)),
  };
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function sum(values: Float64Array): number {
  return values.reduce((a, b) => a + b, 0);
}
