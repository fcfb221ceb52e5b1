/**
 * Curves as one line of text, from any stream of metrics by ordinary RxJS operators.
 */
import { groupBy, map, mergeMap, type Observable, scan } from 'rxjs';

const BARS = '▁▂▃▄▅▆▇█';

/** A curve in eighths of a character, between `low` and `high`. */
export function sparkline(values: readonly number[], low: number, high: number): string {
  return values
    .map(
      (value) => BARS[Math.min(BARS.length - 1, Math.max(0, Math.floor(((value - low) / (high - low)) * BARS.length)))],
    )
    .join('');
}

/** The curve of each trial so far, whenever it has grown. */
export function curves<M extends { readonly trial: number }>(
  metrics$: Observable<M>,
  value: (metric: M) => number,
): Observable<{ readonly trial: number; readonly curve: readonly number[] }> {
  return metrics$.pipe(
    groupBy(({ trial }) => trial),
    mergeMap((one$) =>
      one$.pipe(
        map(value),
        scan((curve: readonly number[], next) => [...curve, next], []),
        map((curve) => ({ trial: one$.key, curve })),
      ),
    ),
  );
}
