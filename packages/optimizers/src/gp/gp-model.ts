/**
 * The model of a search: a process for each objective, each constraint and, once one failed, for failures.
 */
import type { AskRequest, Objective } from '@tangentlab/core';
import type { LinearAlgebra } from '@tangentlab/tensor';
import { type GpHistory, type KnownTrial, lossesOfTrials, type Snapshot, violationsOf } from './gp-history.js';
import type { NoiseBelief } from './hyperparameters.js';
import { type OutputWarp, outputWarp } from './output-warp.js';
import type { PointFeatures } from './point-features.js';
import { type Scaled, Surrogate } from './surrogate.js';

/** A quantity's process and the trials in it. */
export interface Modelled {
  readonly name: string;
  readonly surrogate: Surrogate;
  readonly trials: readonly KnownTrial[];
  /** The values of these trials, on the scale of the process. */
  readonly values: Float64Array;
}

/** An objective's process. */
export interface ModelledObjective extends Modelled {
  readonly warp: OutputWarp;
}

/** A bound's process: feasible is what is at most `bound`. */
export interface ModelledBound extends Modelled {
  readonly bound: number;
}

/** What is known now. */
export interface Model {
  /** How many slots were told when hyperparameters were fitted. */
  readonly fittedTo: number;
  readonly objectives: readonly ModelledObjective[];
  readonly bounds: readonly ModelledBound[];
}

/** The hyperparameters of one snapshot, and the processes with what was appended since. */
export class GpModel {
  readonly #snapshot: Snapshot;
  readonly #algebra: LinearAlgebra;
  readonly #features: PointFeatures;
  readonly #objectives: readonly Objective[];
  readonly #fixedNoise: number | undefined;
  readonly #surrogates = new Map<string, Surrogate>();

  constructor(
    snapshot: Snapshot,
    algebra: LinearAlgebra,
    features: PointFeatures,
    objectives: AskRequest['objectives'],
    fixedNoise: number | undefined,
  ) {
    this.#snapshot = snapshot;
    this.#algebra = algebra;
    this.#features = features;
    this.#objectives = objectives;
    this.#fixedNoise = fixedNoise;
  }

  /** The model up to now. */
  upTo(history: GpHistory): Model {
    const objectives = this.#objectives.map((_, i) => {
      const raw = (trials: readonly KnownTrial[]) => lossesOfTrials(trials, this.#objectives, i);
      const scaled: Scaled = (trials) => {
        const losses = raw(trials);
        return Float64Array.from(losses, outputWarp(losses).warped);
      };
      const { trials, ...modelled } = this.#modelled(
        history,
        'loss',
        `objective ${i}`,
        scaled,
        this.#fixedNoise ?? 'wide',
      );
      return { ...modelled, trials, warp: outputWarp(raw(trials)) };
    });
    const bounds: ModelledBound[] = [];
    for (const name of history.quantities.keys()) {
      if (name === 'loss' || (name === 'failure' && history.failed === 0)) continue;
      // a quantity that was not yet known at the last fit has no hyperparameters
      if ((this.#snapshot.trials.get(name)?.length ?? 0) === 0) continue;
      const amounts = (trials: readonly KnownTrial[]) => amountsOf(name, trials);
      const scaled: Scaled = (trials) => standardised(amounts(trials)).values;
      const modelled = this.#modelled(history, name, name, scaled, 'narrow');
      bounds.push({ ...modelled, bound: standardised(amounts(modelled.trials)).bound });
    }
    return { fittedTo: this.#snapshot.told, objectives, bounds };
  }

  #modelled(history: GpHistory, quantity: string, name: string, scaled: Scaled, noise: NoiseBelief): Modelled {
    let surrogate = this.#surrogates.get(name);
    if (surrogate === undefined) {
      const { known, trials } = this.#snapshot;
      const then = trials.get(quantity)!.map((trial) => known.get(trial)!);
      surrogate = new Surrogate(this.#algebra, this.#features, then, scaled, noise);
      this.#surrogates.set(name, surrogate);
    }
    const now = history.quantities.get(quantity)!.trials.map((trial) => history.known.get(trial)!);
    const trials = surrogate.update(now, scaled);
    return { name, surrogate, trials, values: scaled(trials) };
  }
}

/** By how much a constraint is broken; 1 for a trial that failed and -1 for one that did not. */
function amountsOf(name: string, trials: readonly KnownTrial[]): number[] {
  if (name === 'failure') return trials.map(({ outcome }) => (outcome.state === 'failed' ? 1 : -1));
  const index = Number(name.split(' ')[1]);
  const told = trials.map(({ outcome }) => violationsOf(outcome)[index] ?? Number.NaN);
  const finite = told.filter(Number.isFinite);
  const [least, most] = [Math.min(0, ...finite), Math.max(0, ...finite)];
  return told.map((amount) => (Number.isNaN(amount) ? most : Math.min(most, Math.max(least, amount))));
}

/** Amounts with variance 1, and where 0 comes to lie. One amount for all of them stays on its side of it. */
function standardised(amounts: readonly number[]): { readonly values: Float64Array; readonly bound: number } {
  const largest = amounts.reduce((most, amount) => Math.max(most, Math.abs(amount)), 0) || 1;
  const shares = amounts.map((amount) => amount / largest);
  const mean = shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length);
  const deviation = Math.sqrt(shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / Math.max(1, shares.length));
  const scale = deviation > 1e-9 ? deviation : 1;
  return { values: Float64Array.from(shares, (share) => (share - mean) / scale), bound: -mean / scale };
}
