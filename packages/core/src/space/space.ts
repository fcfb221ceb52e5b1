/**
 * The search space: named distributions, and the questions that a searcher asks of them. Immutable. It knows nothing of
 * scores or strategies. Every parameter, however nested, comes down to leaves: scalars with a storage name and the
 * condition under which they exist.
 */
import { show } from '../config.js';
import { ConfigError } from '../errors.js';
import { recordOf } from '../record.js';
import type { Rng } from '../rng.js';
import { allowed, constraintsOf, firstAllowed, type Where } from './constraint.js';
import type { AnyDistribution, ShapeData, WhenEntry } from './distribution.js';
import { entryOf } from './distribution-of.js';
import { activeLeaves, decodeFlat, type Encoded, encodeFlat } from './encode.js';
import { Enumeration } from './enumeration.js';
import { type Leaf, leavesOf } from './leaves.js';
import { flattened, nested } from './nesting.js';
import { quantile } from './quantile.js';
import type { FlatParams, Params, SpaceShape } from './shape.js';

export type { FlatParams, Params, ParamsOf, SpaceShape } from './shape.js';

/** A search space. */
export class Space {
  /** Name and distribution of every parameter as it was written, in the order of the user. */
  readonly parameters: readonly (readonly [name: string, distribution: AnyDistribution | WhenEntry])[];
  /** All scalars of the space, every parent before what depends on it. */
  readonly leaves: readonly Leaf[];
  /** How many points there are, constraints aside: Infinity with a real range; exact only up to 2^53. 1 for the empty space. */
  readonly size: number;
  /** True if some points are excluded by `where`. */
  readonly isConstrained: boolean;

  readonly #shape: ShapeData;
  readonly #constraints: readonly Where<never>[];
  readonly #points: Enumeration;

