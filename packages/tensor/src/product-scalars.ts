/**
 * The scalars of a product of matrices, checked before work starts.
 */
import { TrialError } from '@tangentlab/core';

/** Throws NUMERIC_NOT_FINITE unless every scalar is finite. */
export function checkScalars(where: string, scalars: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(scalars)) {
    if (Number.isFinite(value)) continue;
    throw new TrialError('NUMERIC_NOT_FINITE', {
      where,
      expected: `"${name}" must be finite`,
      got: String(value),
      todo: 'look at what produced it',
    });
  }
}
