/**
 * The search space: named distributions, and the questions that a searcher asks of them. Immutable. It knows nothing of
 * scores or strategies.
 */
import { show } from '../config.js';
import { ConfigError } from '../errors.js';
import { emptyRecord } from '../record.js';
import type { Rng } from '../rng.js';
import {
  cardinality,
  contains,
  type Dist,
  type Distribution,
  describeDistribution,
  distributionOf,
  quantile,
  type Scalar,
} from './distribution.js';

/** How a user writes a space: `{ hidden: choice(32, 64), lr: logUniform(1e-4, 1e-2) }`. */
export type SpaceShape = { readonly [name: string]: Dist<unknown> };

/** The hyperparameters that a space of shape `S` yields. */
export type ParamsOf<S> = { readonly [K in keyof S]: S[K] extends Dist<infer V> ? V : never };

/** Hyperparameters whose names are not known statically. */
export type Params = Readonly<Record<string, Scalar>>;

/** A flat search space. */
export class Space {
  /** Name and distribution of every parameter, in the order in which the user wrote them. */
  readonly parameters: readonly (readonly [name: string, distribution: Distribution])[];
  /** How many points there are: Infinity with a real range; exact only up to 2^53. 1 for the empty space. */
  readonly size: number;

  /** @throws ConfigError SPACE_INVALID when `shape` is no record, or an entry of it no distribution. */
  constructor(shape: SpaceShape) {
    if (typeof shape !== 'object' || shape === null || Array.isArray(shape)) {
      throw new ConfigError('SPACE_INVALID', {
        where: 'space',
        expected: 'a record of distributions is needed',
        got: show(shape),
        todo: 'write for instance { lr: logUniform(1e-4, 1e-1) }',
      });
    }
    const entries = Object.entries(shape).map(([name, value]) => [name, distributionNamed(name, value)] as const);
    this.parameters = Object.freeze(entries);
    this.size = entries.reduce((product, [, distribution]) => product * cardinality(distribution), 1);
  }

  /**
   * A random point.
   *
   * *Determinism*: each parameter draws from the child of `rng` with its own name, so that adding one leaves the
   * others as they were.
   */
  sample(rng: Rng): Params {
    const params = emptyRecord<Scalar>();
    for (const [name, distribution] of this.parameters) {
      params[name] = quantile(distribution, rng.split(name).stream()());
    }
    return Object.freeze(params);
  }

  /** Throws SPACE_INVALID, naming `who`, unless `params` is a point of this space. */
  check(params: Params, who: string): void {
    if (typeof params !== 'object' || params === null) {
      throw new ConfigError('SPACE_INVALID', {
        where: who,
        expected: 'a point of the space is needed',
        got: show(params),
        todo: 'suggest a record with a value for every parameter',
      });
    }
    for (const [name, distribution] of this.parameters) {
      if (!contains(distribution, params[name])) {
        throw new ConfigError('SPACE_INVALID', {
          where: who,
          expected: `"${name}" must be ${describeDistribution(distribution)}`,
          got: show(params[name]),
          todo: 'suggest only points of the space',
        });
      }
    }
    for (const name of Object.keys(params)) {
      if (!this.parameters.some(([known]) => known === name)) {
        throw new ConfigError('SPACE_INVALID', {
          where: who,
          expected: `only the parameters of the space are allowed (${this.parameters.map(([known]) => known).join(', ')})`,
          got: show(name),
          todo: 'leave it out',
        });
      }
    }
  }
}

/** Not the record itself: it may come from JavaScript or a file, and be anything. */
function distributionNamed(name: string, value: unknown): Distribution {
  const distribution = distributionOf(value);
  if (distribution !== undefined) return distribution;
  throw new ConfigError('SPACE_INVALID', {
    where: `space.${name}`,
    expected: 'a distribution is needed',
    got: show(value),
    todo: 'write choice(...), uniform(...), logUniform(...) or int(...)',
  });
}
