/**
 * Whether a value claims to be a distribution. A first look only: what it holds is checked when a space is made of it.
 */
import type { AnyDistribution, WhenEntry } from './distribution.js';

const KINDS: ReadonlySet<unknown> = new Set(['choice', 'float', 'int', 'labelled', 'list', 'variant']);

/** True of a record with a kind of distribution. */
export function isDistribution(value: unknown): value is AnyDistribution {
  return KINDS.has((value as { kind?: unknown } | null | undefined)?.kind);
}

/** True of a record that says of what kind `when` it is. */
export function isWhen(value: unknown): value is WhenEntry {
  return (value as { kind?: unknown } | null | undefined)?.kind === 'when';
}
