/**
 * The leaves of a space: every nested parameter as scalars, each under the name that it is stored by, with the condition
 * under which it exists. The conditions form a forest: each leaf depends on at most one value of one other leaf, which
 * stands before it.
 */
import { show } from '../config.js';
import {
  type AnyDistribution,
  choice,
  type Distribution,
  rangeOf,
  type Scalar,
  type ShapeData,
} from './distribution.js';
import { labelOf } from './labelled.js';
import { contains } from './quantile.js';
import { spaceInvalid } from './space-error.js';

/** When a leaf exists: while the leaf `parent` exists and has one of these values. */
export interface Condition {
  readonly parent: string;
  readonly values: readonly Scalar[];
}

/** One scalar of a space: `lr`, `hidden.length`, `hidden.0`, `optimizer`, `optimizer.sgd.momentum`. */
export interface Leaf {
  readonly name: string;
  readonly distribution: Distribution;
  /** Null for a leaf that always exists. */
  readonly condition: Condition | null;
}

/** Where a record of parameters stands: what its names begin with, and when it exists. */
type Place = { readonly prefix: string; readonly condition: Condition | null };

/**
 * The leaves of a shape, in the order in which it was written, but every parent before what depends on it.
 *
 * *Throws* SPACE_INVALID for a `when` whose parent is missing, never takes one of the values or depends on the
 * parameter itself, and for two leaves that would be stored under one name.
 */
export function leavesOf(shape: ShapeData): readonly Leaf[] {
  const leaves = new Map<string, Leaf>();
  addShape(leaves, shape, { prefix: '', condition: null });
  return Object.freeze([...leaves.values()]);
}

function addShape(leaves: Map<string, Leaf>, shape: ShapeData, { prefix, condition }: Place): void {
  const done = new Set<string>();
  const add = (name: string, below: readonly string[]): void => {
    if (done.has(name)) return;
    const entry = shape[name]!;
    const path = `${prefix}${name}`;
    if (below.includes(name))
      throw invalid(path, `its parents must not depend on it (${[name, ...below].join(' < ')})`);
    if (entry.kind === 'when') {
      const { parent, equals, distribution } = entry;
      if (!Object.hasOwn(shape, parent))
        throw invalid(path, `its parent ${show(parent)} must be one of ${Object.keys(shape).map(show).join(', ')}`);
      add(parent, [name, ...below]);
      const values = valuesOfParent(path, parent, siblingOf(shape, parent), equals);
      addDistribution(leaves, path, distribution, Object.freeze({ parent: `${prefix}${parent}`, values }));
    } else {
      addDistribution(leaves, path, entry, condition);
    }
    done.add(name);
  };
  for (const name of Object.keys(shape)) add(name, []);
}

function addDistribution(
  leaves: Map<string, Leaf>,
  name: string,
  distribution: AnyDistribution,
  condition: Condition | null,
): void {
  const add = (leaf: string, of: Distribution) => {
    if (leaves.has(leaf)) throw invalid(leaf, 'two parameters would be stored under this name');
    leaves.set(leaf, Object.freeze({ name: leaf, distribution: of, condition }));
  };
  switch (distribution.kind) {
    case 'labelled':
      add(name, choice(...(Object.keys(distribution.values) as [string])));
      return;
    case 'list': {
      const { of, min, max } = distribution;
      const parent = `${name}.length`;
      add(parent, rangeOf({ kind: 'int', low: min, high: max, step: 1, log: false }));
      for (let i = 0; i < max; i++) {
        const values = Object.freeze(Array.from({ length: max - i }, (_, k) => i + 1 + k));
        addDistribution(leaves, `${name}.${i}`, of, i < min ? condition : Object.freeze({ parent, values }));
      }
      return;
    }
    case 'variant':
      add(name, choice(...(Object.keys(distribution.branches) as [string])));
      for (const [branch, shape] of Object.entries(distribution.branches)) {
        const below = Object.freeze({ parent: name, values: Object.freeze([branch]) });
        addShape(leaves, shape, { prefix: `${name}.${branch}.`, condition: below });
      }
      return;
    default:
      add(name, distribution);
  }
}

/** The distribution of a sibling, whether or not it is conditional. */
export function siblingOf(shape: ShapeData, name: string): AnyDistribution {
  const entry = shape[name]!;
  return entry.kind === 'when' ? entry.distribution : entry;
}

/** The values of a `when` as the parent's leaf stores them: by label where it is labelled. */
export function storedValues(parent: AnyDistribution, values: readonly Scalar[]): readonly Scalar[] {
  return parent.kind === 'labelled' ? values.map((value) => labelOf(parent, value) ?? null) : values;
}

function valuesOfParent(
  path: string,
  name: string,
  parent: AnyDistribution,
  equals: readonly Scalar[],
): readonly Scalar[] {
  const { kind } = parent;
  if (kind !== 'choice' && kind !== 'int' && kind !== 'labelled')
    throw invalid(path, `its parent ${show(name)} must be a choice, a labelled choice or an integer`);
  for (const value of equals) {
    const taken = kind === 'labelled' ? labelOf(parent, value) !== undefined : contains(parent, value);
    if (!taken) throw invalid(path, `its parent ${show(name)} never takes the value ${show(value)}`);
  }
  return Object.freeze([...storedValues(parent, equals)]);
}

function invalid(path: string, expected: string) {
  return spaceInvalid(`space.${path}`, expected, undefined, 'rename it, or correct its condition');
}
