/**
 * A space with some of its parameters held fixed: what is left to search, and the way back to points of the whole space.
 */
import {
  ConfigError,
  constrained,
  contains,
  type Distribution,
  listOf,
  type Params,
  type Scalar,
  Space,
  type SpaceShape,
  show,
} from '@tangentlab/core';

/** What is left of a space. */
export class FixedSpace {
  readonly rest: Space;
  readonly #fixed: Readonly<Record<string, Scalar>>;

  /**
   * @throws ConfigError SPACE_INVALID for a name that the space does not have, a value that its parameter cannot take, and
   * parameters that are not a plain number or choice.
   */
  constructor(space: Space, fixed: Readonly<Record<string, Scalar>>) {
    this.#fixed = fixed;
    for (const [name, value] of Object.entries(fixed)) checkFixed(space, name, value);
    const left = new Map(space.parameters.filter(([name]) => !Object.hasOwn(fixed, name)));
    // what depends on a fixed parameter always exists or never does; what depends on what never does, neither
    for (let changed = true; changed; ) {
      changed = false;
      for (const [name, entry] of left) {
        if (entry.kind !== 'when') continue;
        const { parent } = entry;
        const isFixed = Object.hasOwn(fixed, parent);
        if (!isFixed && left.has(parent)) continue;
        changed = true;
        if (isFixed && entry.equals.includes(fixed[parent]!)) left.set(name, entry.distribution);
        else left.delete(name);
      }
    }
    const shape = Object.fromEntries(left) as unknown as SpaceShape;
    const allowed = (point: object) => space.accepts(this.whole(point as Params));
    this.rest = new Space(space.isConstrained ? constrained(shape, allowed as never) : shape);
  }

  /** True if the point has the fixed values. */
  holds(point: Params): boolean {
    return Object.entries(this.#fixed).every(([name, value]) => point[name] === value);
  }

  /** The part of a point that is searched. */
  partOf(point: Params): Params {
    return Object.fromEntries(Object.entries(point).filter(([name]) => !Object.hasOwn(this.#fixed, name)));
  }

  /** The whole point of a part. */
  whole(part: Params): Params {
    return { ...part, ...this.#fixed };
  }
}

function checkFixed(space: Space, name: string, value: Scalar): void {
  const entry = space.parameters.find(([known]) => known === name)?.[1];
  if (entry === undefined) {
    throw invalid(name, `the names are: ${listOf(space.parameters.map(([known]) => known))}`, 'no such parameter');
  }
  if (entry.kind !== 'choice' && entry.kind !== 'int' && entry.kind !== 'float')
    throw invalid(name, 'fix numbers and choices that always exist', `one of kind ${entry.kind}`);
  if (!contains(entry as Distribution, value)) throw invalid(name, 'take one of its values', show(value));
}

function invalid(name: string, todo: string, got: string): ConfigError {
  const expected = 'a value of a plain parameter of the space is needed';
  return new ConfigError('SPACE_INVALID', { where: `partiallyFixed, "${name}"`, expected, got, todo });
}
