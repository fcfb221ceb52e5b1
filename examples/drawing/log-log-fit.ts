/**
 * The slope of a power law with its 95 % interval, from repeated measurements at several sizes.
 */

/** log y = intercept + slope log x. */
export interface LogLogFit {
  readonly slope: number;
  readonly intercept: number;
  /** Half of the 95 % interval of the slope. */
  readonly margin: number;
}

/** 97.5 % quantiles of Student's t with 1, 2, 3, ... degrees of freedom. */
const T = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131];

/**
 * Fits the means of log y at each x, which are the independent units: repeated measurements at one size share its bias.
 *
 * All x and y must be above 0, at three different x at least.
 */
export function logLogFit(points: readonly { readonly x: number; readonly y: number }[]): LogLogFit {
  const sizes = [...new Set(points.map(({ x }) => x))];
  const means = sizes.map((size) => {
    const at = points.filter(({ x }) => x === size);
    return { x: Math.log(size), y: at.reduce((sum, { y }) => sum + Math.log(y), 0) / at.length };
  });
  const mean = (of: (m: { x: number; y: number }) => number) => means.reduce((sum, m) => sum + of(m), 0) / means.length;
  const [cx, cy] = [mean(({ x }) => x), mean(({ y }) => y)];
  const spread = means.reduce((sum, { x }) => sum + (x - cx) ** 2, 0);
  const slope = means.reduce((sum, { x, y }) => sum + (x - cx) * (y - cy), 0) / spread;
  const intercept = cy - slope * cx;
  const left = means.reduce((sum, { x, y }) => sum + (y - intercept - slope * x) ** 2, 0);
  const freedom = means.length - 2;
  const t = T[Math.min(freedom, T.length) - 1]!;
  return { slope, intercept, margin: t * Math.sqrt(left / freedom / spread) };
}
