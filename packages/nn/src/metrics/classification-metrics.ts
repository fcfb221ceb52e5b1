/**
 * Loss, accuracy and F1 of a classifier, from its logits, in f64.
 */
import { lossOf, oneHot } from '@tangentlab/tensor';
import { confusionMatrix, scoresOf } from './confusion-matrix.js';
import { meanLoss } from './mean-loss.js';

/** What a classifier achieves on a table. */
export interface ClassificationMetrics {
  /** Mean softmax cross-entropy, in nats. */
  readonly loss: number;
  /** Share of samples whose largest logit is that of their class; the first of equal ones counts. */
  readonly accuracy: number;
  /** Two classes: F1 of class 1. More: the unweighted mean of the F1 of all classes that occur or are predicted (macro). */
  readonly f1: number;
}

const CROSS_ENTROPY = lossOf({ name: 'softmaxCrossEntropy', targets: 'classes' });

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
  const { accuracy, f1 } = scoresOf(confusionMatrix(logits, labels, classes));
  return { loss: meanLoss(CROSS_ENTROPY, logits, oneHot(labels, classes), classes), accuracy, f1: f1.plain };
}