  /**
   * @throws ConfigError SPACE_INVALID when `shape` is no record, an entry of it no distribution, or a condition refers
   * to what is not there.
   */
  constructor(shape: SpaceShape) {
    if (typeof shape !== 'object' || shape === null || Array.isArray(shape)) {
      throw new ConfigError('SPACE_INVALID', {
        where: 'space',
        expected: 'a record of distributions is needed',
        got: show(shape),
        todo: 'write for instance { lr: logUniform(1e-4, 1e-1) }',
      });
    }
    this.parameters = Object.freeze(
      Object.entries(shape).map(([name, value]) => [name, entryNamed(name, value)] as const),
    );
    this.#shape = recordOf(this.parameters);
    this.leaves = leavesOf(this.#shape);
    this.#points = new Enumeration(this.leaves);
    this.size = this.#points.size;
    this.#constraints = constraintsOf(shape);
    this.isConstrained = this.#constraints.length > 0;
    for (const where of this.#constraints) checkOperands(where, this.#shape);
  }

  /**
   * A random point.
   *
   * *Cost*: O(leaves) per draw, at most 10,000 draws under constraints. *Throws* SPACE_INVALID when none of them is
   * allowed. *Determinism*: each leaf draws from the child of `rng` with its own storage name, so that adding one leaves
   * the others as they were; a point that is not allowed is followed by those of the children `again/1`, `again/2`, ...
   */
  sample(rng: Rng): Params {
    if (!this.isConstrained) return this.#draw(rng);
    return firstAllowed(this.#constraints, (attempt) => this.#draw(attempt === 0 ? rng : rng.split('again', attempt)));
  }

  /** Throws SPACE_INVALID, naming `who`, unless `params` is an allowed point of this space. */
  check(params: Params, who: string): void {
    flattened(this.#shape, params, who);
    if (allowed(this.#constraints, params)) return;
    throw new ConfigError('SPACE_INVALID', {
      where: who,
      expected: 'the point must satisfy `where`',
      got: show(params),
      todo: 'suggest only points that space.accepts() allows',
    });
  }

  /** True if the constraints allow this point of the space. */
  accepts(params: Params): boolean {
    return allowed(this.#constraints, params);
  }

  /**
   * The point with this number, constraints aside; the last leaf changes fastest, and what depends on a leaf changes with it.
   *
   * *Cost*: O(leaves). *Throws* SPACE_INVALID unless 0 <= index < size and the size is at most 2^53.
   *
   * @example
   * new Space({ a: choice('x', 'y'), b: when('a', 'y', int(1, 2)) }).point(2) // => { a: 'y', b: 2 }
   */
  point(index: number): Params {
    return this.unflatten(this.#points.flatPoint(index));
  }

  /**
   * The leaves that exist at a point, by their storage names; labelled values by their labels.
   *
   * *Throws* SPACE_INVALID unless it is a point of the space.
   *
   * @example
   * new Space({ hidden: list(int(8, 64), { min: 1, max: 4 }) }).flatten({ hidden: [32, 16] }) // => { 'hidden.length': 2, 'hidden.0': 32, 'hidden.1': 16 }
   */
  flatten(params: Params): FlatParams {
    return flattened(this.#shape, params, 'flatten');
  }

  /** The point with these leaves, the inverse of `flatten`. *Throws* SPACE_INVALID unless they are the leaves of a point. */
  unflatten(flat: FlatParams): Params {
    return nested(this.#shape, flat, 'unflatten');
  }

  /**
   * The point's coordinates in the unit cube, one per leaf: logarithmic ranges in their own scale, integers and choices
   * in the middle of their cells; leaves that do not exist are marked.
   *
   * *Throws* SPACE_INVALID unless it is a point of the space.
   *
   * @example
   * [...new Space({ lr: logUniform(1e-4, 1e-2), act: choice('relu', 'tanh') }).encode({ lr: 1e-4, act: 'tanh' }).values] // => [0, 0.75]
   */
  encode(params: Params): Encoded {
    return encodeFlat(this.leaves, this.flatten(params));
  }

  /**
   * The point at these coordinates, constraints aside. `decode(encode(p).values)` is p: exactly where it is discrete
   * (up to 2^40 values a leaf), to rounding where it is real.
   *
   * *Throws* SPACE_INVALID unless there is a number in [0, 1] for every leaf that exists there.
   */
  decode(values: ArrayLike<number>): Params {
    return this.unflatten(decodeFlat(this.leaves, values));
  }

  #draw(rng: Rng): Params {
    const draw = ({ name, distribution }: Leaf) => quantile(distribution, rng.split(name).uniform());
    return this.unflatten(activeLeaves(this.leaves, draw));
  }
}

/** Not the record itself: it may come from JavaScript or a file, and be anything. */
function entryNamed(name: string, value: unknown): AnyDistribution | WhenEntry {
  const entry = entryOf(value);
  if (entry !== undefined) return entry;
  throw new ConfigError('SPACE_INVALID', {
    where: `space.${name}`,
    expected: 'a distribution is needed',
    got: show(value),
    todo: 'write choice(...), uniform(...), logUniform(...) or int(...)',
  });
}

/** A constraint that names its parameters names numbers that always exist. */
function checkOperands(where: Where<never>, shape: ShapeData): void {
  for (const name of (where as Partial<{ parameters: readonly string[] }>).parameters ?? []) {
    const entry = Object.hasOwn(shape, name) ? shape[name] : undefined;
    const numeric =
      entry?.kind === 'int' ||
      entry?.kind === 'float' ||
      (entry?.kind === 'choice' && entry.choices.every((value) => typeof value === 'number'));
    if (numeric) continue;
    throw new ConfigError('SPACE_INVALID', {
      where: 'where',
      expected: `${show(name)} must be a number that always exists`,
      got: entry === undefined ? 'no such parameter' : `one of kind ${entry.kind}`,
      todo: `compare one of ${Object.keys(shape).map(show).join(', ')}`,
    });
  }
}
