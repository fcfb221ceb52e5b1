/**
 * Bayesian optimisation with Gaussian processes, slot by slot: an even start, then the point that is worth most under the
 * model of what was told.
 */
import type { AskRequest, Params, SearchNote } from '@tangentlab/core';
import type { LinearAlgebra } from '@tangentlab/tensor';
import { genomeOf, pointOf } from '../evolution/genome.js';
import { ReadAlong } from '../history/read-along.js';
import { openSlots } from '../history/told-trial.js';
import { type TriedPoints, TriedPointsCache } from '../history/tried-points.js';
import { scrambledSobol } from '../qmc/sobol.js';
import { acceptedPoint } from '../searchers/accepted-point.js';
import { unusedPoint } from '../searchers/unused-point.js';
import type { AcquisitionName } from './acquisition.js';
import { type AcquisitionSearch, searchAcquisition } from './acquisition-search.js';
import { sumOfWishes } from './criterion.js';
import { GpHistory, type Snapshot } from './gp-history.js';
import { GpModel, type Model } from './gp-model.js';
import { PointFeatures } from './point-features.js';
import { drawnBest } from './thompson.js';
import { type Box, TrustRegion, wholeBox } from './trust-region.js';
import { incumbentsOf, wishesFor } from './wishes.js';

/** What the search is built with. */
export interface GpSearchOptions {
  readonly acquisition: AcquisitionName;
  readonly startup: number;
  readonly repeats: boolean;
  /** The variance of the noise as a share of that of the losses, where it is known. */
  readonly noise: number | undefined;
}

/** The least number of trials with values that a model is made of; it matters where many run at once. */
const LEAST_VALUED = 4;
/** Evenly spread candidates for each leaf, and at most; fewer of them when each costs more. */
const CANDIDATES = 96;
const MOST_CANDIDATES = 512;
const LEAST_CANDIDATES = 128;
/** n^2 times the candidates stay below this. */
const CANDIDATE_WORK = 1e8;
/** Points whose coordinates differ by less are the same. */
const SAME = 1e-5;
/** Climbs to the most worth. */
const STARTS = 6;
/** From so many smooth leaves on a trust region is kept. */
const MANY_DIMENSIONS = 8;

/** What is kept of a search. */
class Reading extends GpHistory {
  fitted: { readonly snapshot: Snapshot; readonly model: GpModel } | undefined;
}

/** The Bayesian search. */
export class GpSearch {
  readonly #algebra: LinearAlgebra;
  readonly #options: GpSearchOptions;
  readonly #searches = new ReadAlong<Reading>();
  readonly #regions = new ReadAlong<TrustRegion>();
  readonly #tried = new TriedPointsCache();
  readonly #features = new WeakMap<object, PointFeatures>();

  constructor(algebra: LinearAlgebra, options: GpSearchOptions) {
    this.#algebra = algebra;
    this.#options = options;
  }

  ask(request: AskRequest): Params | null {
    const { space, view, slot, runRng } = request;
    const { startup, repeats } = this.#options;
    const history = this.history(request);
    const tried = Number.isFinite(space.size) && !repeats ? this.#tried.of(space, view) : undefined;
    if (view.asked < startup || history.valued < Math.min(startup, LEAST_VALUED) || space.leaves.length === 0) {
      request.note?.({ name: 'gp/startup', values: { told: view.told } });
      const key = runRng.split('gp').seed32();
      const point = acceptedPoint(request, (dimension, attempt) => scrambledSobol(slot, dimension, key + attempt));
      return tried?.has(point) ? unusedPoint(request, tried) : point;
    }
    const model = this.model(request);
    return this.#withOpenSlots(request, model, () => this.#best(request, model, tried));
  }

  /** What was told, up to the view. */
  history({ space, objectives, view }: Pick<AskRequest, 'space' | 'objectives' | 'view'>): GpHistory {
    return this.#searches.of(view, () => new Reading(space, objectives));
  }

  /** The model of what was told. */
  model(request: Pick<AskRequest, 'space' | 'objectives' | 'view'>): Model {
    const history = this.history(request) as Reading;
    const { snapshot } = history;
    if (history.fitted?.snapshot !== snapshot) {
      const features = this.featuresOf(request);
      const model = new GpModel(snapshot, this.#algebra, features, request.objectives, this.#options.noise);
      history.fitted = { snapshot, model };
    }
    return history.fitted.model.upTo(history);
  }

  featuresOf({ space }: Pick<AskRequest, 'space'>): PointFeatures {
    const features = this.#features.get(space) ?? new PointFeatures(space);
    this.#features.set(space, features);
    return features;
  }

  /** The trust region, where there is one: of one objective in many dimensions. */
  #region(request: AskRequest): TrustRegion | undefined {
    const { objectives, view } = request;
    const { smoothLeaves } = this.featuresOf(request);
    if (smoothLeaves.length < MANY_DIMENSIONS || objectives.length > 1) return undefined;
    return this.#regions.of(view, () => new TrustRegion(objectives, this.#options.startup, smoothLeaves.length));
  }

