/**
 * A regression tree over the unit cube: cuts of one coordinate after the other, each where it explains most of the
 * variance. Knows its own cells, so that means over any of its coordinates can be computed exactly.
 */

const { max, min } = Math;

/** A cell of the cube in which the tree predicts one value. */
export interface Cell {
  readonly low: Float64Array; // d
  readonly high: Float64Array; // d
  readonly value: number;
}

/** What a tree is grown with. */
export interface GrowOptions {
  /** Cells of at most so many rows are not cut. */
  readonly leafSize: number;
  /** How many coordinates are looked at for each cut. */
  readonly candidates: number;
  readonly uniform: () => number;
}

/**
 * The cells of a tree on some of the rows.
 *
 * *Shapes*: `x` n x d, `y` n. *Cost*: O(candidates x n log n) a level. *Source*: Breiman et al. (1984); Breiman (2001).
 */
export function growCells(
  x: readonly Float64Array[],
  y: ArrayLike<number>,
  rows: readonly number[],
  options: GrowOptions,
): Cell[] {
  const d = x[0]?.length ?? 0;
  const cells: Cell[] = [];
  const open = [{ rows, low: new Float64Array(d), high: new Float64Array(d).fill(1) }];
  for (let cell = open.pop(); cell !== undefined; cell = open.pop()) {
    const cut = cell.rows.length <= options.leafSize ? undefined : bestCut(x, y, cell.rows, d, options);
    if (cut === undefined) {
      const value = cell.rows.reduce((sum, row) => sum + y[row]!, 0) / cell.rows.length;
      cells.push({ low: cell.low, high: cell.high, value });
      continue;
    }
    const { coordinate, at } = cut;
    const left = {
      rows: cell.rows.filter((row) => x[row]![coordinate]! <= at),
      low: cell.low,
      high: cell.high.slice(),
    };
    const right = {
      rows: cell.rows.filter((row) => x[row]![coordinate]! > at),
      low: cell.low.slice(),
      high: cell.high,
    };
    left.high[coordinate] = at;
    right.low[coordinate] = at;
    open.push(right, left);
  }
  return cells;
}

function bestCut(
  x: readonly Float64Array[],
  y: ArrayLike<number>,
  rows: readonly number[],
  d: number,
  { candidates, uniform }: GrowOptions,
): { readonly coordinate: number; readonly at: number } | undefined {
  const total = rows.reduce((sum, row) => sum + y[row]!, 0);
  let best: { readonly coordinate: number; readonly at: number } | undefined;
  let gain = (total * total) / rows.length; // what a cut must beat: the squared sum over the number of both parts
  gain += 1e-12 * Math.abs(gain);
  const coordinates = Array.from({ length: d }, (_, j) => j);
  for (let tried = 0; tried < min(candidates, d) || (best === undefined && tried < d); tried++) {
    const pick = tried + Math.floor(uniform() * (d - tried));
    [coordinates[tried], coordinates[pick]] = [coordinates[pick]!, coordinates[tried]!];
    const j = coordinates[tried]!;
    const sorted = [...rows].sort((a, b) => x[a]![j]! - x[b]![j]!);
    let sum = 0;
    for (let k = 0; k < sorted.length - 1; k++) {
      sum += y[sorted[k]!]!;
      const [here, next] = [x[sorted[k]!]![j]!, x[sorted[k + 1]!]![j]!];
      if (!(here < next)) continue;
      const score = (sum * sum) / (k + 1) + (total - sum) ** 2 / (sorted.length - k - 1);
      if (score > gain) {
        gain = score;
        best = { coordinate: j, at: max(here, 0.5 * (here + next)) };
      }
    }
  }
  return best;
}
