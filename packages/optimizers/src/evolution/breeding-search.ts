/**
 * The frame of searchers that breed: an even start, then children of an archive, none of them tried before where the
 * space is finite.
 */
import type { AskRequest, Params, Searcher } from '@tangentlab/core';
import { ReadAlong } from '../history/read-along.js';
import { TriedPointsCache } from '../history/tried-points.js';
import { scrambledSobol } from '../qmc/sobol.js';
import { acceptedPoint } from '../searchers/accepted-point.js';
import { unusedPoint } from '../searchers/unused-point.js';
import { Archive } from './archive.js';
import { pointOf } from './genome.js';

/** Children that are bred before another point is taken. */
const ATTEMPTS = 16;

/** What tells one of these searchers from another. */
export interface Breeding {
  readonly name: string;
  readonly startup: number;
  readonly population: number;
  readonly repeats: boolean;
  /** The genome of a child. */
  breed(archive: Archive, request: AskRequest, uniform: () => number): Float64Array;
}

/** The searcher. */
export function breedingSearcher({ name, startup, population, repeats, breed }: Breeding): Searcher {
  const archives = new ReadAlong<Archive>();
  const triedPoints = new TriedPointsCache();
  return {
    name,
    feedback: true,
    ask: (request): Params | null => {
      const { space, view, slot, rng, runRng, objectives } = request;
      const archive = archives.of(view, () => new Archive(space, objectives, population));
      const tried = Number.isFinite(space.size) && !repeats ? triedPoints.of(space, view) : undefined;
      if (archive.told < startup) {
        const key = runRng.split(name).seed32();
        const point = acceptedPoint(request, (dimension, attempt) => scrambledSobol(slot, dimension, key + attempt));
        return tried?.has(point) ? unusedPoint(request, tried) : point;
      }
      const uniform = rng.split('breed').stream();
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const point = pointOf(space, breed(archive, request, uniform), uniform);
        if (space.accepts(point) && !tried?.has(point)) return point;
      }
      return tried === undefined ? space.sample(rng.split('again')) : unusedPoint(request, tried);
    },
  };
}
