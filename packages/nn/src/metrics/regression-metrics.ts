/**
 * How well real targets are met: R2, and mean errors.
 */

/** What a regression achieves on a table. */
export interface RegressionMetrics {
  /** 1 - residual over total sum of squares, averaged over the outputs. 1 is perfect, 0 is as good as the mean. */
  readonly r2: number;
  /** Root of the mean squared error over all outputs. */
  readonly rmse: number;
  /** Mean absolute error over all outputs. */
  readonly mae: number;
}

/**
 * R2 and mean errors.
 *
 * *Shapes*: z and targets are rows x outputs, row-major. An output whose target is constant counts with R2 = 1 if it is
 * met exactly, else 0. *Cost*: O(rows x outputs). R2 is NaN for fewer than two rows, the errors for none. *Source*: scikit-learn's `r2_score`.
 *
 * @example
 * regressionMetrics(Float64Array.of(1, 2, 4), Float64Array.of(1, 2, 3), 1).r2 // => 0.5
 */
export function regressionMetrics(z: Float64Array, targets: Float64Array, outputs: number): RegressionMetrics {
  const rows = targets.length / outputs;
  let [r2, squares, absolute] = [0, 0, 0];
  for (let j = 0; j < outputs; j++) {
    let mean = 0;
    for (let i = 0; i < rows; i++) mean += targets[i * outputs + j]! / rows;
    let [residual, total] = [0, 0];
    for (let i = 0; i < rows; i++) {
      const [t, error] = [targets[i * outputs + j]!, z[i * outputs + j]! - targets[i * outputs + j]!];
      residual += error * error;
      total += (t - mean) ** 2;
      absolute += Math.abs(error);
    }
    squares += residual;
    r2 += total === 0 ? (residual === 0 ? 1 : 0) : 1 - residual / total;
  }
  const count = rows * outputs;
  return { r2: rows < 2 ? Number.NaN : r2 / outputs, rmse: Math.sqrt(squares / count), mae: absolute / count };
}
