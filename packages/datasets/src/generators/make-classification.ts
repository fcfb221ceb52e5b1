/**
 * The source `makeClassification`: a random classification problem of known difficulty, with scikit-learn's numbers.
 *
 * The options live in classification-options.ts, the algorithm in classification-table.ts; this file only joins them.
 * Invariant: nothing is drawn before the source is opened, and each opening gives the same table.
 */
import { defineSource, type Source } from '@tangentlab/core';
import type { Table } from '@tangentlab/tensor';
import { defer, of } from 'rxjs';
import { randomStateFor } from '../random/random-state-option.js';
import { type ClassificationOptions, classificationPlan } from './classification-options.js';
import { classificationTable } from './classification-table.js';

/**
 * A random classification problem: Gaussian clusters at the corners of a hypercube, with redundant, repeated and noise
 * columns and flipped labels.
 *
 * *Shapes*: x is samples x features. *Cost*: O(samples x features x informative), when opened.
 * *Determinism*: with `randomState`, scikit-learn's own numbers to 1e-12; without, MT19937 seeded from the path of the
 * source, so that the seed of the run decides.
 * *Source*: Guyon 2003, "Design of experiments for the NIPS 2003 variable selection benchmark"; scikit-learn 1.9.1,
 * `make_classification`, with one departure: weights that sum to more than 1 are refused.
 *
 * @throws ConfigError CONFIG_INVALID for an unknown option, or for options that do not fit, alone or together.
 * @example
 * makeClassification({ samples: 1000, randomState: 42 }).steps.map((step) => step.name) // => ['makeClassification']
 */
export function makeClassification(options: ClassificationOptions = {}): Source<Table> {
  const plan = classificationPlan(options);
  return defineSource<Table>({
    name: 'makeClassification',
    // what the user wrote, without the defaults: graphs stay readable
    config: { ...options },
    open: ({ rng }) => defer(() => of(classificationTable(plan, randomStateFor(plan.randomState, rng)))),
  });
}
