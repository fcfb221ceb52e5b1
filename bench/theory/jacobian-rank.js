/**
 * The rank of a Jacobian of 1600 x 2946 numbers - that of 20-128-2 on 800 rows, the largest of the seed document -, f64, one
 * thread, ours: decided (`jacobianRankOf`), certified (`certifyRank`) and by elimination modulo a prime alone (`modularRank`).
 * peers/jacobian_rank.py is the numerical rank by NumPy. All must find the same.
 *
 * Usage, after the build: node bench/theory/jacobian-rank.js [--only TEXT] [--help]
 */
import { createLinearAlgebraSync } from '@tangentlab/ops-wasm';
import { certifyRank, jacobianRankOf, modularRank } from '@tangentlab/theory';
import { benchFlags, runProgram } from '../measure/program.js';
import { madeUpNetwork } from './tangent-network.js';

const flags = benchFlags('node bench/theory/jacobian-rank.js [flags]');
const ROWS = 800;
const linearAlgebra = createLinearAlgebraSync();
const { model, theta, x } = madeUpNetwork([20, 128, 2]);

const WAYS = {
  'jacobianRankOf, 1 thread': async (inputs) =>
    (await jacobianRankOf(model, theta, inputs, ROWS, { linearAlgebra })).rank,
  'certifyRank, 1 thread': async (inputs) => {
    const { lower, upper, certified } = await certifyRank(model, theta, inputs, ROWS, { linearAlgebra });
    if (!certified) throw new Error(`certifyRank: expected a certified rank, got ${lower} to ${upper}`);
    return lower;
  },
  'modularRank, 1 thread': async (inputs) => (await modularRank(model, theta, inputs, ROWS, { linearAlgebra })).rank,
};

function prepare(way) {
  const inputs = x(ROWS);
  let rank;
  const run = async () => {
    rank = await way(inputs);
  };
  return { run, check: () => rank };
}

const tasks = Object.entries(WAYS).map(([side, way]) => ({
  side,
  case: 'rank of 1600 x 2946',
  unit: 'ms',
  prepare: () => prepare(way),
}));
await runProgram({ program: 'jacobian-rank', threads: 1, precision: 'f64' }, tasks, flags);
