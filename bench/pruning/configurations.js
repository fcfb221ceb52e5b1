/**
 * The 1,000 configurations of the table: a grid over six hyperparameters, ordered where they are numbers, so that searchers
 * that model see what they would see in a real search.
 */
import { choice, holdout, int, makeClassification, Space, standardScale, uniform } from 'tangentlab';

export const EPOCHS = 50;
/** Of the data, of its split, and of all trainings; frozen, as the stored curves are. */
export const SEED = 2026;

export const SPACE = {
  optimizer: choice('adam', 'sgd'),
  logLr: uniform(-4, -1, { step: 0.75 }),
  logWidth: int(3, 7),
  depth: int(1, 3, { step: 2 }),
  dropout: uniform(0, 0.4, { step: 0.1 }),
  logBatch: int(4, 6, { step: 2 }),
};

const space = new Space(SPACE);
export const ROWS = space.size;
/** The point of a row; rows are numbered as the space numbers its points. */
export const pointOf = (row) => space.point(row);
const rows = new Map(Array.from({ length: ROWS }, (_, row) => [keyOf(pointOf(row)), row]));

/** The row of a point. *Throws* for a point that is none of the space's. */
export function rowOf(params) {
  const row = rows.get(keyOf(params));
  if (row === undefined) throw new Error(`rowOf: expected a point of the table's space, got ${JSON.stringify(params)}`);
  return row;
}

function keyOf(params) {
  return JSON.stringify(Object.keys(SPACE).map((name) => params[name]));
}

/** Clusters that no line parts, half of the columns noise, and some labels that are wrong. */
export const SAMPLES = 2500;
export const data = makeClassification({
  samples: SAMPLES,
  features: 20,
  informative: 10,
  redundant: 2,
  classes: 4,
  clustersPerClass: 5,
  flipY: 0.02,
  classSep: 1,
  randomState: SEED,
}).pipe(standardScale(), holdout({ fraction: 0.4, randomState: SEED }));
export const VALIDATION_ROWS = 0.4 * SAMPLES;

/** What a point means: the layers, and the options of the trainer. */
export function meaningOf({ optimizer, logLr, logWidth, depth, dropout, logBatch }, { features, classes }) {
  return {
    optimizer,
    widths: [features, ...new Array(depth).fill(2 ** logWidth), classes],
    dropout,
    training: { lr: 10 ** logLr, batchSize: 2 ** logBatch, epochs: EPOCHS },
  };
}

/** Multiplications and additions of one sample on its way forward. */
export function multiplyAddsOf(widths) {
  return widths.slice(1).reduce((sum, width, i) => sum + width * widths[i], 0);
}
