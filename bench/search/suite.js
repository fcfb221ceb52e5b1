/**
 * The public part of the search-quality suite: functions with known minima, the same as in peers/suite.py. Each has its
 * space in our own form; `check-suite.js` compares the values with those of the Python functions.
 */
import { choice, int, logUniform, uniform, when } from '@tangentlab/core';
import { hypervolume } from '@tangentlab/optimizers';

const { PI, cos, exp, log2, log10, sin, sqrt } = Math;

/** NumPy's RandomState(12345).uniform(0.2, 0.8, size=64)[:26]: shifts, so that no minimum is at the centre of its box. */
const SHIFTS = [
  0.7577696556902889, 0.3898253327490716, 0.3103512870062567, 0.32273616713182385, 0.540635017449012, 0.557326821787551,
  0.7787087118413731, 0.5919062581229426, 0.6493439825203472, 0.5921419225110413, 0.6486288855627644,
  0.7767840416436929, 0.2050329787649321, 0.26386662601863164, 0.379222228261629, 0.593846709849362, 0.685887531524561,
  0.7233055482345698, 0.7787885584231582, 0.6342112081519722, 0.5854851967375048, 0.6304721724874482,
  0.48055940433157796, 0.39535080652362675, 0.4637867635308857, 0.6378134496481109,
];

export const box = (d, low, high) =>
  Object.fromEntries(Array.from({ length: d }, (_, i) => [`x${i}`, uniform(low, high)]));
export const vector = (p, d) => Array.from({ length: d }, (_, i) => p[`x${i}`]);
export const sum = (values) => values.reduce((total, value) => total + value, 0);
export const shifted = (x, low, high, offset) => x.map((value, i) => value - (low + (high - low) * SHIFTS[offset + i]));

function branin([x, y]) {
  const [b, c, t] = [5.1 / (4 * PI ** 2), 5 / PI, 1 / (8 * PI)];
  return (y - b * x ** 2 + c * x - 6) ** 2 + 10 * (1 - t) * cos(x) + 10;
}

const A3 = [
  [3, 10, 30],
  [0.1, 10, 35],
  [3, 10, 30],
  [0.1, 10, 35],
];
const P3 = [
  [3689, 1170, 2673],
  [4699, 4387, 7470],
  [1091, 8732, 5547],
  [381, 5743, 8828],
];
const hartmann3 = (x) =>
  -sum([1, 1.2, 3, 3.2].map((a, i) => a * exp(-sum(x.map((v, j) => A3[i][j] * (v - 1e-4 * P3[i][j]) ** 2)))));
export const ackley = (z) =>
  -20 * exp(-0.2 * sqrt(sum(z.map((v) => v * v)) / z.length)) -
  exp(sum(z.map((v) => cos(2 * PI * v))) / z.length) +
  20 +
  Math.E;
const rastrigin = (z) => 10 * z.length + sum(z.map((v) => v * v - 10 * cos(2 * PI * v)));
export const rosenbrock = (x) => sum(x.slice(1).map((v, i) => 100 * (v - x[i] ** 2) ** 2 + (1 - x[i]) ** 2));
function levy(x) {
  const w = x.map((v) => 1 + (v - 1) / 4);
  const last = w.at(-1);
  const inner = sum(w.slice(0, -1).map((v) => (v - 1) ** 2 * (1 + 10 * sin(PI * v + 1) ** 2)));
  return sin(PI * w[0]) ** 2 + inner + (last - 1) ** 2 * (1 + sin(2 * PI * last) ** 2);
}
const styblinski = (x) => 0.5 * sum(x.map((v) => v ** 4 - 16 * v ** 2 + 5 * v));

/** A table of no real network: what depth, optimizer, batch, rate, dropout and widths might do to a loss. */
function conditionalMlp(p) {
  const centre = { adam: -2.8, rmsprop: -3.2, sgd: -1.5 }[p.optimizer] + 0.15 * log2(p.batch_size / 32);
  let value = 0.3 * (log10(p.lr) - centre) ** 2 + 2 * (p.dropout - 0.2) ** 2;
  value += { 16: 0.05, 32: 0, 64: 0.03, 128: 0.1 }[p.batch_size];
  value += { adam: 0, rmsprop: 0.04, sgd: 0.02 }[p.optimizer];
  if (p.optimizer === 'sgd') value += 0.5 * (p.momentum - 0.9) ** 2;
  value += { 1: 0.12, 2: 0.02, 3: 0, 4: 0.03 }[p.n_layers];
  const widths = Array.from({ length: p.n_layers }, (_, i) => 0.05 * (log2(p[`h${i}`]) - (7 - 0.5 * i)) ** 2);
  return value + sum(widths) / p.n_layers;
}

const MLP = {
  n_layers: int(1, 4),
  optimizer: choice('adam', 'sgd', 'rmsprop'),
  batch_size: choice(16, 32, 64, 128),
  lr: logUniform(1e-5, 1e-1),
  dropout: uniform(0, 0.5),
  momentum: when('optimizer', 'sgd', uniform(0, 0.99)),
  h0: int(16, 256, { log: true }),
  h1: when('n_layers', [2, 3, 4], int(16, 256, { log: true })),
  h2: when('n_layers', [3, 4], int(16, 256, { log: true })),
  h3: when('n_layers', 4, int(16, 256, { log: true })),
};

function zdt1(x) {
  const g = 1 + (9 * sum(x.slice(1))) / (x.length - 1);
  return [x[0], g * (1 - sqrt(x[0] / g))];
}

export const single = (name, space, f, minimum) => ({ name, space, objectives: 1, f, gap: ([best]) => best - minimum });

/** The functions: `f` maps a point to its loss or losses; `gap` is the figure of a front. */
export const SUITE = [
  single('branin2', { x0: uniform(-5, 10), x1: uniform(0, 15) }, (p) => branin(vector(p, 2)), 0.39788735772973816),
  single('hartmann3', box(3, 0, 1), (p) => hartmann3(vector(p, 3)), -3.86278214782076),
  single('ackley5s', box(5, -32.768, 32.768), (p) => ackley(shifted(vector(p, 5), -32.768, 32.768, 0)), 0),
  single('rosenbrock4', box(4, -5, 10), (p) => rosenbrock(vector(p, 4)), 0),
  single('levy6', box(6, -10, 10), (p) => levy(vector(p, 6)), 0),
  single('styblinski5', box(5, -5, 5), (p) => styblinski(vector(p, 5)), -39.16616570377142 * 5),
  single('rastrigin5s', box(5, -5.12, 5.12), (p) => rastrigin(shifted(vector(p, 5), -5.12, 5.12, 21)), 0),
  single('mlpcond', MLP, conditionalMlp, 0),
  {
    name: 'zdt1_5',
    space: box(5, 0, 1),
    objectives: 2,
    f: (p) => zdt1(vector(p, 5)),
    gap: (front) => 5 + 2 / 3 + 0.6 - hypervolume(front, [1.1, 6]),
  },
];
