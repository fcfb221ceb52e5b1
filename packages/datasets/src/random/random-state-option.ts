/**
 * The option `randomState` that every random part of this package takes, and how the options of a part are checked.
 *
 * Not a place for options of one part alone. Invariant: with the option the numbers are NumPy's for that seed, whatever
 * the run; without it the run's own seed decides.
 */
import type { Rng } from '@tangentlab/core';
import { listOf, show } from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import { RandomState } from './numpy-random.js';

const MESSAGE = 'must be an integer in 0..4294967295, or left out so that the seed of the run decides';

/** The schema of `randomState`. */
export const randomStateOption = z.int(MESSAGE).min(0, MESSAGE).max(0xffffffff, MESSAGE).optional();

/** A schema of options that refuses an unknown name and answers it with the known ones. */
export function optionsSchema<S extends z.ZodRawShape>(shape: S) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `no option named ${issue.keys.map(show).join(', ')}; known: ${listOf(Object.keys(shape))}`
        : 'must be an object of options',
  });
}

/** The random state for an option: NumPy's own for a given integer, else one seeded from the path of `rng`. */
export function randomStateFor(option: number | undefined, rng: Rng): RandomState {
  return new RandomState(option ?? rng.seed32());
}
