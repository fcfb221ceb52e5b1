/**
 * What a run costs around its search: a trial of one synchronous step in a whole run, without a store and with the one in
 * memory, and an event as text. Processor time of the process, so that neighbours on the machine count less; five rounds
 * after a warm-up; prints medians with the least and the most.
 *
 * Usage, after the build: node bench/core/runs-and-stores.js
 */
import * as core from '@tangentlab/core';
import { randomSearch } from '@tangentlab/optimizers';
import { of } from 'rxjs';

const { choice, defineSource, experiment, maximize } = core;
const TRIALS = 10_000;
const EVENTS = 200_000;
const ROUNDS = 5;

const record = {
  name: 'bench',
  seed: 1,
  data: defineSource({ name: 'one', open: () => of(1) }),
  space: { hidden: choice(32, 64, 128), lr: choice(1e-4, 5e-4, 1e-3), batch: choice(16, 32, 64) },
  model: () => null,
  train: ({ params }) => ({
    name: 'sync',
    requires: [],
    fit: () => of({ step: 1, values: { y: params.hidden } }),
  }),
  objective: maximize('y'),
  search: randomSearch(),
  trials: TRIALS,
};

/** Microseconds of processor time of `work`, for each of `count`. */
async function cost(count, work) {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}

const run = (...parts) =>
  cost(
    TRIALS,
    () =>
      experiment(record)
        .with(...parts)
        .run().result,
  );

const event = {
  type: 'trial/metric',
  trial: 7,
  step: 3,
  values: { loss: 0.8125, valLoss: Number.NaN, valAccuracy: 0.875 },
};
const encode = () =>
  cost(EVENTS, () => {
    for (let i = 0; i < EVENTS; i++) core.encodeEvent(event);
  });
const decode = () => {
  const line = core.encodeEvent(event);
  return cost(EVENTS, () => {
    for (let i = 0; i < EVENTS; i++) core.decodeEvent(line);
  });
};

const line = (name, values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const [median, least, most] = [sorted[Math.floor(sorted.length / 2)], sorted[0], sorted.at(-1)].map((v) =>
    v.toFixed(2),
  );
  process.stdout.write(`${name.padEnd(40)} ${median.padStart(8)}   (${least} .. ${most})\n`);
};

async function rounds(name, measure) {
  await measure();
  const values = [];
  for (let round = 0; round < ROUNDS; round++) values.push(await measure());
  line(name, values);
}

process.stdout.write(`node ${process.version}, us of processor time, ${ROUNDS} rounds: median (least .. most)\n`);
await rounds('trial of a run without a store', () => run());
// a build from before there were stores has the first line only
if ('memoryStorage' in core) {
  await rounds('trial of a run, stored in memory', () => run(core.memoryStorage()));
  await rounds('event to text', encode);
  await rounds('text to event', decode);
}
