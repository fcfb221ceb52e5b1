/**
 * A step of training of small perceptrons in TensorFlow.js on its WebAssembly back end: the shapes of shapes.json, the rows
 * as they stand.
 *
 * Usage, after `npm ci --prefix bench/peers`: node bench/peers/training_step_tfjs.mjs [--help]
 */
import { benchFlags, runProgram } from '../measure/program.js';
import { ROWS, SHAPES, tableOf } from '../measure/training-shapes.js';
import { about, SIDE, tf } from './tfjs.mjs';

const flags = benchFlags('node bench/peers/training_step_tfjs.mjs [flags]');

function prepare(shape) {
  const { widths, dropout, batch } = shape;
  const { x, y, features, classes } = tableOf(shape);
  const inputs = tf.tensor2d(Float32Array.from(x), [ROWS, features]);
  const targets = tf.oneHot(tf.tensor1d(y, 'int32'), classes).toFloat();
  const layers = widths.slice(1).map((width, at) => {
    const bound = 1 / Math.sqrt(widths[at]);
    const draw = (size, seed) => tf.variable(tf.randomUniform(size, -bound, bound, 'float32', seed));
    return { w: draw([widths[at], width], 2 * at + 1), b: draw([width], 2 * at + 2) };
  });
  const outputs = (rows, rate) =>
    layers.reduce((h, { w, b }, at) => {
      const z = h.matMul(w).add(b);
      if (at === layers.length - 1) return z;
      return rate > 0 ? tf.dropout(z.relu(), rate) : z.relu();
    }, rows);
  const lossOf = (rows, expected, rate) => tf.losses.softmaxCrossEntropy(expected, outputs(rows, rate));
  const meanLoss = () => tf.tidy(() => lossOf(inputs, targets, 0).dataSync()[0]);
  const optimizer = tf.train.adam(1e-3);
  const before = meanLoss();
  const step = (from) => {
    const rows = tf.slice2d(inputs, [from, 0], [batch, features]);
    const expected = tf.slice2d(targets, [from, 0], [batch, classes]);
    optimizer.minimize(() => lossOf(rows, expected, dropout));
  };
  const run = () => {
    for (let from = 0; from < ROWS; from += batch) tf.tidy(() => step(from));
  };
  const check = () => {
    const after = meanLoss();
    if (!(after < before)) throw new Error(`${shape.case}: the loss did not fall, ${before} to ${after}`);
  };
  return { run, check };
}

const tasks = SHAPES.map((shape) => ({
  side: SIDE,
  case: shape.case,
  unit: 'us',
  units: ROWS / shape.batch,
  prepare: () => prepare(shape),
}));
await runProgram({ program: 'training-step', ...about }, tasks, flags);
