/**
 * The points of a finite space, numbered without gaps or duplicates. Mixed radix over the tree of conditions: a value
 * counts once for every combination of what exists under it, so that parameters that are not there never repeat a point.
 * Nothing is listed: any point is computed from its number.
 */
import { show } from '../config.js';
import { ConfigError } from '../errors.js';
import { emptyRecord } from '../record.js';
import type { Distribution, Scalar } from './distribution.js';
import type { Leaf } from './leaves.js';
import { cardinality, indexOfValue, valueAt } from './quantile.js';
import type { FlatParams } from './shape.js';

/** The values of a leaf that take part, numbered 0..count-1. */
export interface Axis {
  readonly count: number;
  at(index: number): Scalar;
  /** -1 for a value that takes no part. */
  indexOf(value: Scalar): number;
}

/** All values of a distribution. */
export function fullAxis(distribution: Distribution): Axis {
  return {
    count: cardinality(distribution),
    at: (index) => valueAt(distribution, index),
    indexOf: (value) => indexOfValue(distribution, value),
  };
}

/** These values, which differ from each other. */
export function axisOf(values: readonly Scalar[]): Axis {
  return { count: values.length, at: (index) => values[index] as Scalar, indexOf: (value) => values.indexOf(value) };
}

/** A leaf with everything that exists only under some of its values. */
interface Node {
  readonly name: string;
  readonly axis: Axis;
  /** The values that have leaves under them, by rising index. */
  readonly blocks: readonly Block[];
  /** How many points the leaf and what is under it have. */
  readonly size: number;
}

interface Block {
  readonly index: number;
  readonly nodes: readonly Node[];
  readonly size: number;
}

/** A finite set of points, numbered 0..size-1. The last leaf changes fastest, and what depends on a leaf changes with it. */
export class Enumeration {
  /** How many points there are: Infinity if an axis has no end; exact up to 2^53. */
  readonly size: number;
  readonly #roots: readonly Node[];

  /** *Cost*: O(leaves + values of conditions). */
  constructor(leaves: readonly Leaf[], axis: (leaf: Leaf) => Axis = (leaf) => fullAxis(leaf.distribution)) {
    const roots: Node[] = [];
    const under = new Map<string, Map<Scalar, Node[]>>();
    // what depends on a leaf stands after it, so that it is ready by the time the leaf's turn comes
    for (const leaf of [...leaves].reverse()) {
      const node = nodeOf(leaf.name, axis(leaf), under.get(leaf.name));
      if (leaf.condition === null) roots.push(node);
      else addUnder(under, leaf.condition.parent, leaf.condition.values, node);
    }
    this.#roots = roots.reverse();
    this.size = product(this.#roots);
  }

  /**
   * The active leaves of the point with this number.
   *
   * *Cost*: O(leaves). *Throws* SPACE_INVALID unless 0 <= index < size, and the size is at most 2^53.
   */
  flatPoint(index: number): FlatParams {
    if (!Number.isSafeInteger(index) || index < 0 || index >= this.size || !Number.isSafeInteger(this.size)) {
      throw new ConfigError('SPACE_INVALID', {
        where: 'point',
        expected: `the points of this space are numbered 0 <= index < ${this.size}, up to 2^53`,
        got: show(index),
        todo: Number.isFinite(this.size) ? 'correct the number' : 'use choice(...) or a step instead of real ranges',
      });
    }
    const flat = emptyRecord<Scalar>();
    placeAll(this.#roots, index, flat);
    return Object.freeze(flat);
  }
}

function addUnder(
  under: Map<string, Map<Scalar, Node[]>>,
  parent: string,
  values: readonly Scalar[],
  node: Node,
): void {
  const byValue = under.get(parent) ?? new Map<Scalar, Node[]>();
  under.set(parent, byValue);
  for (const value of values) {
    const nodes = byValue.get(value) ?? [];
    nodes.push(node);
    byValue.set(value, nodes);
  }
}

function nodeOf(name: string, axis: Axis, under: ReadonlyMap<Scalar, readonly Node[]> = new Map()): Node {
  const blocks = [...under]
    .map(([value, nodes]) => ({ index: axis.indexOf(value), nodes: [...nodes].reverse(), size: product(nodes) }))
    .filter(({ index }) => index >= 0)
    .sort((a, b) => a.index - b.index);
  return { name, axis, blocks, size: blocks.reduce((sum, { size }) => sum + size, axis.count - blocks.length) };
}

function product(nodes: readonly Node[]): number {
  return nodes.reduce((size, node) => size * node.size, 1);
}

function placeAll(nodes: readonly Node[], index: number, flat: Record<string, Scalar>): void {
  let rest = index;
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i]!;
    place(node, rest % node.size, flat);
    rest = Math.floor(rest / node.size);
  }
}

function place(node: Node, index: number, flat: Record<string, Scalar>): void {
  let rest = index;
  let next = 0; // the first value that is not yet counted off
  for (const block of node.blocks) {
    const alone = block.index - next;
    if (rest < alone) break;
    rest -= alone;
    if (rest < block.size) {
      flat[node.name] = node.axis.at(block.index);
      placeAll(block.nodes, rest, flat);
      return;
    }
    rest -= block.size;
    next = block.index + 1;
  }
  flat[node.name] = node.axis.at(next + rest);
}
