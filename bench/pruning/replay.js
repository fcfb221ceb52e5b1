/**
 * Searches whose trials replay stored curves: what they reach, and how many epochs they spend on it.
 */
import { maximize, minimize, Rng, searchTrials } from 'tangentlab';
import { EPOCHS, rowOf, SEED, SPACE, VALIDATION_ROWS } from './configurations.js';

/** What is searched for. Losses are values turned so that less is better. */
export const GOALS = {
  valAccuracy: [maximize('valAccuracy')],
  valLoss: [minimize('valLoss', { at: 'best' })],
  'valAccuracy and cost': [maximize('valAccuracy'), minimize('logCost')],
};

/** The metrics of a row, as its training told them, and noise for a rule that knows nothing. */
export function curveOf({ multiplyAdds, correct, valLoss }, row) {
  const logCost = Math.log2(multiplyAdds);
  const noise = Rng.root(SEED).split('noise', row).stream();
  return correct.map((count, i) => ({
    step: i + 1,
    values: { valAccuracy: count / VALIDATION_ROWS, valLoss: valLoss[i], logCost, noise: noise() },
  }));
}

/** The values of a row that was trained to its end. */
export function finalValues(curve, objectives) {
  return objectives.map(({ metric, direction, at }) => {
    const values = curve.map((step) => step.values[metric]);
    if (at === 'last') return values.at(-1);
    return direction === 'maximize' ? Math.max(...values) : Math.min(...values);
  });
}

/**
 * One search. `complete` are the trials that came to their end, in that order: their values, and how many epochs all
 * trials together had taken by then.
 */
export function replay(curves, { searcher, pruner, goal, trials, seed, lag = 1 }) {
  const objectives = GOALS[goal];
  const complete = [];
  let epochs = 0;
  const options = { space: SPACE, searcher, objectives, trials, rng: Rng.root(seed), lag };
  searchTrials(
    pruner === undefined ? options : { ...options, pruner },
    ({ params }) => curves[rowOf(params)],
  ).subscribe((event) => {
    if (event.type === 'trial/metric') epochs++;
    if (event.type !== 'trial/finished') return;
    if (event.state === 'failed') throw new Error(`trial ${event.trial}: ${event.error.message}`);
    if (event.state === 'complete') complete.push({ values: event.values, epochs });
  });
  return { complete, epochs, share: epochs / (trials * EPOCHS) };
}
