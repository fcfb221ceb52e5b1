/**
 * TPE as Optuna 5 has it by default: a multivariate estimator over the parameters that all trials have, and one estimator
 * per parameter for the others; one objective. With several objectives every parameter is on its own.
 *
 * It draws other random numbers than Optuna; given the same candidates, its densities are Optuna's.
 */
import type { AskRequest, Params } from '@tangentlab/core';
import { fadingWeights, KernelSet, uniformWeights } from '../density/kernel-set.js';
import type { LeafScale } from '../density/leaf-scale.js';
import { normalStream } from '../density/normal.js';
import { rowsOf } from '../density/rows.js';
import { ReadAlong } from '../history/read-along.js';
import { TpeHistory } from './tpe-history.js';

/** Optuna's model of a search. */
export class Optuna5 {
  readonly #searches = new ReadAlong<TpeHistory>();
  readonly #startup: number;
  readonly #candidates: number;

  constructor(startup: number, candidates: number) {
    this.#startup = startup;
    this.#candidates = candidates;
  }

  ask(request: AskRequest): Params {
    const { space, objectives, rng } = request;
    const rows = rowsOf(request.space);
    const history = this.#historyOf(request);
    if (history.ranking.size < this.#startup) return space.sample(rng);
    const uniform = rng.split('tpe').stream();
    const row = new Float64Array(rows.scales.length).fill(Number.NaN);
    const joint = objectives.length > 1 ? [] : sharedLeaves(history);
    if (joint.length > 0) this.#draw(request, joint, uniform, row);
    rows.scales.forEach((_, j) => {
      if (Number.isNaN(row[j]!) && rows.exists(j, row)) this.#draw(request, [j], uniform, row);
    });
    const params = rows.paramsOf(row);
    return space.accepts(params) ? params : space.sample(rng.split('again'));
  }

  /** The two mixtures over some leaves, of the trials that have them all. */
  mixtures(request: AskRequest, leaves: readonly number[]): { below: KernelSet; above: KernelSet } {
    const { objectives, view } = request;
    const history = this.#historyOf(request);
    const good = history.split();
    const scales = leaves.map((j) => unconditional(rowsOf(request.space).scales[j]!));
    const below = new KernelSet(scales, objectives.length > 1 ? uniformWeights : fadingWeights);
    const above = new KernelSet(scales);
    const add = (row: Float64Array, trial: number) => {
      const own = leaves.map((j) => row[j]!);
      if (!own.some(Number.isNaN)) (good.has(trial) ? below : above).add(trial, own);
    };
    history.rowOf.forEach(add);
    history.running(view).forEach(add);
    return { below, above };
  }

  #draw(request: AskRequest, leaves: readonly number[], uniform: () => number, row: Float64Array): void {
    const { below, above } = this.mixtures(request, leaves);
    const normal = normalStream(uniform);
    let best: Float64Array | undefined;
    let top = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < this.#candidates; i++) {
      const draw = new Float64Array(leaves.length);
      below.sample(uniform, normal, () => true, draw);
      const score = below.logDensity(draw) - above.logDensity(draw);
      if (best === undefined || score > top) [best, top] = [draw, score];
    }
    leaves.forEach((j, k) => {
      row[j] = best![k]!;
    });
  }

  #historyOf(request: AskRequest): TpeHistory {
    return this.#searches.of(request.view, () => new TpeHistory(rowsOf(request.space), request.objectives, false));
  }
}

/** The leaves that every trial with an outcome has. */
function sharedLeaves({ rowOf }: TpeHistory): number[] {
  const rows = [...rowOf.values()];
  return Array.from(rows[0] ?? [], (_, j) => j).filter((j) => rows.every((row) => !Number.isNaN(row[j]!)));
}

/** A leaf that is on its own exists wherever it is asked about. */
function unconditional(scale: LeafScale): LeafScale {
  return { ...scale, leaf: { ...scale.leaf, condition: null } };
}
