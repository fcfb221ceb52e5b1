/**
 * Distributions from records of unknown origin: a file, a message, JavaScript. Everything is built anew by the factories,
 * so that what comes out keeps their promises.
 */
import {
  type AnyDistribution,
  choice,
  type LabelledDistribution,
  type ListDistribution,
  rangeOf,
  type Scalar,
  type VariantDistribution,
  type WhenEntry,
} from './distribution.js';
import { isDistribution, isWhen } from './is-distribution.js';
import { labelled } from './labelled.js';
import { list } from './list.js';
import { variant } from './variant.js';
import { when } from './when.js';

/**
 * The distribution that a record of unknown origin describes; undefined if it describes none.
 *
 * @throws ConfigError SPACE_INVALID when it has the form of a distribution but values that are not allowed.
 */
export function distributionOf(value: unknown): AnyDistribution | undefined {
  if (!isDistribution(value)) return undefined;
  switch (value.kind) {
    case 'choice':
      return Array.isArray(value.choices) ? choice(...(value.choices as unknown as [Scalar])) : undefined;
    case 'float':
    case 'int':
      return rangeOf(value);
    case 'labelled':
      return labelled((value as LabelledDistribution).values);
    case 'list': {
      const { of, min, max } = value as ListDistribution;
      return list(distributionOf(of) as never, { min, max });
    }
    case 'variant':
      return variant(rebuilt((value as VariantDistribution).branches) as never);
  }
}

/** The distribution or the conditional parameter that a record describes; undefined if it describes neither. */
export function entryOf(value: unknown): AnyDistribution | WhenEntry | undefined {
  if (!isWhen(value)) return distributionOf(value);
  return when(value.parent, value.equals, distributionOf(value.distribution) as never);
}

/** What is no record of records stays as it is, for the factory to complain about. */
function rebuilt(branches: unknown): unknown {
  if (typeof branches !== 'object' || branches === null) return branches;
  const isShape = (shape: unknown): shape is object => typeof shape === 'object' && shape !== null;
  return Object.fromEntries(
    Object.entries(branches).map(([branch, shape]) => [
      branch,
      isShape(shape) && !Array.isArray(shape)
        ? Object.fromEntries(Object.entries(shape).map(([name, entry]) => [name, entryOf(entry)]))
        : shape,
    ]),
  );
}
