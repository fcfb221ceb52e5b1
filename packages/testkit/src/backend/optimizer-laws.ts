/**
 * Laws of what works in place: accumulate and adam, over several steps. Errors carry over from step to step, and so do
 * the bounds: each is computed from that of the step before.
 */
import type { AdamStep } from '@tangentlab/tensor';
import fc from 'fast-check';
import type { BackendBench, BackendCheck, Twin } from './backend-bench.js';
import { expectWithin } from './error-bounds.js';
import { seed, size } from './shape-arbitraries.js';

const STEPS = 5;

/** |error| grows by 2 eps (|t| + |alpha a|) a step. */
async function accumulates(bench: BackendBench, rows: number, cols: number, seed: number): Promise<void> {
  const target = bench.random(seed, rows, cols);
  const errors = new Float64Array(rows * cols);
  for (let step = 1; step <= STEPS; step++) {
    const a = bench.random(seed + step, rows, cols);
    const before = await bench.truth.read(target.truth);
    const alpha = [undefined, -0.5, 3][step % 3];
    for (let i = 0; i < errors.length; i++)
      errors[i]! += 2 * (Math.abs(before[i]!) + Math.abs((alpha ?? 1) * a.values[i]!)) * bench.eps;
    await bench.agree(
      `accumulate, step ${step}`,
      (backend, side) => {
        if (alpha === undefined) backend.accumulate(side(target), side(a));
        else backend.accumulate(side(target), side(a), alpha);
        return side(target);
      },
      (i) => errors[i]!,
    );
    expectWithin('what was accumulated', await bench.tested.read(a.tested), a.values, () => 0);
  }
}

/** The state of Adam, and bounds of the error of each part of it. */
interface AdamState {
  readonly theta: Twin;
  readonly m: Twin;
  readonly v: Twin;
  readonly errors: { readonly theta: Float64Array; readonly m: Float64Array; readonly v: Float64Array };
}

/**
 * Carries the bounds over one step, from the state after it. m adds 3 eps (beta1 |m| + (1 - beta1) |g|), v 5 eps v, and
 * theta what these make of lr m^ / (sqrt(v^) + epsilon), with ten roundings of its own, and one of the sum.
 *
 * The constants 1 - beta and the corrections count as rounded once: they have to be computed in f64.
 */
async function carryBounds(
  bench: BackendBench,
  state: AdamState,
  g: Twin,
  before: Float64Array,
  options: AdamStep,
): Promise<void> {
  const { lr, beta1, beta2, epsilon, step } = options;
  const { truth, eps } = bench;
  const [theta, v] = [await truth.read(state.theta.truth), await truth.read(state.v.truth)];
  const mAfter = await truth.read(state.m.truth);
  const [c1, c2] = [1 - beta1 ** step, 1 - beta2 ** step];
  for (let i = 0; i < theta.length; i++) {
    const parts = beta1 * Math.abs(before[i]!) + (1 - beta1) * Math.abs(g.values[i]!);
    state.errors.m[i] = beta1 * state.errors.m[i]! + 3 * eps * parts;
    state.errors.v[i] = beta2 * state.errors.v[i]! + 5 * eps * v[i]!;
    const below = Math.sqrt(v[i]! / c2) + epsilon;
    const update = Math.abs((lr * mAfter[i]!) / c1 / below);
    const ofV = v[i]! === 0 ? 0 : state.errors.v[i]! / v[i]!;
    const ofUpdate = (lr * state.errors.m[i]!) / c1 / below + update * (ofV / 2 + 10 * eps);
    state.errors.theta[i]! += ofUpdate + eps * Math.abs(theta[i]!);
  }
}

async function adamSteps(bench: BackendBench, rows: number, cols: number, seed: number): Promise<void> {
  const zeros = () => bench.upload(new Float64Array(rows * cols), rows, cols);
  const none = () => new Float64Array(rows * cols);
  const theta = bench.random(seed, rows, cols);
  const state: AdamState = { theta, m: zeros(), v: zeros(), errors: { theta: none(), m: none(), v: none() } };
  for (let step = 1; step <= STEPS; step++) {
    const g = bench.random(seed + step, rows, cols);
    const options = { lr: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step };
    const before = await bench.truth.read(state.m.truth);
    bench.tested.adam(state.theta.tested, g.tested, state.m.tested, state.v.tested, options);
    bench.truth.adam(state.theta.truth, g.truth, state.m.truth, state.v.truth, options);
    await carryBounds(bench, state, g, before, options);
    for (const part of ['m', 'v', 'theta'] as const) {
      await bench.agree(
        `adam, ${part} after step ${step}`,
        (_, side) => side(state[part]),
        (i) => state.errors[part][i]!,
      );
    }
    expectWithin('the gradient given to adam', await bench.tested.read(g.tested), g.values, () => 0);
  }
}

export const OPTIMIZER_CHECKS: readonly BackendCheck[] = [
  {
    name: 'accumulate adds in place, step after step',
    check: (bench) =>
      bench.forAll(fc.tuple(size, size, seed), ([rows, cols, start]) => accumulates(bench, rows, cols, start)),
  },
  {
    name: 'adam updates parameter and moments in place, step after step',
    check: (bench) =>
      bench.forAll(fc.tuple(size, size, seed), ([rows, cols, start]) => adamSteps(bench, rows, cols, start)),
  },
];
