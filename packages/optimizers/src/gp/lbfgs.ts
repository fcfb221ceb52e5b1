/**
 * L-BFGS in a box: the minimum of a smooth function of a few variables, each between two bounds.
 */

const { abs, max, min } = Math; // looked up once: a sandbox makes every look-up of a global expensive

/** The value at x; writes the slopes. */
export type SmoothFunction = (x: Float64Array, slopes: Float64Array) => number;

/** Where to search, and when to stop. */
export interface LbfgsOptions {
  readonly low: ArrayLike<number>;
  readonly high: ArrayLike<number>;
  /** At most so many steps; 50 unless given. */
  readonly steps?: number;
  /** Stops when no slope that leads into the box is larger; 1e-5 unless given. */
  readonly tolerance?: number;
  /** Stops when a step gains less than this share of the value's size; 1e-9 unless given. */
  readonly gain?: number;
}

/** Where the search came to. */
export interface LbfgsResult {
  readonly x: Float64Array;
  readonly value: number;
  readonly steps: number;
}

/** How many steps the curvature is estimated from. */
const MEMORY = 8;
/** A step is taken if it gains this share of what the slope promised. */
const ARMIJO = 1e-4;
const MAX_HALVINGS = 20;

interface Pair {
  readonly s: Float64Array;
  readonly y: Float64Array;
  readonly rho: number;
}

/**
 * Goes down from `start`, projected into the box. A variable at a bound that the slope pushes against stays there; steps of
 * the others are those of the limited-memory BFGS formula, halved until they gain.
 *
 * *Cost*: one evaluation or a few per step, and O(8 n). Never worse than the start: a value that is not finite counts as
 * one that gains nothing. *Source*: Nocedal and Wright, Numerical Optimization, algorithms 7.4 and 7.5.
 */
export function lbfgs(f: SmoothFunction, start: ArrayLike<number>, options: LbfgsOptions): LbfgsResult {
  const { low, high, steps = 50, tolerance = 1e-5, gain = 1e-9 } = options;
  const n = start.length;
  const inBox = (value: number, i: number) => min(high[i]!, max(low[i]!, value));
  let x: Float64Array = Float64Array.from(start, inBox);
  let slopes: Float64Array = new Float64Array(n);
  let value = f(x, slopes);
  let pairs: Pair[] = [];
  let step = 0;
  for (; step < steps && Number.isFinite(value); step++) {
    const isFree = (i: number) => !((x[i]! <= low[i]! && slopes[i]! > 0) || (x[i]! >= high[i]! && slopes[i]! < 0));
    const downhill = slopes.map((slope, i) => (isFree(i) ? slope : 0));
    const steepest = downhill.reduce((most, slope) => max(most, abs(slope)), 0);
    if (steepest <= tolerance) break;
    let direction = twoLoops(downhill, pairs).map((d, i) => (isFree(i) ? -d : 0));
    if (dot(direction, downhill) >= 0) {
      pairs = [];
      direction = downhill.map((slope) => -slope);
    }
    let length = pairs.length === 0 ? min(1, 0.25 / steepest) : 1;
    let next: { x: Float64Array; slopes: Float64Array; value: number } | undefined;
    for (let halving = 0; halving < MAX_HALVINGS && next === undefined; halving++, length /= 2) {
      const there = x.map((at, i) => inBox(at + length * direction[i]!, i));
      const own = new Float64Array(n);
      const found = f(there, own);
      const promised = there.reduce((sum, to, i) => sum + slopes[i]! * (to - x[i]!), 0);
      if (found <= value + ARMIJO * promised) next = { x: there, slopes: own, value: found };
    }
    if (next === undefined) {
      if (pairs.length === 0) break;
      pairs = []; // the curvature misled; the slope alone does not
      continue;
    }
    const s = next.x.map((to, i) => to - x[i]!);
    const y = next.slopes.map((slope, i) => slope - slopes[i]!);
    const curvature = dot(s, y);
    if (curvature > 1e-12 * dot(y, y)) pairs = [...pairs.slice(1 - MEMORY), { s, y, rho: 1 / curvature }];
    const gained = value - next.value;
    ({ x, slopes, value } = next);
    if (gained <= gain * max(1, abs(value))) break;
  }
  return { x, value, steps: step };
}

/** The inverse Hessian, as the pairs tell of it, times a vector. */
function twoLoops(vector: Float64Array, pairs: readonly Pair[]): Float64Array {
  const q = Float64Array.from(vector);
  const weights = new Float64Array(pairs.length);
  for (let k = pairs.length - 1; k >= 0; k--) {
    const { s, y, rho } = pairs[k]!;
    weights[k] = rho * dot(s, q);
    for (let i = 0; i < q.length; i++) q[i]! -= weights[k]! * y[i]!;
  }
  const last = pairs.at(-1);
  if (last !== undefined) {
    const scale = 1 / (last.rho * dot(last.y, last.y));
    for (let i = 0; i < q.length; i++) q[i]! *= scale;
  }
  pairs.forEach(({ s, y, rho }, k) => {
    const back = weights[k]! - rho * dot(y, q);
    for (let i = 0; i < q.length; i++) q[i]! += back * s[i]!;
  });
  return q;
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
