/**
 * A kernel before it is text for one device: what it reads, the shape of what it makes, and the statements of one cell.
 *
 * Sizes are written into the text as literals: gpu.js ends a loop whose bound it cannot see after 1,000 rounds, without a
 * word, and constants are fastest anyway. Matrices are read as `a[row][col]` or, by one index, as `a[i]`, row-major.
 * What the language lacks: `??`, `?.`, arrow functions. What it does in mode webasm: all arithmetic in f32, except that
 * indices made of thread numbers and of counters stepped by `++` stay integers, and so stay exact beyond 2^24.
 */

import { withDeviceFunctions } from './device-functions.js';

/** The cell that a kernel computes: its row, its column, and its index among all cells. Replaced in the text. */
export const ROW = '$row';
export const COL = '$col';
export const INDEX = '$index';

/** One result of a cell: statements that may build on those of earlier results, and its value. */
export interface KernelResult {
  readonly statements?: string;
  readonly value: string;
}

/** A kernel. */
export interface Kernel {
  /** Equal keys mean equal kernels. */
  readonly key: string;
  /** Names of the matrices and numbers that it takes, in their order. */
  readonly params: readonly string[];
  /** The shape of each result. */
  readonly rows: number;
  readonly cols: number;
  /** True if it uses INDEX and neither ROW nor COL; a kernel of several results must. */
  readonly flat: boolean;
  /** How many results it has. */
  readonly results: number;
  /** Its text, result by result; asked for once, when it is compiled. */
  text(onDevice: boolean): readonly KernelResult[];
}

/** The text that gpu.js compiles, and the size of its output: width, height, depth. */
export interface KernelSource {
  readonly text: string;
  readonly output: readonly number[];
}

/** What a matrix kernel is made of. */
export interface CellKernel {
  readonly key: string;
  readonly params: readonly string[];
  readonly rows: number;
  readonly cols: number;
  /** Statements, the last of which returns nothing: `value` does. */
  readonly statements?: () => string;
  readonly value: (onDevice: boolean) => string;
}

/** A kernel of one result, by rows and columns. */
export function cellKernel({ statements, value, ...rest }: CellKernel): Kernel {
  return oneResult(false, rest, (onDevice) => ({ statements: statements?.() ?? '', value: value(onDevice) }));
}

/** A kernel of one result, element by element. */
export function elementKernel({ statements, value, ...rest }: CellKernel): Kernel {
  return oneResult(true, rest, (onDevice) => ({ statements: statements?.() ?? '', value: value(onDevice) }));
}

function oneResult(
  flat: boolean,
  shape: Pick<CellKernel, 'key' | 'params' | 'rows' | 'cols'>,
  result: (onDevice: boolean) => KernelResult,
): Kernel {
  return { ...shape, flat, results: 1, text: (onDevice) => [result(onDevice)] };
}

/**
 * For kernels on the host: results as the rows of one output, since a call costs more than the little that later results
 * compute again. `width` is that of the output, above the columns where it is padded.
 */
export function hostSource(kernel: Kernel, width: number): KernelSource {
  const { params, rows, flat, results } = kernel;
  const steps = kernel.text(false).map(({ statements = '', value }, at, all) => {
    const last = at === all.length - 1;
    return `${statements} ${last ? `return ${value};` : `if (this.thread.y === ${at}) { return ${value}; }`}`;
  });
  const text = placed(`function(${params.join(', ')}) { ${steps.join('\n')} }`, {
    row: 'this.thread.y',
    col: 'this.thread.x',
    index: 'this.thread.x',
  });
  return { text, output: [width, flat ? results : rows] };
}

/** For kernels on a device: one result, whose output is laid out like the matrix. */
export function deviceSource(kernel: Kernel, result: number, output: readonly number[]): KernelSource {
  const { params, cols } = kernel;
  const steps = kernel.text(true).slice(0, result + 1);
  const statements = steps.map((step) => step.statements ?? '').join('\n');
  const row = output.length === 3 ? 'this.thread.z' : 'this.thread.y';
  const text = placed(`function(${params.join(', ')}) { ${statements} return ${steps[result]!.value}; }`, {
    row,
    col: 'this.thread.x',
    index: `(${row} * ${cols} + this.thread.x)`,
  });
  return { text: withDeviceFunctions(text), output };
}

interface Places {
  readonly row: string;
  readonly col: string;
  readonly index: string;
}

function placed(text: string, { row, col, index }: Places): string {
  return text.replaceAll(ROW, row).replaceAll(COL, col).replaceAll(INDEX, index);
}

/** Terms of a sum that are written out in each round of its loop; 8 was fastest, or as fast as 4 and 16, on the host. */
const UNROLLED = 8;

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
