/**
 * Thompson sampling: a function is drawn from the posterior at the candidates, and its best point is tried.
 */
import type { Rng } from '@tangentlab/core';
import { normalStream } from '../density/normal.js';
import { type AcquisitionSearch, candidateRows, type Scored } from './acquisition-search.js';
import type { Model } from './gp-model.js';

/** A function is drawn at so many points at most: it costs the cube of them. */
const POINTS = 256;

/**
 * The allowed candidates, those first where a function drawn from the posterior of the first objective is least.
 *
 * *Cost*: O(m n (n + m) + m^3) for m of at most 256 candidates. *Source*: Thompson (1933).
 */
export function drawnBest(search: AcquisitionSearch, { objectives }: Model, rng: Rng): readonly Scored[] {
  const { features, candidates } = search;
  const rows = candidateRows({ ...search, candidates: Math.min(candidates, POINTS / 2) }).filter(search.allowed);
  if (rows.length === 0) return [];
  const { process } = objectives[0]!.surrogate;
  const points = new Float64Array(rows.length * features.width);
  rows.forEach((row, k) => {
    features.write(row, points, k * features.width);
  });
  const drawn = process.drawAt(points, rows.length, normalStream(rng.split('function').stream()));
  return rows.map((row, k) => ({ row, worth: -drawn[k]! })).sort((a, b) => b.worth - a.worth);
}