  /** With the points of open slots in the model, as if they had come out as expected ("kriging believer"). */
  #withOpenSlots<T>({ space, view }: AskRequest, model: Model, then: () => T): T {
    const modelled = [...model.objectives, ...model.bounds];
    const sizes = modelled.map(({ surrogate }) => surrogate.process.size);
    const known = new Set(modelled.flatMap(({ trials }) => trials.map(({ trial }) => trial)));
    const open = openSlots(view).filter(({ trial }) => !known.has(trial));
    for (const { slot } of open) {
      const row = genomeOf(space, view.params(slot));
      for (const { surrogate } of modelled) surrogate.process.append(surrogate.featuresOf(row));
    }
    try {
      return then();
    } finally {
      modelled.forEach(({ surrogate }, i) => {
        surrogate.process.truncate(sizes[i]!);
      });
    }
  }

  #best(request: AskRequest, model: Model, tried: TriedPoints | undefined): Params | null {
    const { space, rng } = request;
    const features = this.featuresOf(request);
    const own = rng.split('gp');
    const uniform = own.stream();
    const pointAt = (row: Float64Array) => pointOf(space, row, uniform);
    const { process } = model.objectives[0]!.surrogate;
    const incumbents = incumbentsOf(model);
    const region = this.#region(request);
    const box: Box =
      region === undefined
        ? wholeBox(features.leaves)
        : region.around(incumbents[0]!, process.hyperparameters.lengthscales, features);
    const search: AcquisitionSearch = {
      features,
      criterion: sumOfWishes(features, wishesFor(model, this.#options.acquisition, this.#algebra, features, uniform)),
      box,
      incumbents,
      candidates: Math.max(
        LEAST_CANDIDATES,
        Math.min(CANDIDATES * features.leaves, MOST_CANDIDATES, Math.floor(CANDIDATE_WORK / process.size ** 2)),
      ),
      starts: STARTS,
      uniform,
      allowed: (row) => {
        if (tried === undefined && !space.isConstrained) return true;
        const point = pointAt(row);
        return space.accepts(point) && !tried?.has(point);
      },
    };
    const found = this.#options.acquisition === 'thompson' ? drawnBest(search, model, own) : searchAcquisition(search);
    const before = this.#options.repeats ? [] : rowsBefore(request);
    const best = found.find(({ row }) => !isBeside(row, before));
    request.note?.(noteOf(request, model, { worth: best?.worth, region: region?.length }));
    if (best !== undefined) return pointAt(best.row);
    return tried === undefined ? space.sample(rng.split('again')) : unusedPoint(request, tried);
  }
}

/** The rows of all slots before this one. */
function rowsBefore({ space, view }: AskRequest): readonly Float64Array[] {
  return Array.from({ length: view.asked }, (_, slot) => genomeOf(space, view.params(slot)));
}

/** Whether a trial there would tell nothing that one of these does not. */
function isBeside(row: Float64Array, others: readonly Float64Array[]): boolean {
  const isApart = (u: number, v: number) => !(Math.abs(u - v) < SAME) && !(Number.isNaN(u) && Number.isNaN(v));
  return others.some((other) => !row.some((u, j) => isApart(u, other[j]!)));
}

/** What the model of the first objective is, for whoever watches. */
function noteOf(
  { space }: AskRequest,
  { objectives, fittedTo }: Model,
  found: { readonly worth: number | undefined; readonly region: number | undefined },
): SearchNote {
  const { process } = objectives[0]!.surrogate;
  const { lengthscales, signal, noise } = process.hyperparameters;
  const told = Object.entries(found).filter((entry): entry is [string, number] => entry[1] !== undefined);
  const named = space.leaves.map(({ name }, j) => [`lengthscale ${name}`, lengthscales[j]!] as const);
  return {
    name: 'gp/model',
    values: {
      fittedTo,
      ...Object.fromEntries(told),
      signal,
      noise,
      jitter: process.jitter,
      ...Object.fromEntries(named),
    },
  };
}
