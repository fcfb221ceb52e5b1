/**
 * Runs Lanczos against an operator, in one stretch or giving way to the event loop.
 */
import { nextTurn } from '@tangentlab/core';
import type { KrylovBasis } from './krylov-basis.js';
import { type LanczosOptions, type LanczosResult, type LinearOperator, lanczosInSteps } from './lanczos.js';

/** Multiplications between two turns of the event loop. */
const SLICE = 2 ** 24;

/** Asks the operator for one product after the other, over a basis that is made for it and released in the end. */
export function runLanczos(
  operator: LinearOperator,
  size: number,
  options: LanczosOptions,
  makeBasis: () => KrylovBasis,
): LanczosResult {
  const steps = lanczosInSteps(size, options, makeBasis);
  try {
    let step = steps.next();
    while (!step.done) step = steps.next(operator(step.value));
    return step.value;
  } finally {
    steps.return(undefined as never);
  }
}

/** The same with an operator that may answer with promises. *Throws* the signal's reason when aborted. */
export async function runLanczosInTurns(
  operator: LinearOperator<Float64Array | Promise<Float64Array>>,
  size: number,
  options: LanczosOptions,
  makeBasis: () => KrylovBasis,
  signal?: AbortSignal,
): Promise<LanczosResult> {
  const steps = lanczosInSteps(size, options, makeBasis);
  try {
    signal?.throwIfAborted();
    let step = steps.next();
    let work = 0;
    for (let products = 1; !step.done; products++) {
      const product = await operator(step.value);
      // a product is taken for n^2 multiplications, as of a dense matrix
      work += size * (size + 4 * products);
      if (work > SLICE) {
        work = 0;
        await nextTurn();
      }
      signal?.throwIfAborted();
      step = steps.next(product);
    }
    return step.value;
  } finally {
    steps.return(undefined as never);
  }
}
