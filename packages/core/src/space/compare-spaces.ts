/**
 * How two spaces relate: whether the trials of the one can be gone on with in the other. A study in Optuna's schema
 * cannot change its choices, so a space that only grew goes on in a new run that is linked to the old one.
 */
import type { ChoiceDistribution, Distribution, Scalar } from './distribution.js';
import type { Leaf } from './leaves.js';

/** What became of a space, with the storage names of the leaves concerned, in order. */
export interface SpaceComparison {
  /**
   * `same`: equal leaves, in whatever order. `grown`: choices were only appended, and what is new exists under new
   * choices only, so that every old point is a point still. `different`: anything else.
   */
  readonly relation: 'same' | 'grown' | 'different';
  readonly names: readonly string[];
}

/** What of a space is compared: a Space has it, and so has the header of a run. */
export interface HasLeaves {
  readonly leaves: readonly Leaf[];
}

/**
 * Compares two spaces by their leaves. Constraints are functions, and are not compared.
 *
 * *Cost*: O(leaves + choices).
 *
 * @example
 * compareSpaces(new Space({ act: choice('relu') }), new Space({ act: choice('relu', 'tanh') })) // => { relation: 'grown', names: ['act'] }
 */
export function compareSpaces(before: HasLeaves, after: HasLeaves): SpaceComparison {
  const old = new Map(before.leaves.map((leaf) => [leaf.name, leaf]));
  const current = new Map(after.leaves.map((leaf) => [leaf.name, leaf]));
  const grown: string[] = [];
  const different = before.leaves.filter(({ name }) => !current.has(name)).map(({ name }) => name);
  for (const leaf of after.leaves) {
    const { name } = leaf;
    const was = old.get(name);
    const change = was === undefined ? fromNothing(leaf, old) : changeOf(was, leaf, old);
    if (change === 'grown') grown.push(name);
    if (change === 'different') different.push(name);
  }
  if (different.length > 0) return { relation: 'different', names: different };
  return { relation: grown.length > 0 ? 'grown' : 'same', names: grown };
}

type Change = SpaceComparison['relation'];

/** A new leaf may stand only where no old point reaches. */
function fromNothing({ condition }: Leaf, old: ReadonlyMap<string, Leaf>): Change {
  if (condition === null) return 'different';
  return knownValues(condition.values, old.get(condition.parent)).length === 0 ? 'grown' : 'different';
}

function changeOf(was: Leaf, is: Leaf, old: ReadonlyMap<string, Leaf>): Change {
  const values = changeOfDistribution(was.distribution, is.distribution);
  if (values === 'different' || was.condition?.parent !== is.condition?.parent) return 'different';
  if (was.condition === null || is.condition === null) return values;
  // at the points that there were, it exists as before
  const [then, now] = [was.condition.values, is.condition.values];
  const known = knownValues(now, old.get(is.condition.parent));
  if (known.length !== then.length || !then.every((value) => known.includes(value))) return 'different';
  return now.length > known.length ? 'grown' : values;
}

function changeOfDistribution(was: Distribution, is: Distribution): Change {
  if (was.kind === 'choice' && is.kind === 'choice') return changeOfChoices(was, is);
  return JSON.stringify(was) === JSON.stringify(is) ? 'same' : 'different';
}

/** Choices are stored by their number, so that only what is appended leaves the old ones as they were. */
function changeOfChoices(was: ChoiceDistribution, is: ChoiceDistribution): Change {
  if (!was.choices.every((value, i) => is.choices[i] === value)) return 'different';
  return was.choices.length === is.choices.length ? 'same' : 'grown';
}

/** Those of the values that the parent could take before. */
function knownValues(values: readonly Scalar[], parent: Leaf | undefined): readonly Scalar[] {
  if (parent === undefined) return [];
  const { distribution } = parent;
  return distribution.kind === 'choice' ? values.filter((value) => distribution.choices.includes(value)) : values;
}
