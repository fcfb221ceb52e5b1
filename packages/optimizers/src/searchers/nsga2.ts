/**
 * nsga2(): the non-dominated sorting genetic algorithm as a searcher.
 */
import { defineProvider, type Leaf, type Provider, parseConfig, SEARCHER, type Searcher } from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import type { Individual } from '../evolution/archive.js';
import { breedingSearcher } from '../evolution/breeding-search.js';
import { binaryCrossover, isOrdered, polynomialMutation } from '../evolution/genome.js';

/** What `nsga2` takes. */
export interface Nsga2Options {
  /** How many trials are bred from; 50 unless given. */
  readonly population?: number;
  /** Trials that cover the space evenly before the first child; 20 unless given. */
  readonly startup?: number;
  /** How often a child has two parents; 0.9 unless given. */
  readonly crossover?: number;
  /** Whether points of a finite space may be tried again. False unless given. */
  readonly repeats?: boolean;
}

const SCHEMA = z.strictObject({
  population: z.number().int().min(2).default(50),
  startup: z.number().int().min(2).default(20),
  crossover: z.number().min(0).max(1).default(0.9),
  repeats: z.boolean().default(false),
});

const CROSSOVER_ETA = 15;
const MUTATION_ETA = 20;

/**
 * Searches by breeding: two of the best trials, by non-domination rank and crowding, give each child its parameters, and
 * one of these is changed on average. For several objectives and many trials.
 *
 * A trial joins the population as soon as it is told; there are no generations. Numbers cross by simulated binary
 * crossover and change by polynomial mutation, choices come from either parent or are drawn again.
 *
 * *Cost*: O(population^2 x objectives) per trial. *Throws* CONFIG_INVALID for its options. *Determinism*: slot n draws from
 * `ask/n`, the even start from the run's `search/nsga2`. *Source*: Deb et al. (2002); Deb and Agrawal (1995).
 *
 * @example
 * nsga2({ population: 20 }).name // => 'nsga2'
 */
export function nsga2(options: Nsga2Options = {}): Provider<Searcher> {
  const config = parseConfig('nsga2', SCHEMA, options);
  return defineProvider({ token: SEARCHER, name: 'nsga2', config, create: () => nsga2Searcher(options) });
}

/** The searcher itself, for graphs that are composed by hand. *Throws* CONFIG_INVALID for its options. */
export function nsga2Searcher(options: Nsga2Options = {}): Searcher {
  const { crossover, ...rest } = parseConfig('nsga2', SCHEMA, options);
  return breedingSearcher({
    name: 'nsga2',
    ...rest,
    breed: ({ members }, { space: { leaves } }, uniform) => {
      const mother = tournament(members, uniform);
      const father = uniform() < crossover ? tournament(members, uniform) : mother;
      const child = crossed(leaves, mother, father, uniform);
      return mutated(leaves, child, uniform);
    },
  });
}

/** The better of two; members stand in the order of their worth. */
function tournament(members: readonly Individual[], uniform: () => number): Float64Array {
  const draw = () => Math.floor(uniform() * members.length);
  return members[Math.min(draw(), draw())]!.genome;
}

function crossed(
  leaves: readonly Leaf[],
  mother: Float64Array,
  father: Float64Array,
  uniform: () => number,
): Float64Array {
  return mother.map((own, j) => {
    const other = father[j]!;
    if (Number.isNaN(own) || Number.isNaN(other)) return Number.isNaN(own) ? other : own;
    if (!isOrdered(leaves[j]!)) return uniform() < 0.5 ? own : other;
    return uniform() < 0.5 ? binaryCrossover(own, other, CROSSOVER_ETA, uniform) : own;
  });
}

function mutated(leaves: readonly Leaf[], genome: Float64Array, uniform: () => number): Float64Array {
  const rate = 1 / Math.max(1, leaves.length);
  return genome.map((value, j) => {
    if (Number.isNaN(value) || uniform() >= rate) return value;
    return isOrdered(leaves[j]!) ? polynomialMutation(value, MUTATION_ETA, uniform) : uniform();
  });
}
