/**
 * What the next trial is worth at a point, over all that is modelled there: the objectives, the constraints, and whether
 * the trial fails.
 */
import { type Acquisition, logFeasible, type Worth } from './acquisition.js';
import type { GaussianProcess } from './gaussian-process.js';
import type { PointFeatures } from './point-features.js';

/** The worth of a trial at rows of coordinates; more is better. */
export interface Criterion {
  /** At several rows. */
  at(rows: readonly Float64Array[]): Float64Array;
  /** At one row, with its slopes along the coordinates. */
  near(row: Float64Array, slopes: Float64Array): number;
}

/** What is wanted of some processes together: the worth, given means and deviations, and its slopes along them. */
export interface Wish {
  readonly processes: readonly GaussianProcess[];
  worth(
    means: ArrayLike<number>,
    deviations: ArrayLike<number>,
  ): {
    readonly value: number;
    readonly byMean: readonly number[];
    readonly byDeviation: readonly number[];
  };
}

/** One objective's acquisition, above the best loss so far. */
export function improvementWish(process: GaussianProcess, acquisition: Acquisition, best: number): Wish {
  return wishOfOne(process, (mean, deviation) => acquisition(mean, deviation, best));
}

/** That a quantity is at most `bound`: the logarithm of its probability. */
export function boundWish(process: GaussianProcess, bound: number): Wish {
  return wishOfOne(process, (mean, deviation) => logFeasible(mean, deviation, bound));
}

function wishOfOne(process: GaussianProcess, worth: (mean: number, deviation: number) => Worth): Wish {
  return {
    processes: [process],
    worth(means, deviations) {
      const { value, byMean, byDeviation } = worth(means[0]!, deviations[0]!);
      return { value, byMean: [byMean], byDeviation: [byDeviation] };
    },
  };
}

/** The sum of wishes, which are logarithms of expectations or probabilities taken as independent. */
export function sumOfWishes(features: PointFeatures, wishes: readonly Wish[]): Criterion {
  const { width } = features;
  return {
    at(rows) {
      const points = new Float64Array(rows.length * width);
      rows.forEach((row, k) => {
        features.write(row, points, k * width);
      });
      const worths = new Float64Array(rows.length);
      for (const { processes, worth } of wishes) {
        const beliefs = processes.map((process) => process.at(points, rows.length));
        for (let k = 0; k < rows.length; k++) {
          const { value } = worth(
            beliefs.map(({ means }) => means[k]!),
            beliefs.map(({ deviations }) => deviations[k]!),
          );
          worths[k]! += value;
        }
      }
      return worths;
    },
    near(row, slopes) {
      const point = new Float64Array(width);
      features.write(row, point, 0);
      const byFeature = new Float64Array(width);
      let sum = 0;
      for (const { processes, worth } of wishes) {
        const beliefs = processes.map((process) => process.near(point));
        const { value, byMean, byDeviation } = worth(
          beliefs.map(({ mean }) => mean),
          beliefs.map(({ deviation }) => deviation),
        );
        sum += value;
        beliefs.forEach(({ meanSlopes, deviationSlopes }, i) => {
          for (let f = 0; f < width; f++)
            byFeature[f]! += byMean[i]! * meanSlopes[f]! + byDeviation[i]! * deviationSlopes[f]!;
        });
      }
      features.slopes(row, byFeature, slopes);
      return sum;
    },
  };
}
