/**
 * Means and variances of a stream of batches, without keeping the rows.
 *
 * Not for data that fits in memory: `standardScaling` reads it twice and is a little more exact. Invariant: batches may be
 * cut anywhere, and moments merged in any grouping, with the same result to rounding.
 */
import { ShapeError } from '@tangentlab/core';
import type { Samples } from '@tangentlab/tensor';
import { map, type OperatorFunction, reduce } from 'rxjs';
import { ColumnScaling, checkRows } from './column-scaling.js';
import { deviations } from './standard-scale.js';

// n rows so far; m2 is the sum of squared distances from the mean, per column

/**
 * Moments of the columns of all rows added so far.
 *
 * *Cost*: O(features) to keep, O(samples x features) per batch. *Source*: Welford 1962 for a row; Chan, Golub & LeVeque
 * 1983 for joining two sets of rows.
 * @example
 * const moments = new RunningMoments(1);
 * moments.add({ x: Float64Array.of(1, 2), samples: 2, features: 1 });
 * moments.add({ x: Float64Array.of(6), samples: 1, features: 1 });
 * [moments.samples, ...moments.scaling().center] // => [3, 3]
 */
export class RunningMoments {
  private n = 0;
  private readonly mean: Float64Array;
  private readonly m2: Float64Array;

  /** @param features How many columns every batch has. */
  constructor(readonly features: number) {
    this.mean = new Float64Array(features);
    this.m2 = new Float64Array(features);
  }

  /** The rows so far. */
  get samples(): number {
    return this.n;
  }

  /** Takes in the rows of a batch. *Throws* SHAPE_MISMATCH for other columns than before. */
  add(batch: Samples): void {
    this.checkColumns(batch.features);
    const of = new RunningMoments(this.features);
    for (let row = 0; row < batch.samples; row++) {
      of.n++;
      for (let j = 0; j < this.features; j++) {
        const value = batch.x[row * this.features + j]!;
        const before = value - of.mean[j]!;
        of.mean[j] = of.mean[j]! + before / of.n;
        of.m2[j] = of.m2[j]! + before * (value - of.mean[j]!);
      }
    }
    this.merge(of);
  }

  /** Takes in the rows that other moments have seen. *Throws* SHAPE_MISMATCH for other columns. */
  merge(other: RunningMoments): void {
    this.checkColumns(other.features);
    if (other.n === 0) return;
    const n = this.n + other.n;
    for (let j = 0; j < this.features; j++) {
      const distance = other.mean[j]! - this.mean[j]!;
      this.mean[j] = this.mean[j]! + (distance * other.n) / n;
      this.m2[j] = this.m2[j]! + other.m2[j]! + ((distance * distance * this.n) / n) * other.n;
    }
    this.n = n;
  }

  /** The standard scaling of all rows so far. *Throws* CONFIG_INVALID before the first row. */
  scaling(): ColumnScaling {
    checkRows('RunningMoments', { x: this.mean, samples: this.n, features: this.features });
    const variance = this.m2.map((sum) => sum / this.n);
    return new ColumnScaling(Float64Array.from(this.mean), deviations(this.mean, variance, this.n));
  }

  private checkColumns(features: number): void {
    if (features === this.features) return;
    throw new ShapeError('SHAPE_MISMATCH', {
      where: 'RunningMoments',
      expected: `batches of ${this.features} columns are needed`,
      got: String(features),
      todo: 'keep one RunningMoments per table',
    });
  }
}

/**
 * The standard scaling of a whole stream of batches, emitted when it ends.
 *
 * *Cost*: O(features) of memory. *Throws*, in the stream, CONFIG_INVALID when there was no row, SHAPE_MISMATCH for batches
 * of different columns.
 * @example
 * const batches$ = of({ x: Float64Array.of(1, 2), samples: 2, features: 1 }, { x: Float64Array.of(6), samples: 1, features: 1 });
 * const scaling = await firstValueFrom(batches$.pipe(runningScaling()));
 * [...scaling.center] // => [3]
 */
export function runningScaling(): OperatorFunction<Samples, ColumnScaling> {
  return (batches$) =>
    batches$.pipe(
      reduce((moments: RunningMoments | undefined, batch) => {
        const known = moments ?? new RunningMoments(batch.features);
        known.add(batch);
        return known;
      }, undefined),
      map((moments) => (moments ?? new RunningMoments(0)).scaling()),
    );
}
