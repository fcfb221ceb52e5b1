/**
 * Training with scaled outputs: the knob that makes any network lazy, or takes it out of that regime.
 */
// n samples, k outputs, p parameters
import { nextTurn, TrialError } from '@tangentlab/core';
import { type Mlp, predict } from '@tangentlab/nn';
import type { RegressionTable } from '@tangentlab/tensor';
import { vjp } from '../derivatives/backward-pass.js';

/** What `lazyTraining` takes. */
export interface LazyTrainingOptions {
  /** The scale of the outputs: large ones are lazy. */
  readonly alpha: number;
  readonly learningRate: number;
  readonly steps: number;
  readonly signal?: AbortSignal;
}

/** What it came to. */
export interface LazyTraining {
  readonly theta: Float64Array;
  /** 1/(2 n) |alpha (Z - Z0) - y|^2 before each step, and after the last. */
  readonly losses: Float64Array;
}

/**
 * Gradient descent on 1/(2 n alpha^2) |alpha (Z(theta) - Z(theta0)) - y|^2 over all samples.
 *
 * The loss moves outputs at the same speed for every alpha, parameters by 1/alpha: as alpha grows the network follows its
 * linearisation, at any width. *Cost*: three forward passes a step, in f64 on the host. Gives way to the event loop. *Throws*
 * NUMERIC_NOT_FINITE where it diverges; the signal's reason when aborted. *Source*: Chizat, Oyallon and Bach (2019), eq. 2.
 */
export async function lazyTraining(
  model: Mlp,
  theta0: Float64Array,
  { x, samples: n, targets }: RegressionTable,
  { alpha, learningRate, steps, signal }: LazyTrainingOptions,
): Promise<LazyTraining> {
  const start = predict(model, theta0, x, n);
  const rest = (theta: Float64Array) =>
    predict(model, theta, x, n).map((value, i) => alpha * (value - start[i]!) - targets[i]!);
  const lossOf = (r: Float64Array) => r.reduce((sum, value) => sum + value * value, 0) / (2 * n);
  const losses = new Float64Array(steps + 1);
  let theta = theta0.slice() as Float64Array;
  for (let step = 0; ; step++) {
    const r = rest(theta);
    losses[step] = lossOf(r);
    if (!Number.isFinite(losses[step]!)) throw diverged(step, alpha);
    if (step === steps) return { theta, losses };
    const gradient = vjp(
      model,
      theta,
      x,
      n,
      r.map((value) => value / (n * alpha)),
    );
    theta = theta.map((value, i) => value - learningRate * gradient[i]!);
    if (step % 64 === 63) {
      await nextTurn();
      signal?.throwIfAborted();
    }
  }
}

function diverged(step: number, alpha: number): TrialError {
  return new TrialError('NUMERIC_NOT_FINITE', {
    where: `lazyTraining with alpha ${alpha}`,
    expected: 'a finite loss is needed',
    got: `none at step ${step}`,
    todo: 'lower the learning rate: below maxLearningRate of linearDynamics',
  });
}
