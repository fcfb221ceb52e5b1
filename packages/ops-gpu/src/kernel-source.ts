/**
 * The text of the kernels. Sizes are written into the text as literals: gpu.js ends a loop whose bound it cannot see
 * after 1,000 rounds, without a word, and constants are fastest anyway. A kernel computes one cell (row, col) of its
 * output from whole input arrays, read as `a[row][col]`.
 *
 * What the language lacks: `??`, `?.`, arrow functions. What it does in mode webasm: all arithmetic in f32, except that
 * indices made of thread numbers and of counters stepped by `++` stay integers, and so stay exact beyond 2^24.
 */
import type { ActivationName } from '@tangentlab/tensor';

/** A kernel to compile: its text, and the size of its output. */
export interface KernelSource {
  readonly text: string;
  readonly width: number;
  readonly height: number;
}

const ROW = 'this.thread.y';
const COL = 'this.thread.x';

/** Terms of a sum that are written out in each round of its loop; 8 was fastest, or as fast as 4 and 16, in both modes. */
const UNROLLED = 8;

/** A gemm of m x k by k x n; `width` is n, or above it where the output is padded. */
export interface GemmShape {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly transA: boolean;
  readonly transB: boolean;
  readonly withC: boolean;
  readonly width: number;
}

/** alpha op(A) op(B) [+ beta C]. Arguments: a, b, alpha [, c, beta]. */
export function gemmSource({ m, k, transA, transB, withC, width }: GemmShape): KernelSource {
  const a = (p: string) => (transA ? `a[${p}][${ROW}]` : `a[${ROW}][${p}]`);
  const b = (p: string) => (transB ? `b[${COL}][${p}]` : `b[${p}][${COL}]`);
  const text = `function(a, b, alpha${withC ? ', c, beta' : ''}) {
    ${sum('total', k, (p) => `${a(p)} * ${b(p)}`)}
    return alpha * total${withC ? ` + beta * c[${ROW}][${COL}]` : ''};
  }`;
  return { text, width, height: m };
}

/** activation(Z + 1 bias). Arguments: z, bias. */
export function biasActivationSource(rows: number, width: number, activation: ActivationName): KernelSource {
  const value = { identity: 'z', relu: 'Math.max(z, 0)', tanh: 'Math.tanh(z)' }[activation];
  const text = `function(a, bias) {
    const z = a[${ROW}][${COL}] + bias[${COL}];
    return ${value};
  }`;
  return { text, width, height: rows };
}

/** dH * activation'(Z), from H. Arguments: dh, h, flat. */
export function activationGradientSource(length: number, activation: ActivationName): KernelSource {
  const h = `h[${COL}]`;
  const slope = { identity: '1', relu: `(${h} > 0 ? 1 : 0)`, tanh: `(1 - ${h} * ${h})` }[activation];
  return { text: `function(dh, h) { return dh[${COL}] * ${slope}; }`, width: length, height: 1 };
}

/** a * b, element by element. Arguments: a, b, flat. */
export function multiplySource(length: number): KernelSource {
  return { text: `function(a, b) { return a[${COL}] * b[${COL}]; }`, width: length, height: 1 };
}

/** target + alpha a. Arguments: target, a, alpha; arrays flat. */
export function accumulateSource(length: number): KernelSource {
  return {
    text: `function(target, a, alpha) { return target[${COL}] + alpha * a[${COL}]; }`,
    width: length,
    height: 1,
  };
}

/** Sum over rows. Arguments: a. */
export function columnSumsSource(rows: number, width: number): KernelSource {
  const text = `function(a) {
    ${sum('total', rows, (i) => `a[${i}][${COL}]`)}
    return total;
  }`;
  return { text, width, height: 1 };
}

/**
 * Three numbers for each row of logits, as three rows: the largest logit, the sum of exp(z - largest), the loss.
 * Arguments: z, labels, flat. Cells are rows of z: the lanes of a vector work on four of them.
 */
export function rowStatisticsSource(classes: number, width: number): KernelSource {
  const z = (j: string) => `z[${COL}][${j}]`;
  const text = `function(z, labels) {
    let top = ${z('0')};
    for (let j = 1; j < ${classes}; j++) { top = Math.max(top, ${z('j')}); }
    if (${ROW} === 0) { return top; }
    ${sum('total', classes, (j) => `Math.exp(${z(j)} - top)`)}
    if (${ROW} === 1) { return total; }
    return Math.log(total) + (top - ${z(`labels[${COL}]`)});
  }`;
  return { text, width, height: 3 };
}

/** (softmax(Z) - one-hot labels) / rows. Arguments: z, labels, top, total; all but z flat. */
export function softmaxGradientSource(rows: number, width: number): KernelSource {
  const text = `function(z, labels, top, total) {
    const share = Math.exp(z[${ROW}][${COL}] - top[${ROW}]) / total[${ROW}];
    return (share - (${COL} === labels[${ROW}] ? 1 : 0)) / ${rows};
  }`;
  return { text, width, height: rows };
}

/**
 * One step of Adam, as three rows: m, v and the parameter after it. One kernel instead of three, since a kernel has one
 * output and calls cost more than the little that the third row computes again. Arguments: theta, g, m, v, flat; lr,
 * epsilon; beta1 and beta2, each with its complement 1 - beta and the factor 1 / (1 - beta^step), which would lose their
 * digits if they were computed in f32.
 */
export function adamSource(length: number): KernelSource {
  const text = `function(theta, g, m, v, lr, epsilon, beta1, rest1, factor1, beta2, rest2, factor2) {
    const mean = beta1 * m[${COL}] + rest1 * g[${COL}];
    if (${ROW} === 0) { return mean; }
    const square = beta2 * v[${COL}] + rest2 * g[${COL}] * g[${COL}];
    if (${ROW} === 1) { return square; }
    return theta[${COL}] - lr * (mean * factor1) / (Math.sqrt(square * factor2) + epsilon);
  }`;
  return { text, width: length, height: 3 };
}

/** Statements that declare `name` and add term(0) ... term(count - 1) to it, eight terms a round and the rest after. */
function sum(name: string, count: number, term: (index: string) => string): string {
  const rounds = Math.floor(count / UNROLLED);
  const terms = (length: number, index: (i: number) => string) =>
    `${name} += ${Array.from({ length }, (_, i) => term(index(i))).join(' + ')};`;
  const round = terms(UNROLLED, (i) => `q * ${UNROLLED} + ${i}`);
  const loop = rounds === 0 ? '' : `for (let q = 0; q < ${rounds}; q++) { ${round} }`;
  const left = count % UNROLLED;
  return `let ${name} = 0; ${loop} ${left === 0 ? '' : terms(left, (i) => String(rounds * UNROLLED + i))}`;
}
