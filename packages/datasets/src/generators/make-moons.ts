/**
 * The source `makeMoons`: two interleaving half circles, with scikit-learn's numbers.
 *
 * Not separable by a line. Invariant: nothing is drawn before the source is opened, and each opening gives the same table.
 */
import { defineSource, parseConfig, type Source } from '@tangentlab/core';
import type { Table } from '@tangentlab/tensor';
import { defer, of } from 'rxjs';
import { optionsSchema, randomStateFor, randomStateOption } from '../random/random-state-option.js';
import { deviationOption, flagOption, outerAndInner, samplesOfTwo } from './option-schemas.js';
import { evenly, type Point, twoCurves } from './two-curves.js';

/** What makeMoons draws; every option may be left out. */
export interface MoonsOptions {
  /** Rows in all, or the rows of the outer and of the inner moon. *Range*: 1 and up in all; 100 by default. */
  readonly samples?: number | readonly [number, number];
  /** The standard deviation of normal noise on both coordinates. *Range*: 0 and up; 0 by default. */
  readonly noise?: number;
  /** Rows in random order, or, if false, moon by moon; true by default. */
  readonly shuffle?: boolean;
  /** NumPy's seed, for scikit-learn's own numbers. *Range*: an integer in 0..2^32-1; the run's seed decides by default. */
  readonly randomState?: number;
}

const schema = optionsSchema({
  samples: samplesOfTwo,
  noise: deviationOption.default(0),
  shuffle: flagOption.default(true),
  randomState: randomStateOption,
});

/**
 * Two interleaving half circles of radius 1: class 0 about (0, 0), class 1 about (1, 0.5).
 *
 * *Shapes*: x is samples x 2. *Cost*: O(samples), when opened. *Determinism*: with `randomState`, scikit-learn's own
 * numbers to 1e-12; without, MT19937 seeded from the path of the source, so that the seed of the run decides.
 * *Source*: scikit-learn 1.9.1, `make_moons`.
 *
 * @throws ConfigError CONFIG_INVALID for an unknown option or a value out of range.
 * @example
 * makeMoons({ samples: 200, noise: 0.1 }).steps.map((step) => step.name) // => ['makeMoons']
 */
export function makeMoons(options: MoonsOptions = {}): Source<Table> {
  const plan = parseConfig('makeMoons', schema, options);
  const [outer, inner] = outerAndInner(plan.samples);
  return defineSource<Table>({
    name: 'makeMoons',
    config: { ...options },
    open: ({ rng }) =>
      defer(() => of(twoCurves(upper(outer), lower(inner), plan, randomStateFor(plan.randomState, rng)))),
  });
}

function upper(count: number): readonly Point[] {
  return evenly(count, Math.PI, true).map((angle) => [Math.cos(angle), Math.sin(angle)]);
}

function lower(count: number): readonly Point[] {
  return evenly(count, Math.PI, true).map((angle) => [1 - Math.cos(angle), 1 - Math.sin(angle) - 0.5]);
}
