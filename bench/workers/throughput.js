/**
 * How many trials a second: the seed's space (sections 4 and 5) by random search, in this thread, on one thread of its own
 * and on two. Every round runs all of them, in turn; ratios are of one round, so that what else the machine does meanwhile
 * disturbs them less; on a machine that is busy, only the processor time says something. Start of the threads and their first, cold trials are part of each time.
 *
 * Usage: node bench/workers/throughput.js [--backend default|reference|gpu|wasm] [--trials 400] [--rounds 5] [--threads 2]
 */
import { availableParallelism, cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { isMainThread } from 'node:worker_threads';
import { experiment, gpu, inProcess, pickNamed, reference, wasm, workers } from 'tangentlab';
import { randomSpec } from '../measure/seed-experiment.js';

const { values: flags } = parseArgs({
  options: {
    backend: { type: 'string', default: 'default' },
    trials: { type: 'string', default: '400' },
    rounds: { type: 'string', default: '5' },
    threads: { type: 'string', default: '2' },
  },
});
const BACKENDS = { default: () => undefined, reference, gpu, wasm };
const backend = pickNamed('--backend', 'back end', flags.backend, BACKENDS)();

const seed5 = experiment({
  ...randomSpec,
  name: 'throughput',
  module: import.meta.url,
  trials: Number(flags.trials),
});

/** What threads find: the command line is theirs, too. */
export const throughput = backend === undefined ? seed5 : seed5.with(backend);

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const print = (line) => process.stdout.write(`${line}\n`);

/** Seconds of one run, on the clock and of all processors together, and what it found. */
async function timed(executor) {
  const run = throughput.with(executor).override({ concurrency: 'cores' }).run();
  const before = process.cpuUsage();
  const { elapsedMs, trials, best } = await run.result;
  const failed = trials.filter(({ state }) => state !== 'complete').length;
  if (failed > 0) throw new Error(`${failed} of ${trials.length} trials did not complete`);
  const { user, system } = process.cpuUsage(before);
  return {
    seconds: elapsedMs / 1000,
    processor: (user + system) / 1e6,
    found: JSON.stringify(trials.map(({ values }) => values)) + best.value,
  };
}

if (isMainThread) {
  const several = Number(flags.threads);
  const cells = {
    'in this thread': () => inProcess(),
    '1 thread': () => workers({ threads: 1 }),
    [`${several} threads`]: () => workers({ threads: several }),
  };
  const names = Object.keys(cells);
  print(
    `Node.js ${process.version}, ${cpus()[0].model}, ${availableParallelism()} cores, load ${loadavg()[0].toFixed(1)}`,
  );
  print(`${flags.trials} trials, back end ${flags.backend}, ${flags.rounds} rounds`);
  const times = Object.fromEntries(names.map((name) => [name, []]));
  const work = Object.fromEntries(names.map((name) => [name, []]));
  const found = new Set();
  await timed(inProcess()); // warm-up
  for (let round = 0; round < Number(flags.rounds); round++) {
    // another one begins each round
    for (let i = 0; i < names.length; i++) {
      const name = names[(round + i) % names.length];
      const { seconds, processor, found: values } = await timed(cells[name]());
      times[name].push(seconds);
      work[name].push(processor);
      found.add(values);
    }
  }
  if (found.size !== 1) throw new Error('the same trials must give the same values, wherever they run');
  for (const name of names) {
    const seconds = times[name];
    const perTrial = (1000 * median(seconds)) / Number(flags.trials);
    const spread = `${Math.min(...seconds).toFixed(2)} to ${Math.max(...seconds).toFixed(2)}`;
    print(
      `${name.padEnd(16)} ${median(seconds).toFixed(2).padStart(7)} s (${spread}), ${perTrial.toFixed(2)} ms a trial, ${median(work[name]).toFixed(2)} s of processors`,
    );
  }
  for (const [slow, fast] of [
    [names[1], names[2]],
    [names[0], names[2]],
    [names[0], names[1]],
  ]) {
    const ratios = times[slow].map((seconds, round) => seconds / times[fast][round]);
    const spread = `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`;
    print(`${fast} against ${slow}: ${median(ratios).toFixed(2)} times as fast (${spread})`);
  }
  print(`load at the end ${loadavg()[0].toFixed(1)}; the same values everywhere`);
}
