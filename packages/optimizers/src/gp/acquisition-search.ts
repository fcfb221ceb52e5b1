/**
 * The search for the point that is worth most: many candidates at once, then the best of them improved - smooth leaves
 * along the slope, leaves with few values value by value.
 */
import { normalStream } from '../density/normal.js';
import { SOBOL_DIMENSIONS, sobolBits } from '../qmc/sobol.js';
import type { Criterion } from './criterion.js';
import { lbfgs } from './lbfgs.js';
import type { PointFeatures } from './point-features.js';
import type { Box } from './trust-region.js';

const { floor, max, min } = Math; // looked up once: a sandbox makes every look-up of a global expensive

/** Where to look. */
export interface AcquisitionSearch {
  readonly features: PointFeatures;
  readonly criterion: Criterion;
  /** Where coordinates may lie. */
  readonly box: Box;
  /** Rows of the best trials, the best first: candidates are scattered around them too. */
  readonly incumbents: readonly Float64Array[];
  /** Evenly spread candidates; half as many stand around the incumbents. */
  readonly candidates: number;
  /** From how many candidates climbs start; the most promising of them go on to the top. */
  readonly starts: number;
  readonly uniform: () => number;
  /** Whether a row may be tried at all. */
  allowed(row: Float64Array): boolean;
}

/** A row and what it is worth. */
export interface Scored {
  readonly row: Float64Array;
  readonly worth: number;
}

/** Rounds of improving smooth leaves and the others in turn. */
const ROUNDS = 4;
/** Most steps of a climb: of one that only shows where it leads to, and of one to the top. */
const SCOUTING = 8;
const STEPS = 30;
const FINALISTS = 2;
/** A step that makes a trial worth less than so much more is the last: the logarithm of an expectation need not be exact. */
const GAIN = 1e-4;
/** How far from an incumbent candidates stand, as shares of the range. */
const NEAREST = 0.003;
const FARTHEST = 0.2;

/**
 * Allowed rows, those that are worth most first: improved ones, and the best candidates as they were.
 *
 * *Cost*: that of `candidates` evaluations, and of some 10 slopes for each start and 30 for each of two. *Determinism*: a function of its
 * arguments; draws from `uniform`.
 */
export function searchAcquisition(search: AcquisitionSearch): readonly Scored[] {
  const rows = candidateRows(search).filter(search.allowed);
  if (rows.length === 0) return [];
  const worths = search.criterion.at(rows);
  const scored = rows.map((row, k) => ({ row, worth: worths[k]! }));
  scored.sort((a, b) => b.worth - a.worth);
  const scouts = startsOf(scored, search.starts).map((start) => climb(search, start, SCOUTING));
  scouts.sort((a, b) => b.worth - a.worth);
  const improved = scouts.slice(0, FINALISTS).map((start) => improve(search, start));
  return [...improved, ...scouts.slice(FINALISTS), ...scored.slice(0, 64)].sort((a, b) => b.worth - a.worth);
}

/** Rows spread evenly over the box, and rows around the incumbents. */
export function candidateRows(search: AcquisitionSearch): Float64Array[] {
  const { features, incumbents, candidates, uniform } = search;
  const { low, high } = search.box;
  const { leaves } = features;
  const side = (j: number) => high[j]! - low[j]!;
  const inBox = (u: number, j: number) => min(high[j]!, max(low[j]!, u));
  const shifts = Array.from({ length: leaves }, uniform);
  const spread = Array.from({ length: candidates }, (_, i) =>
    features.snapped(
      shifts.map((shift, j) => low[j]! + side(j) * ((shift + sobolBits(i, j % SOBOL_DIMENSIONS) / 2 ** 32) % 1)),
    ),
  );
  const normal = normalStream(uniform);
  const around = Array.from({ length: incumbents.length === 0 ? 0 : candidates >> 1 }, () => {
    const centre = incumbents[floor(uniform() ** 2 * incumbents.length)]!;
    const scale = NEAREST * (FARTHEST / NEAREST) ** uniform();
    const rate = max(1 / leaves, uniform());
    return features.snapped(
      centre.map((u, j) => {
        if (Number.isNaN(u)) return uniform();
        if (uniform() >= rate) return inBox(u, j);
        return features.valuesOf(j).length > 0 ? uniform() : inBox(u + scale * side(j) * normal(), j);
      }),
    );
  });
  return [
    ...incumbents.map((row) => features.snapped(row.map((u, j) => (Number.isNaN(u) ? 0.5 : inBox(u, j))))),
    ...spread,
    ...around,
  ];
}

/** The best candidate, and then by turns good ones that are not next to each other in the order. */
function startsOf(scored: readonly Scored[], count: number): Scored[] {
  const chosen: Scored[] = [];
  for (let i = 0; chosen.length < count && i < scored.length; i = i === 0 ? 1 : i * 2) chosen.push(scored[i]!);
  return chosen;
}

function improve(search: AcquisitionSearch, start: Scored): Scored {
  let best = start;
  for (let round = 0; round < ROUNDS; round++) {
    const climbed = climb(search, best, STEPS);
    const stepped = stepThrough(search, climbed);
    const gained = stepped.worth - best.worth;
    best = stepped;
    if (stepped === climbed || gained < 1e-6) break;
  }
  return best;
}

/** Smooth leaves along the slope. */
function climb({ features, criterion, box, allowed }: AcquisitionSearch, start: Scored, steps: number): Scored {
  const smooth = features.smoothLeaves.filter((j) => !Number.isNaN(start.row[j]!));
  if (smooth.length === 0) return start;
  const row = Float64Array.from(start.row);
  const all = new Float64Array(row.length);
  const put = (x: ArrayLike<number>) => {
    smooth.forEach((j, i) => {
      row[j] = x[i]!;
    });
  };
  const cost = (x: Float64Array, slopes: Float64Array) => {
    put(x);
    const worth = criterion.near(row, all);
    smooth.forEach((j, i) => {
      slopes[i] = -all[j]!;
    });
    return -worth;
  };
  const bounds = { low: smooth.map((j) => box.low[j]!), high: smooth.map((j) => box.high[j]!) };
  const from = smooth.map((j) => start.row[j]!);
  const { x } = lbfgs(cost, from, { ...bounds, steps, tolerance: 1e-3, gain: GAIN });
  put(x);
  const reached = features.snapped(row);
  const worth = criterion.at([reached])[0]!;
  return worth > start.worth && allowed(reached) ? { row: reached, worth } : start;
}

/** Leaves with few values: each value of each of them, as long as one is better. */
function stepThrough({ features, criterion, allowed, uniform }: AcquisitionSearch, start: Scored): Scored {
  let best = start;
  for (let leaf = 0; leaf < features.leaves; leaf++) {
    const values = features.valuesOf(leaf);
    if (values.length < 2 || Number.isNaN(best.row[leaf]!)) continue;
    const rows = values
      .filter((u) => u !== best.row[leaf])
      .map((u) => {
        // leaves that come to exist stand somewhere
        const changed = best.row.map((own, j) => (j === leaf ? u : Number.isNaN(own) ? uniform() : own));
        return features.snapped(changed);
      })
      .filter(allowed);
    if (rows.length === 0) continue;
    const worths = criterion.at(rows);
    worths.forEach((worth, k) => {
      if (worth > best.worth) best = { row: rows[k]!, worth };
    });
  }
  return best;
}
