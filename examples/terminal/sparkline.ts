/**
 * Curves as one line of text, from any stream of metrics by ordinary RxJS operators.
 */
import { filter, groupBy, map, mergeMap, type Observable, scan } from 'rxjs';

const BARS = '▁▂▃▄▅▆▇█';

/** A curve in eighths of a character, between `low` and `high`: its own range unless given. */
export function sparkline(
  values: readonly number[],
  low = Math.min(...values.filter(Number.isFinite)),
  high = Math.max(...values.filter(Number.isFinite)),
): string {
  const bar = (value: number) => {
    const eighth = high > low ? Math.floor(((value - low) / (high - low)) * BARS.length) : BARS.length / 2;
    return BARS[Math.min(BARS.length - 1, Math.max(0, eighth))] ?? '?'; // NaN has no height
  };
  return values.map(bar).join('');
}

/** The curve of each trial so far, whenever it has grown; steps without the value are left out. */
export function curves<M extends { readonly trial: number }>(
  metrics$: Observable<M>,
  value: (metric: M) => number | undefined,
): Observable<{ readonly trial: number; readonly curve: readonly number[] }> {
  return metrics$.pipe(
    groupBy(({ trial }) => trial),
    mergeMap((one$) =>
      one$.pipe(
        map(value),
        filter((next) => next !== undefined),
        scan((curve: readonly number[], next) => [...curve, next], []),
        map((curve) => ({ trial: one$.key, curve })),
      ),
    ),
  );
}
