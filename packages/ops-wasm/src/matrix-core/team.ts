/**
 * The threads that help a back end with large layers. They start when the first large piece of work is announced, and wait
 * in between without using a core. A thread that fails sends all away: the work goes on with one.
 */
import { messageOf, RunError } from '@tangentlab/core';
import type { Seat, Thread, ThreadHost } from '../thread-host.js';
import type { TeamKernels } from './kernels.js';

/** Where threads come from. */
export type TeamHost = Pick<ThreadHost, 'start' | 'maySleep'>;

/** So many multiplications in one product, some 0.2 ms of them, make a layer large. */
export const LARGE = 2 ** 22;

/** Looks at what is not done yet before a thread counts as lost: some 10 s, and a part takes ms. */
const PATIENCE = 1e10;

export class Team {
  readonly #kernels: TeamKernels;
  readonly #seat: Omit<Seat, 'thread'>;
  readonly #size: number;
  readonly #host: TeamHost;
  readonly #gone: Promise<void>[] = [];
  #threads: Thread[] = [];
  #begun = false;
  #trouble: string | undefined;

  /** @param size Threads in all, the caller's included. */
  constructor(kernels: TeamKernels, seat: Omit<Seat, 'thread'>, size: number, host: TeamHost) {
    this.#kernels = kernels;
    this.#seat = seat;
    this.#size = size;
    this.#host = host;
  }

  /** Announces a product of so many multiplications: threads start if it is the first large one. They help once they run. */
  announce(multiplications: number): void {
    if (this.#begun || multiplications < LARGE) return;
    this.#begun = true;
    try {
      for (let thread = 1; thread < this.#size; thread++)
        this.#threads.push(this.#host.start({ ...this.#seat, thread }, (why) => this.#disband(why)));
      this.#kernels.gather(PATIENCE, Number(this.#host.maySleep));
    } catch (error) {
      this.#disband(messageOf(error));
    }
  }

  /** How many threads work now, the caller's included. */
  get working(): number {
    return this.#kernels.threads();
  }

  /** Why the work has fallen to one thread, if it has. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** For a thread that has begun a part and does not finish it. *Throws* RESOURCE_FAILED. */
  lose(): never {
    this.#disband('one did not finish its part');
    throw new RunError('RESOURCE_FAILED', {
      where: 'ops-wasm',
      expected: 'each of its threads must finish what it has begun',
      got: 'one that does not',
      todo: 'train again; the option { threads: 1 } does without others',
    });
  }

  /** Ends the threads; resolves when they are gone. */
  async dispose(): Promise<void> {
    this.#begun = true;
    this.#sendAway();
    await Promise.all(this.#gone);
  }

  #disband(why: string): void {
    this.#trouble ??= why;
    this.#sendAway();
  }

  #sendAway(): void {
    this.#kernels.gather(0, 0);
    for (const thread of this.#threads) this.#gone.push(thread.stop());
    this.#threads = [];
  }
}
