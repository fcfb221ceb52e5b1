/**
 * Metrics: what a trainer tells about one step of one trial. A step is one metric point, by convention an epoch.
 */

/** The values of one step, by name. Plain data. */
export interface Metric<M extends string = string> {
  /** 1, 2, 3, ...: the epoch after which the values hold. */
  readonly step: number;
  readonly values: Readonly<Record<M, number>>;
}
