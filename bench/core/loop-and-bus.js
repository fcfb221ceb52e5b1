/**
 * What the core costs: a synchronous trial of a random search over five choices with one guarded subscriber, and an event
 * on the bus. Five rounds after a warm-up; prints medians with the least and the most.
 *
 * Usage, after the build: node --expose-gc bench/core/loop-and-bus.js
 */
import { choice, EventBus, maximize, Rng, searchTrials } from '@tangentlab/core';
import { randomSearcher } from '@tangentlab/optimizers';

const TRIALS = 100_000;
const EVENTS = 2_000_000;
const ROUNDS = 5;

const space = {
  hidden: choice(32, 64, 128),
  lr: choice(1e-4, 5e-4, 1e-3),
  dropout: choice(0.1, 0.3, 0.5),
  batch: choice(16, 32, 64),
  epochs: choice(5, 10, 15),
};

/** Time per trial, and what one trial leaves behind while the search is still held. */
function loop(trials) {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const bus = new EventBus((name, error) => {
    throw new Error(`${name} failed`, { cause: error });
  });
  let heard = 0;
  bus.subscribe('counter', { next: () => heard++ });
  let bytes = Number.NaN;
  const options = { space, searcher: randomSearcher(), objectives: [maximize('y')], trials, rng: Rng.root(1) };
  const start = performance.now();
  let elapsed = 0;
  searchTrials(options, ({ params }) => [{ step: 1, values: { y: params.hidden } }]).subscribe((event) => {
    bus.publish(event);
    if (event.type !== 'search/finished') return;
    elapsed = performance.now() - start;
    globalThis.gc?.(); // the log is still alive here
    bytes = (process.memoryUsage().heapUsed - before) / trials;
  });
  if (heard !== 3 * trials + 1) throw new Error(`${heard} events heard, expected ${3 * trials + 1}`);
  return { us: (1000 * elapsed) / trials, bytes };
}

/** Events per second to one guarded subscriber. */
function bus(events) {
  const stream = new EventBus(() => undefined);
  let sum = 0;
  stream.subscribe('sum', {
    next: (value) => {
      sum += value;
    },
  });
  const start = performance.now();
  for (let i = 0; i < events; i++) stream.publish(i);
  const elapsed = performance.now() - start;
  if (sum !== (events * (events - 1)) / 2) throw new Error('events were lost');
  return (1000 * events) / elapsed;
}

const spread = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)], least: sorted[0], most: sorted.at(-1) };
};
const line = (name, values, digits) => {
  const { median, least, most } = spread(values);
  const show = (value) => value.toFixed(digits);
  process.stdout.write(`${name.padEnd(28)} ${show(median).padStart(12)}   (${show(least)} .. ${show(most)})\n`);
};

loop(TRIALS / 10);
bus(EVENTS / 10);
const loops = Array.from({ length: ROUNDS }, () => loop(TRIALS));
const buses = Array.from({ length: ROUNDS }, () => bus(EVENTS));
process.stdout.write(
  `node ${process.version}, ${TRIALS} trials, ${EVENTS} events, ${ROUNDS} rounds: median (least .. most)\n`,
);
line(
  'us per synchronous trial',
  loops.map(({ us }) => us),
  2,
);
line(
  'bytes kept per trial',
  loops.map(({ bytes }) => bytes),
  0,
);
line('bus events per second', buses, 0);
