/**
 * What a search reached, as one figure: the best value of the trials that came to their end, or the hypervolume of several
 * objectives, and how far it is from a figure of full training.
 */
import { hypervolume, nonDominationRanks } from 'tangentlab';
import { finalValues, GOALS } from './replay.js';

const lossesOf = (values, objectives) =>
  values.map((value, i) => (objectives[i].direction === 'maximize' ? -value : value));

/**
 * The corner that hypervolumes are measured from: a tenth of the width of the table's own front beyond its worst values,
 * so that a front that lacks its ends is worth much less.
 */
export function referenceCorner(curves, goal) {
  const objectives = GOALS[goal];
  const losses = curves.map((curve) => lossesOf(finalValues(curve, objectives), objectives));
  const ranks = nonDominationRanks(losses, 1);
  const front = losses.filter((_, i) => ranks[i] === 0);
  return objectives.map((_, m) => {
    const values = front.map((point) => point[m]);
    const [least, most] = [Math.min(...values), Math.max(...values)];
    return most + 0.1 * (most - least);
  });
}

/** A function from values of trials to their figure. */
export function figureFor(curves, goal) {
  const objectives = GOALS[goal];
  if (objectives.length === 1) {
    const best = objectives[0].direction === 'maximize' ? Math.max : Math.min;
    return (values) => best(...values.map(([value]) => value));
  }
  const corner = referenceCorner(curves, goal);
  return (values) =>
    hypervolume(
      values.map((one) => lossesOf(one, objectives)),
      corner,
    );
}

/** How much worse a figure is than another one, as a share of that one; below 0 if it is better. */
export function gapTo(full, figure, goal) {
  const [objective, ...others] = GOALS[goal];
  const rises = others.length > 0 || objective.direction === 'maximize';
  return (rises ? full - figure : figure - full) / Math.abs(full);
}

/** The figure after each complete trial, with the epochs that all trials had taken by then. */
export function progressOf({ complete }, figure) {
  const values = [];
  return complete.map((trial) => {
    values.push(trial.values);
    return { epochs: trial.epochs, figure: figure(values) };
  });
}
