/**
 * The source `makeCircles`: a circle inside a larger one, with scikit-learn's numbers.
 *
 * Not separable by a line. Invariant: nothing is drawn before the source is opened, and each opening gives the same table.
 */
import { defineSource, parseConfig, type Source } from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import type { Table } from '@tangentlab/tensor';
import { defer, of } from 'rxjs';
import { optionsSchema, randomStateFor, randomStateOption } from '../random/random-state-option.js';
import { deviationOption, flagOption, outerAndInner, samplesOfTwo } from './option-schemas.js';
import { evenly, type Point, twoCurves } from './two-curves.js';

/** What makeCircles draws; every option may be left out. */
export interface CirclesOptions {
  /** Rows in all, or the rows of the outer and of the inner circle. *Range*: 1 and up in all; 100 by default. */
  readonly samples?: number | readonly [number, number];
  /** The radius of the inner circle; the outer one has radius 1. *Range*: [0, 1); 0.8 by default. */
  readonly factor?: number;
  /** The standard deviation of normal noise on both coordinates. *Range*: 0 and up; 0 by default. */
  readonly noise?: number;
  /** Rows in random order, or, if false, circle by circle; true by default. */
  readonly shuffle?: boolean;
  /** NumPy's seed, for scikit-learn's own numbers. *Range*: an integer in 0..2^32-1; the run's seed decides by default. */
  readonly randomState?: number;
}

const FACTOR = 'must be a number in [0, 1)';

const schema = optionsSchema({
  samples: samplesOfTwo,
  factor: z.number(FACTOR).min(0, FACTOR).lt(1, FACTOR).default(0.8),
  noise: deviationOption.default(0),
  shuffle: flagOption.default(true),
  randomState: randomStateOption,
});

/**
 * Two circles about the origin: class 0 of radius 1, class 1 of radius `factor`.
 *
 * *Shapes*: x is samples x 2. *Cost*: O(samples), when opened. *Determinism*: with `randomState`, scikit-learn's own
 * numbers to 1e-12; without, MT19937 seeded from the path of the source, so that the seed of the run decides.
 * *Source*: scikit-learn 1.9.1, `make_circles`.
 *
 * @throws ConfigError CONFIG_INVALID for an unknown option or a value out of range.
 * @example
 * makeCircles({ samples: 200, factor: 0.5 }).steps.map((step) => step.name) // => ['makeCircles']
 */
export function makeCircles(options: CirclesOptions = {}): Source<Table> {
  const plan = parseConfig('makeCircles', schema, options);
  const [outer, inner] = outerAndInner(plan.samples);
  return defineSource<Table>({
    name: 'makeCircles',
    config: { ...options },
    open: ({ rng }) =>
      defer(() =>
        of(twoCurves(circle(outer, 1), circle(inner, plan.factor), plan, randomStateFor(plan.randomState, rng))),
      ),
  });
}

function circle(count: number, radius: number): readonly Point[] {
  return evenly(count, 2 * Math.PI, false).map((angle) => [Math.cos(angle) * radius, Math.sin(angle) * radius]);
}
