/**
 * Laws of optimizer steps. Every step starts, on both sides, from what the back end under test holds, so that a bound
 * counts the roundings of one step alone; over several steps, so that a state that is not kept shows.
 */
import { initialState, type OptimizerSpec } from '@tangentlab/tensor';
import fc from 'fast-check';
import type { BackendBench, BackendCheck } from './backend-bench.js';
import { expectWithin } from './error-bounds.js';
import { seed, size } from './shape-arbitraries.js';

const STEPS = 4;
const LR = 0.01;

const OPTIMIZERS: Readonly<Record<string, OptimizerSpec>> = {
  sgd: { name: 'sgd', momentum: 0, nesterov: false },
  momentum: { name: 'sgd', momentum: 0.9, nesterov: false },
  'Nesterov momentum': { name: 'sgd', momentum: 0.9, nesterov: true },
  adam: { name: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  adamW: { name: 'adamW', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.1 },
  rmsProp: { name: 'rmsProp', alpha: 0.99, epsilon: 1e-8, momentum: 0 },
  'rmsProp with momentum': { name: 'rmsProp', alpha: 0.99, epsilon: 1e-8, momentum: 0.5 },
  adagrad: { name: 'adagrad', epsilon: 1e-10, initialAccumulator: 0.1 },
};

/** Roundings that one entry of the parameter, and of each part of the state, may cost. */
interface EntryBounds {
  readonly theta: number;
  readonly state: readonly number[];
}

/**
 * The bounds of one entry, from the state before and after an exact step. A sum of products costs three roundings of its
 * parts, a running mean of squares five of itself - constants like 1 - beta count as rounded once: they have to be
 * computed in f64 -, a quotient by a root ten of itself beside those of what goes in.
 */
function boundsOf(
  optimizer: OptimizerSpec,
  step: number,
  theta: number,
  g: number,
  before: readonly number[],
  after: readonly number[],
): EntryBounds {
  const moved = (update: number, inUpdate: number) => 2 * Math.abs(theta) + LR * (inUpdate + 3 * Math.abs(update));
  switch (optimizer.name) {
    case 'sgd': {
      const { momentum, nesterov } = optimizer;
      if (momentum === 0) return { theta: moved(g, 0), state: [] };
      const inVelocity = 3 * (momentum * Math.abs(before[0]!) + Math.abs(g));
      if (!nesterov) return { theta: moved(after[0]!, inVelocity), state: [inVelocity] };
      const parts = Math.abs(g) + momentum * Math.abs(after[0]!);
      return { theta: moved(parts, momentum * inVelocity + 3 * parts), state: [inVelocity] };
    }
    case 'adam':
    case 'adamW': {
      const { beta1, beta2, epsilon } = optimizer;
      const inMean = 3 * (beta1 * Math.abs(before[0]!) + (1 - beta1) * Math.abs(g));
      const below = (1 - beta1 ** step) * (Math.sqrt(after[1]! / (1 - beta2 ** step)) + epsilon);
      const update = after[0]! / below;
      const decayed = optimizer.name === 'adamW' ? Math.abs(theta) : 0; // one product more
      const inTheta = moved(update, inMean / below + 13 * Math.abs(update)) + decayed;
      return { theta: inTheta, state: [inMean, 5 * after[1]!] };
    }
    case 'rmsProp': {
      const { epsilon, momentum } = optimizer;
      const scaled = Math.abs(g) / (Math.sqrt(after[0]!) + epsilon);
      if (momentum === 0) return { theta: moved(scaled, 13 * scaled), state: [5 * after[0]!] };
      const inVelocity = 3 * momentum * Math.abs(before[1]!) + 16 * scaled;
      return { theta: moved(after[1]!, inVelocity), state: [5 * after[0]!, inVelocity] };
    }
    case 'adagrad': {
      const scaled = Math.abs(g) / (Math.sqrt(after[0]!) + optimizer.epsilon);
      return { theta: moved(scaled, 13 * scaled), state: [3 * after[0]!] };
    }
  }
}

async function steps(
  bench: BackendBench,
  optimizer: OptimizerSpec,
  rows: number,
  cols: number,
  seed: number,
): Promise<void> {
  const { tested, truth } = bench;
  const theta = bench.random(seed, rows, cols).tested;
  const state = initialState(optimizer).map((fill) =>
    tested.upload(new Float64Array(rows * cols).fill(fill), rows, cols),
  );
  for (let step = 1; step <= STEPS; step++) {
    const g = bench.random(seed + step, rows, cols);
    const before = await Promise.all([theta, ...state].map((matrix) => tested.read(matrix)));
    const [exactTheta, ...exactState] = before.map((values) => truth.upload(values, rows, cols));
    tested.optimizerStep(theta, g.tested, state, optimizer, { step, lr: LR });
    truth.optimizerStep(exactTheta!, g.truth, exactState, optimizer, { step, lr: LR });
    const want = await Promise.all([exactTheta!, ...exactState].map((matrix) => truth.read(matrix)));
    const bounds = Array.from(g.values, (gi, i) => {
      const at = (list: readonly Float64Array[]) => list.slice(1).map((values) => values[i]!);
      return boundsOf(optimizer, step, before[0]![i]!, gi, at(before), at(want));
    });
    for (const [part, matrix] of [theta, ...state].entries()) {
      const what = `${optimizer.name}, ${part === 0 ? 'the parameter' : `state ${part}`} after step ${step}`;
      const bound = (i: number) => (part === 0 ? bounds[i]!.theta : bounds[i]!.state[part - 1]!);
      expectWithin(what, await tested.read(matrix), want[part]!, (i) => bound(i) * bench.eps + bench.tiny);
    }
    expectWithin('the gradient given to an optimizer', await tested.read(g.tested), g.values, () => 0);
  }
}

export const OPTIMIZER_CHECKS: readonly BackendCheck[] = Object.entries(OPTIMIZERS).map(([name, optimizer]) => ({
  name: `${name} updates parameter and state in place, step after step`,
  check: (bench) =>
    bench.forAll(fc.tuple(size, size, seed), ([rows, cols, start]) => steps(bench, optimizer, rows, cols, start)),
}));
