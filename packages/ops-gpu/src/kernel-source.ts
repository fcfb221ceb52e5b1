/**
 * The text of the kernels. Sizes are written into the text as literals: gpu.js ends a loop whose bound it cannot see
 * after 1,000 rounds, without a word, and constants are fastest anyway. A kernel computes one cell (row, col) of its
 * output from whole input arrays, read as `a[row][col]`.
 *
 * What the language lacks: `??`, `?.`, arrow functions. What it does in mode webasm: all arithmetic in f32, except that
 * indices made of thread numbers and of counters stepped by `++` stay integers, and so stay exact beyond 2^24.
 */
/** A kernel to compile: its text, and the size of its output. */
export interface KernelSource {
  readonly text: string;
  readonly width: number;
  readonly height: number;
}

/** The cell that a kernel computes. */
export const ROW = 'this.thread.y';
export const COL = 'this.thread.x';

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

/** z + scale bias. Arguments: z, bias, flat, scale. */
export function addBiasSource(rows: number, width: number): KernelSource {
  const text = `function(a, bias, scale) { return a[${ROW}][${COL}] + scale * bias[${COL}]; }`;
  return { text, width, height: rows };
}

/** f(a), by statements that set y, given z. Arguments: a, flat. */
export function activateSource(length: number, statements: string): KernelSource {
  const text = `function(a) {
    const z = a[${COL}];
    let y = z;
    ${statements}
    return y;
  }`;
  return { text, width: length, height: 1 };
}

/** dH * f'(a), by statements that set y to f'(z), given z. Arguments: dh, a, flat. */
export function activationGradientSource(length: number, statements: string): KernelSource {
  const text = `function(dh, a) {
    const z = a[${COL}];
    let y = z;
    ${statements}
    return dh[${COL}] * y;
  }`;
  return { text, width: length, height: 1 };
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

/** target + alpha sign(a). Arguments: target, a, alpha; arrays flat. */
export function accumulateSignSource(length: number): KernelSource {
  const text = `function(target, a, alpha) { return target[${COL}] + alpha * Math.sign(a[${COL}]); }`;
  return { text, width: length, height: 1 };
}

/** sign(a) max(|a| - threshold, 0). Arguments: a, flat, threshold. */
export function softThresholdSource(length: number): KernelSource {
  const a = `a[${COL}]`;
  const text = `function(a, threshold) { return Math.sign(${a}) * Math.max(Math.abs(${a}) - threshold, 0); }`;
  return { text, width: length, height: 1 };
}

/** a cut to [-limit, limit]. Arguments: a, flat, limit. */
export function clampSource(length: number): KernelSource {
  const text = `function(a, limit) { return Math.max(0 - limit, Math.min(a[${COL}], limit)); }`;
  return { text, width: length, height: 1 };
}

/** scale a. Arguments: a, flat, scale. */
export function scaleSource(length: number): KernelSource {
  return { text: `function(a, scale) { return scale * a[${COL}]; }`, width: length, height: 1 };
}

/**
 * Sums of squares of `parts` stretches of an array, whose lengths differ by at most one term: one number each. A single
 * cell that added up all of it would leave the lanes of a vector idle, and round more. Arguments: a, flat.
 */
export function squaresSource(length: number, parts: number): KernelSource {
  const rounds = Math.floor(length / parts);
  const text = `function(a) {
    ${sum('total', rounds, (i) => `a[(${i}) * ${parts} + ${COL}] * a[(${i}) * ${parts} + ${COL}]`)}
    return total;
  }`;
  return { text, width: parts, height: 1 };
}

/** alpha times the sum over rows. Arguments: a, alpha. */
export function columnSumsSource(rows: number, width: number): KernelSource {
  const text = `function(a, alpha) {
    ${sum('total', rows, (i) => `a[${i}][${COL}]`)}
    return alpha * total;
  }`;
  return { text, width, height: 1 };
}

/** Statements that declare `name` and add term(0) ... term(count - 1) to it, eight terms a round and the rest after. */
export function sum(name: string, count: number, term: (index: string) => string): string {
  const rounds = Math.floor(count / UNROLLED);
  const terms = (length: number, index: (i: number) => string) =>
    `${name} += ${Array.from({ length }, (_, i) => term(index(i))).join(' + ')};`;
  const round = terms(UNROLLED, (i) => `q * ${UNROLLED} + ${i}`);
  const loop = rounds === 0 ? '' : `for (let q = 0; q < ${rounds}; q++) { ${round} }`;
  const left = count % UNROLLED;
  return `let ${name} = 0; ${loop} ${left === 0 ? '' : terms(left, (i) => String(rounds * UNROLLED + i))}`;
}
