/**
 * Functions of ten to twenty variables, beside the public suite: one of few variables that matter, one curved, one with many
 * local minima, one badly scaled. No minimum is at the centre of its box.
 */
import { ackley, box, rosenbrock, shifted, single, sum, vector } from './suite.js';

const { exp } = Math;

const A6 = [
  [10, 3, 17, 3.5, 1.7, 8],
  [0.05, 10, 17, 0.1, 8, 14],
  [3, 3.5, 1.7, 10, 17, 8],
  [17, 8, 0.05, 10, 0.1, 14],
];
const P6 = [
  [1312, 1696, 5569, 124, 8283, 5886],
  [2329, 4135, 8307, 3736, 1004, 9991],
  [2348, 1451, 3522, 2883, 3047, 6650],
  [4047, 8828, 8732, 5743, 1091, 381],
];
const hartmann6 = (x) =>
  -sum([1, 1.2, 3, 3.2].map((a, i) => a * exp(-sum(A6[i].map((v, j) => v * (x[j] - 1e-4 * P6[i][j]) ** 2)))));
/** The variables of twenty that Hartmann's function takes. */
const TAKEN = [3, 7, 11, 2, 15, 18];
const ellipsoid = (z) => sum(z.map((v, i) => 10 ** ((3 * i) / (z.length - 1)) * v * v));

export const WIDE = [
  single('hartmann6in20', box(20, 0, 1), (p) => hartmann6(TAKEN.map((j) => p[`x${j}`])), -3.32236801141551),
  single('rosenbrock10', box(10, -5, 10), (p) => rosenbrock(vector(p, 10)), 0),
  single('ackley12s', box(12, -32.768, 32.768), (p) => ackley(shifted(vector(p, 12), -32.768, 32.768, 0)), 0),
  single('ellipsoid16s', box(16, -5, 5), (p) => ellipsoid(shifted(vector(p, 16), -5, 5, 0)), 0),
];
