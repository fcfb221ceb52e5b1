/**
 * What the analyzers of this package have in common: their schedule, and the samples that they look at.
 */
import type { Every } from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import type { Samples } from '@tangentlab/tensor';

/** What every analyzer takes. */
export interface AnalyzerOptions {
  /** After the last epoch of a trial (unless given), after every epoch, or after every n-th one. */
  readonly every?: Every;
  /** Only the first so many training samples; all unless given. */
  readonly samples?: number;
}

/** The shape of these options. */
export const ANALYZER_SHAPE = {
  every: z.union([z.literal('trial'), z.literal('epoch'), z.number().int().min(1)]).default('trial'),
  samples: z.number().int().min(1).optional(),
};

/** The samples that are looked at, n x features. */
export function lookedAt(
  table: Samples,
  samples: number | undefined,
): { readonly x: Float64Array; readonly n: number } {
  const n = Math.min(samples ?? table.samples, table.samples);
  return { x: table.x.subarray(0, n * table.features), n };
}
