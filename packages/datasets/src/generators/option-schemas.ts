/**
 * The schemas of options that several generators share: counts, deviations, and samples given as one number or per part.
 *
 * Not the options of one generator. Invariant: a message says what is allowed, without the name, which its path gives.
 */
import * as z from '@tangentlab/schema';

/** An integer of `least` or more. */
export function countOption(least: number) {
  const message = `must be an integer of ${least} or more`;
  return z.int(message).min(least, message);
}

const DEVIATION = 'must be a number of 0 or more';
/** A standard deviation. */
export const deviationOption = z.number(DEVIATION).min(0, DEVIATION);

/** A finite number. */
export const numberOption = z.number('must be a finite number');

/** True or false. */
export const flagOption = z.boolean('must be true or false');

const PAIR = 'must be an integer of 1 or more, or a pair of integers of 0 or more, not both 0';
const part = z.int(PAIR).min(0, PAIR);
/** All samples, or those of the outer and of the inner curve. */
export const samplesOfTwo = z
  .union([z.int(PAIR).min(1, PAIR), z.tuple([part, part]).refine(([outer, inner]) => outer + inner > 0, PAIR)], PAIR)
  .default(100);

/** How many samples the outer and the inner curve get; the inner one gets the odd sample. */
export function outerAndInner(samples: number | readonly [number, number]): readonly [number, number] {
  return typeof samples === 'number' ? [Math.floor(samples / 2), Math.ceil(samples / 2)] : samples;
}
