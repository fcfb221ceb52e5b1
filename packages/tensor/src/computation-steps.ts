/**
 * A computation in steps: one generator serves the synchronous function and the one that gives way to the event loop, so
 * that both give the same bits.
 *
 * Invariant: a computation that is given up is closed, and its `finally` blocks run.
 */
import { nextTurn } from '@tangentlab/core';

/** Each step yields about how many multiplications of plain TypeScript it took, 2 ns each. */
export type Steps<T> = Generator<number, T, void>;

/** Work between two turns of the event loop: about 30 ms. */
const SLICE = 2 ** 24;

/** All steps in one stretch. */
export function inOneStretch<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** All steps in stretches of about 30 ms. *Throws* the signal's reason when aborted. */
export async function inTurns<T>(steps: Steps<T>, signal?: AbortSignal): Promise<T> {
  let work = 0;
  try {
    signal?.throwIfAborted();
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
      work += step.value;
      if (work <= SLICE) continue;
      work = 0;
      await nextTurn();
      signal?.throwIfAborted();
    }
  } finally {
    steps.return(undefined as never);
  }
}
