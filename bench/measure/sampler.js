/**
 * One task of a bench, made ready and timed: how long a call takes, again and again.
 *
 * A task says which `side` runs which `case`, the `unit` of its figure ('us' or 'ms') and how many of them one call makes
 * (`units`; the figure is that of one), whether each call starts afresh, as a process does (`cold`: no warm-up, one call a
 * sample), and `prepare()`: `{ run, check? }`, either of them possibly asynchronous. `run`
 * may return the processor time of a process that it waited for, `{ cpuMs }`. `check` throws if the work was not done,
 * and may return a number that all sides of a case must agree on.
 */
import { setTimeout } from 'node:timers/promises';

/** Before a sample: threads that still spin after the last one go to sleep. */
const REST_MS = 20;
const SCALE = { ms: 1, us: 1000 };

export class Sampler {
  /** How long the preparation and the first call took together: compilation, if there is any. */
  firstMs = Number.NaN;
  #task;
  #sampleMs;
  #prepared;
  #calls = 1;

  /** Samples last about `sampleMs`, or one call if that is longer. */
  constructor(task, sampleMs) {
    this.#task = task;
    this.#sampleMs = sampleMs;
  }

  /** Time and processor time of one unit, and what `check` returned. The first sample warms up before. */
  async sample() {
    if (this.#prepared === undefined) await this.#warmUp();
    await setTimeout(REST_MS);
    const { wall, cpu } = await this.#time(this.#calls);
    const scale = SCALE[this.#task.unit] / (this.#calls * (this.#task.units ?? 1));
    const result = await this.#prepared.check?.();
    const first = this.#task.cold ? {} : { firstMs: this.firstMs };
    return { value: wall * scale, cpu: cpu * scale, ...first, ...(result === undefined ? {} : { result }) };
  }

  async #warmUp() {
    const start = performance.now();
    this.#prepared = await this.#task.prepare();
    if (this.#task.cold) return;
    await this.#prepared.run();
    this.firstMs = performance.now() - start;
    // twice the length of a sample, so that what is compiled on the way is compiled
    const until = performance.now() + 2 * this.#sampleMs;
    let fastest = Number.POSITIVE_INFINITY;
    do {
      fastest = Math.min(fastest, (await this.#time(1)).wall);
    } while (performance.now() < until);
    this.#calls = Math.max(1, Math.ceil(this.#sampleMs / fastest));
  }

  /** Milliseconds by the clock, and by the processor with all threads together. */
  async #time(calls) {
    const { run } = this.#prepared;
    const usage = process.cpuUsage();
    let childMs = 0;
    const start = performance.now();
    for (let i = 0; i < calls; i++) {
      const outcome = await run();
      if (outcome?.cpuMs !== undefined) childMs += outcome.cpuMs;
    }
    const wall = performance.now() - start;
    const { user, system } = process.cpuUsage(usage);
    return { wall, cpu: (user + system) / 1000 + childMs };
  }
}
