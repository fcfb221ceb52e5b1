/**
 * Matrix products in f32 in TensorFlow.js on its WebAssembly back end.
 *
 * Usage, after `npm ci --prefix bench/peers`: node bench/peers/products_tfjs.mjs [--help]
 */
import { entries } from '../measure/entries.js';
import { productTask, SGEMM_SIZES } from '../measure/product-tasks.js';
import { benchFlags, runProgram } from '../measure/program.js';
import { about, SIDE, tf } from './tfjs.mjs';

const flags = benchFlags('node bench/peers/products_tfjs.mjs [flags]');

function prepare(n) {
  const a = tf.tensor2d(Float32Array.from(entries(n, n)), [n, n]);
  const run = () => tf.matMul(a, a).dispose(); // synchronous on this back end
  const check = () => tf.tidy(() => tf.sum(tf.square(tf.matMul(a, a))).dataSync()[0]);
  return { run, check };
}

const tasks = SGEMM_SIZES.map((n) => productTask(SIDE, n, () => prepare(n)));
await runProgram({ program: 'products', ...about }, tasks, flags);
