/**
 * Points of a space as the Gaussian process sees them: features whose weighted squared distances make the kernel.
 *
 * A number is its coordinate in [0, 1]; so is a choice among three or more numbers, by their order. Any other choice is a
 * corner of a simplex, so that two different ones are at distance 1 (Hamming). A number that exists only under a condition
 * lies on an arc, and at the centre of the arc where it does not exist, so that one process serves the whole tree.
 *
 * *Source*: the arc kernel, Swersky et al. (2013), after Hutter and Osborne.
 */
import { cardinality, fromUnit, type Scalar, type Space, toUnit, valueAt } from '@tangentlab/core';

const { PI, SQRT1_2, abs, cos, sin } = Math; // looked up once: a sandbox makes every look-up of a global expensive
const { isNaN: isMissing } = Number;

/** Leaves with at most so many values are searched value by value, others like a real range. */
const FEW = 24;

/** A leaf's part in the features. */
interface Part {
  readonly kind: 'fixed' | 'line' | 'arc' | 'simplex';
  /** The first of its features, and how many it has. */
  readonly start: number;
  readonly count: number;
  /** The coordinates of its values, where they are few; null of others. */
  readonly values: readonly number[] | null;
  /** Of a choice among numbers: the coordinate of each value by its order among them. */
  readonly places: readonly number[] | null;
  /** The nearest coordinate that has a value. */
  snap(u: number): number;
  /** Whether it exists beside the leaves before it. */
  exists(row: ArrayLike<number>): boolean;
}

/** The features of a space. A row is a coordinate in [0, 1] per leaf, NaN where the leaf does not exist. */
export class PointFeatures {
  /** How many features a point has. */
  readonly width: number;
  /** The leaf of each feature. */
  readonly leafOf: Int32Array;
  /** How many leaves there are. */
  readonly leaves: number;
  /** The leaves that are followed along a slope: real ranges, and steps too many to try each. */
  readonly smoothLeaves: readonly number[];
  readonly #parts: readonly Part[];

  constructor(space: Space) {
    let start = 0;
    this.#parts = space.leaves.map((_, j) => {
      const part = partOf(space, j, start);
      start += part.count;
      return part;
    });
    this.leafOf = Int32Array.from(this.#parts.flatMap(({ count }, j) => Array.from({ length: count }, () => j)));
    this.width = start;
    this.leaves = space.leaves.length;
    this.smoothLeaves = [...this.#parts.keys()].filter((j) => this.isSmooth(j));
  }

  /** The nearest row that is a point: leaves with steps in the middle of their cells, NaN where a leaf does not exist. */
  snapped(coordinates: ArrayLike<number>): Float64Array {
    const row = new Float64Array(this.leaves);
    for (let j = 0; j < this.leaves; j++) {
      const part = this.#parts[j]!;
      row[j] = part.exists(row) ? part.snap(coordinates[j]!) : Number.NaN;
    }
    return row;
  }

  /** Writes the features of a row to `out`, from `at` on. */
  write(row: ArrayLike<number>, out: Float64Array, at: number): void {
    for (let j = 0; j < this.leaves; j++) {
      const { kind, start, count, places } = this.#parts[j]!;
      const u = row[j]!;
      const first = at + start;
      if (kind === 'fixed') continue;
      out.fill(0, first, first + count);
      if (isMissing(u)) continue;
      const place = places === null ? u : places[indexAt(u, places.length)]!;
      if (kind === 'line') out[first] = place;
      else if (kind === 'simplex') out[first + indexAt(u, count)] = SQRT1_2;
      else {
        out[first] = sin(PI * place);
        out[first + 1] = cos(PI * place);
      }
    }
  }

  /** The slopes along the leaves' coordinates of a function whose slopes along the features are known. */
  slopes(row: ArrayLike<number>, byFeature: ArrayLike<number>, out: Float64Array): void {
    for (let j = 0; j < this.leaves; j++) {
      const { kind, start } = this.#parts[j]!;
      const u = row[j]!;
      if (isMissing(u) || !this.isSmooth(j)) out[j] = 0;
      else if (kind === 'line') out[j] = byFeature[start]!;
      else out[j] = PI * (cos(PI * u) * byFeature[start]! - sin(PI * u) * byFeature[start + 1]!);
    }
  }

  /** Whether the leaf is followed along a slope. */
  isSmooth(leaf: number): boolean {
    const { kind, values } = this.#parts[leaf]!;
    return (kind === 'line' || kind === 'arc') && values === null;
  }

  /** The coordinates that a leaf with few values may have. */
  valuesOf(leaf: number): readonly number[] {
    return this.#parts[leaf]!.values ?? [];
  }
}

function indexAt(u: number, cells: number): number {
  const index = (u * cells) | 0; // coordinates are not negative
  return index < cells ? index : cells - 1;
}

function partOf({ leaves }: Space, j: number, start: number): Part {
  const { distribution, condition } = leaves[j]!;
  const cells = cardinality(distribution);
  const base = {
    start,
    values:
      cells > FEW ? null : Array.from({ length: cells }, (_, i) => toUnit(distribution, valueAt(distribution, i))),
    snap: (u: number) => (cells === Number.POSITIVE_INFINITY ? u : toUnit(distribution, fromUnit(distribution, u))),
    exists: existence(leaves, condition),
  };
  const line = { kind: condition === null ? ('line' as const) : ('arc' as const), count: condition === null ? 1 : 2 };
  // a leaf of one value tells something only by its existence, and that its parent tells already
  if (cells === 1) return { ...base, kind: 'fixed', count: 0, places: null };
  if (distribution.kind !== 'choice') return { ...base, ...line, places: null };
  const { choices } = distribution;
  if (choices.length < 3 || !choices.every((value) => typeof value === 'number'))
    return { ...base, kind: 'simplex', count: cells, places: null };
  const sorted = [...(choices as readonly number[])].sort((a, b) => a - b);
  return { ...base, ...line, places: choices.map((value) => (sorted.indexOf(value as number) + 0.5) / cells) };
}

function existence(leaves: Space['leaves'], condition: Space['leaves'][number]['condition']): Part['exists'] {
  if (condition === null) return () => true;
  const parent = leaves.findIndex(({ name }) => name === condition.parent);
  const { distribution } = leaves[parent]!;
  const wanted = condition.values.map((value) => toUnit(distribution, value as Scalar));
  return (row) => wanted.some((u) => abs(u - row[parent]!) < 1e-12);
}
