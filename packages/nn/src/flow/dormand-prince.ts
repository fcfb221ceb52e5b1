/**
 * Integration of y' = f(y) in f64 with steps of its own choosing: the pair of orders 5 and 4 of Dormand and Prince. The
 * last slope of a step is the first of the next one, so a step costs six evaluations.
 */
import { nextTurn, TrialError } from '@tangentlab/core';

/** Where an integration stands; enough to go on from. */
export interface FlowState {
  readonly y: Float64Array;
  /** The step that it would take next. */
  readonly step: number;
}

/** What `integrate` takes. */
export interface IntegrationOptions {
  /** How far, in time. */
  readonly time: number;
  /** Error that a step may make, relative to 1 + |y|, as a root mean square over the entries. */
  readonly tolerance: number;
  /** Evaluations between two turns of the event loop; 64 unless given. */
  readonly slice?: number;
  readonly signal?: AbortSignal;
}

/** What an integration came to. */
export interface Integrated extends FlowState {
  readonly evaluations: number;
}

// the tableau: row i makes the point at which slope i+1 is taken; the last row is the solution of order 5
const A = [
  [1 / 5],
  [3 / 40, 9 / 40],
  [44 / 45, -56 / 15, 32 / 9],
  [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
  [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
  [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
] as const;
/** The difference of the solutions of orders 5 and 4. */
const E = [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40] as const;
/** Steps grow and shrink by no more than this at once, and aim a little below the tolerance. */
const [SHRINK, GROW, SAFETY] = [0.2, 5, 0.9];
/** Steps shorter than this share of the whole time get nowhere. */
const SHORTEST = 1e-12;

/**
 * Follows y' = f(y) from `start` for some time.
 *
 * *Cost*: six evaluations a step, a few vectors of memory. *Error*: each step keeps to the tolerance; over a long time
 * errors add up as the equation lets them. Gives way to the event loop. *Throws* NUMERIC_NOT_FINITE where f is no number
 * or steps become too short to get anywhere; the signal's reason when aborted. *Determinism*: draws nothing. *Source*:
 * Dormand and Prince (1980); Hairer, Norsett and Wanner (1993), II.4 and II.5.
 */
export async function integrate(
  f: (y: Float64Array) => Float64Array,
  start: FlowState | { readonly y: Float64Array },
  options: IntegrationOptions,
): Promise<Integrated> {
  const { time, tolerance, slice = 64, signal } = options;
  let y = start.y;
  let slope = f(y);
  let step = Math.min('step' in start ? start.step : firstStep(y, slope, tolerance), time);
  let evaluations = 1;
  let [at, lastTurn] = [0, 0];
  // what is left of the last step by rounding is no step of its own
  while (time - at > SHORTEST * time) {
    const length = Math.min(step, time - at);
    const tried = tryStep(f, y, slope, length, tolerance);
    evaluations += 6;
    const wanted = length * Math.min(GROW, Math.max(SHRINK, SAFETY * tried.error ** -0.2));
    if (tried.error <= 1) {
      at += length;
      y = tried.y;
      slope = tried.slope;
      // a step that was cut at the end says nothing about how long the next one may be, unless it had to shrink
      step = length < step ? Math.max(wanted, step) : wanted;
    } else step = Number.isNaN(tried.error) ? length * SHRINK : wanted;
    if (!(step > SHORTEST * time)) throw tooShort(at, tried.error);
    if (evaluations - lastTurn >= slice) {
      lastTurn = evaluations;
      await nextTurn();
      signal?.throwIfAborted();
    }
  }
  return { y, step, evaluations };
}

interface Tried {
  readonly y: Float64Array;
  /** f at the new point. */
  readonly slope: Float64Array;
  /** In units of the tolerance. */
  readonly error: number;
}

function tryStep(
  f: (y: Float64Array) => Float64Array,
  y: Float64Array,
  slope: Float64Array,
  length: number,
  tolerance: number,
): Tried {
  const slopes = [slope];
  let next = y;
  for (const row of A) {
    next = y.slice();
    for (const [s, weight] of row.entries()) {
      if (weight === 0) continue;
      const k = slopes[s]!;
      for (let i = 0; i < next.length; i++) next[i]! += length * weight * k[i]!;
    }
    slopes.push(f(next));
  }
  let squares = 0;
  for (let i = 0; i < y.length; i++) {
    let error = 0;
    for (let s = 0; s < E.length; s++) error += E[s]! * slopes[s]![i]!;
    const scale = tolerance * (1 + Math.max(Math.abs(y[i]!), Math.abs(next[i]!)));
    squares += ((length * error) / scale) ** 2;
  }
  return { y: next, slope: slopes.at(-1)!, error: Math.sqrt(squares / y.length) };
}

/** A step over which the solution moves by a hundredth of its size, or less where the tolerance is finer. */
function firstStep(y: Float64Array, slope: Float64Array, tolerance: number): number {
  const norm = (v: Float64Array) => Math.sqrt(v.reduce((sum, value) => sum + value * value, 0) / v.length);
  const moved = norm(slope);
  return moved === 0 ? Number.POSITIVE_INFINITY : (tolerance ** 0.2 * (1 + norm(y))) / (10 * moved);
}

function tooShort(at: number, error: number): TrialError {
  return new TrialError('NUMERIC_NOT_FINITE', {
    where: `integration, time ${at}`,
    expected: 'steps of a sensible length must suffice',
    got: Number.isNaN(error) ? 'slopes that are NaN' : 'an error that no step is short enough for',
    todo: 'look for huge values in the data, take a smoother activation, or raise the tolerance',
  });
}
