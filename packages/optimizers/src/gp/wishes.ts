/**
 * What the next trial is to achieve, by the number of objectives: an improvement of the best loss, of the front's
 * hypervolume, or of a weighted worst objective; and that it neither fails nor breaks a constraint.
 */
import type { LinearAlgebra } from '@tangentlab/tensor';
import { compareLosses, nonDominationRanks } from '../front/dominance.js';
import { type Acquisition, type AcquisitionName, ei, logEi, pi, ucb } from './acquisition.js';
import { boundWish, improvementWish, type Wish } from './criterion.js';
import { isFeasible, type KnownTrial } from './gp-history.js';
import type { Model, ModelledObjective } from './gp-model.js';
import { logHypervolumeImprovement } from './hypervolume-improvement.js';
import { outputWarp } from './output-warp.js';
import type { PointFeatures } from './point-features.js';
import { Surrogate } from './surrogate.js';

const { log, max } = Math;

const ACQUISITIONS: Readonly<Record<AcquisitionName, Acquisition>> = { logEi, ei, pi, ucb, thompson: logEi };

/** From this noise on, the best loss is the one that is expected to be best, not the one that was told best. */
const NOISY = 1e-4;
/** Candidates are scattered around so many of the best trials. */
const INCUMBENTS = 5;
/** How much the mean objective counts beside the worst one: it breaks ties. */
const AUGMENTATION = 0.05;
/** The reference lies so much beyond the worst losses, which have variance 1. */
const MARGIN = 0.1;

/** The wishes, to be summed. */
export function wishesFor(
  model: Model,
  name: AcquisitionName,
  algebra: LinearAlgebra,
  features: PointFeatures,
  uniform: () => number,
): readonly Wish[] {
  const { objectives, bounds } = model;
  const feasible = bounds.map(({ surrogate, bound }) => boundWish(surrogate.process, bound));
  const contenders = objectives[0]!.trials.map((_, i) => i).filter((i) => isFeasible(objectives[0]!.trials[i]!));
  if (contenders.length === 0 && feasible.length > 0) return feasible; // first of all a trial that counts
  const acquisition = ACQUISITIONS[name];
  const all = contenders.length > 0 ? contenders : objectives[0]!.trials.map((_, i) => i);
  const [first, second] = objectives;
  if (second === undefined)
    return [improvementWish(first!.surrogate.process, acquisition, bestOf(first!, all)), ...feasible];
  if (objectives.length === 2) return [frontWish(objectives, all), ...feasible];
  return [scalarWish(objectives, all, acquisition, algebra, features, uniform), ...feasible];
}

/** Rows of the best trials, the best first; of several objectives those of the front. */
export function incumbentsOf({ objectives }: Model): readonly Float64Array[] {
  const { trials } = objectives[0]!;
  const feasible = trials.map((_, i) => i).filter((i) => isFeasible(trials[i]!));
  const all = feasible.length > 0 ? feasible : trials.map((_, i) => i);
  if (objectives.length > 1) return frontOf(objectives, all).map((i) => trials[i]!.row);
  const { values } = objectives[0]!;
  return all
    .sort((a, b) => values[a]! - values[b]! || a - b)
    .slice(0, INCUMBENTS)
    .map((i) => trials[i]!.row);
}

function bestOf({ surrogate: { process }, values }: ModelledObjective, contenders: readonly number[]): number {
  const levels = process.hyperparameters.noise > NOISY ? process.meansAt(values) : values;
  const told = contenders.reduce((least, i) => Math.min(least, levels[i]!), Number.POSITIVE_INFINITY);
  return process.believedMeans().reduce((least, mean) => Math.min(least, mean), told); // open slots are believed, too
}

function lossesAt(objectives: readonly ModelledObjective[], i: number): number[] {
  return objectives.map(({ values }) => values[i]!);
}

/** Those of the trials that no other one beats. */
function frontOf(objectives: readonly ModelledObjective[], contenders: readonly number[]): number[] {
  const ranks = nonDominationRanks(
    contenders.map((i) => lossesAt(objectives, i)),
    1,
  );
  return contenders.filter((_, k) => ranks[k] === 0);
}

function frontWish(objectives: readonly ModelledObjective[], contenders: readonly number[]): Wish {
  const reference = objectives.map(({ values }) => values.reduce((most, value) => max(most, value), 0) + MARGIN);
  const believed = objectives.map(({ surrogate }) => surrogate.process.believedMeans());
  const open = Array.from(believed[0]!, (_, k) => believed.map((means) => means[k]!));
  const losses = [...contenders.map((i) => lossesAt(objectives, i)), ...open].filter((own) =>
    own.every((loss, k) => loss < reference[k]!),
  );
  const ranks = nonDominationRanks(losses, 1);
  const front = losses.filter((_, i) => ranks[i] === 0).sort(compareLosses);
  return {
    processes: objectives.map(({ surrogate }) => surrogate.process),
    worth: (means, deviations) => logHypervolumeImprovement(front, reference, means, deviations),
  };
}

/** The worst objective under random weights; another direction in every slot. *Source*: ParEGO, Knowles (2006). */
function scalarWish(
  objectives: readonly ModelledObjective[],
  contenders: readonly number[],
  acquisition: Acquisition,
  algebra: LinearAlgebra,
  features: PointFeatures,
  uniform: () => number,
): Wish {
  const exponential = objectives.map(() => -log(1 - uniform()));
  const sum = exponential.reduce((total, value) => total + value, 0);
  const weights = exponential.map((value) => value / sum);
  const { trials } = objectives[0]!;
  const least = objectives.map(({ values }) => values.reduce((low, value) => Math.min(low, value), 0));
  const worst = trials.map((_, i) => {
    const terms = objectives.map(({ values }, k) => weights[k]! * (values[i]! - least[k]!));
    return Math.max(...terms) + AUGMENTATION * terms.reduce((total, term) => total + term, 0);
  });
  const places = new Map(trials.map((trial, i) => [trial, i]));
  const scaled = (some: readonly KnownTrial[]) => {
    const losses = some.map((trial) => worst[places.get(trial)!]!);
    return Float64Array.from(losses, outputWarp(losses).warped);
  };
  const surrogate = new Surrogate(algebra, features, trials, scaled, 'wide');
  const own = surrogate.update(trials, scaled);
  const values = scaled(own);
  const kept = new Set(contenders.map((i) => trials[i]!));
  const best = own.reduce(
    (low, trial, i) => (kept.has(trial) ? Math.min(low, values[i]!) : low),
    Number.POSITIVE_INFINITY,
  );
  return improvementWish(surrogate.process, acquisition, best);
}
