/**
 * Matrix operations of the user's: a kernel for back ends that compile such, and the same in f64 for the reference and
 * for every back end that has no kernels. Plugins define them; `matrixOpLaws` in testkit holds one side to the other.
 */
import { ConfigError, ShapeError } from '@tangentlab/core';

/** The rows and columns of an operand or result. */
export interface OpShape {
  readonly rows: number;
  readonly cols: number;
}

/** An operand, as the f64 side reads it. */
export interface OpOperand extends OpShape {
  at(row: number, col: number): number;
}

/** The cell of the result that is computed. */
export interface OpCell {
  readonly row: number;
  readonly col: number;
}

/** The text of a kernel: one cell. */
export interface OpKernel {
  /** Declarations and loops before the value. */
  readonly statements?: string;
  readonly value: string;
}

/** What `defineMatrixOp` takes. */
export interface MatrixOpDefinition {
  readonly name: string;
  /** The names of the operands in the text of the kernel. */
  readonly operands: readonly string[];
  /** The names of the numbers that follow them; none unless given. */
  readonly numbers?: readonly string[];
  /** The shape of the result, or, as text, what the operands must be like: `a and b must have equally many rows`. */
  readonly shape: (...operands: readonly OpShape[]) => OpShape | string;
  /**
   * The text of one cell, in the language of gpu.js: JavaScript without `??`, `?.` and arrow functions. `$row` and `$col`
   * are the cell's, an operand is read as `a[row][col]`. Sizes go into the text as literals: a loop whose bound gpu.js
   * cannot see ends after 1,000 rounds. A quotient of integers may fall short by a rounding: floor((i + 0.5) / n).
   */
  readonly kernel: (...operands: readonly OpShape[]) => OpKernel;
  /** The same cell in f64. */
  readonly reference: (cell: OpCell, operands: readonly OpOperand[], numbers: readonly number[]) => number;
  /**
   * By how many roundings an honest kernel may be off there: for a sum of n terms (n + 1) times the sum of their sizes.
   * It is multiplied by the largest relative error of one rounding.
   */
  readonly roundings: (cell: OpCell, operands: readonly OpOperand[], numbers: readonly number[]) => number;
}

/** A matrix operation of the user's. */
export interface MatrixOp extends Required<MatrixOpDefinition> {}

const NAME = /^[A-Za-z_]\w*$/;
const RESERVED = new Set(['row', 'col', 'index']);

/**
 * A matrix operation of the user's, for `backend.apply(op, operands, numbers)`.
 *
 * *Throws* ConfigError CONFIG_INVALID for names that a kernel cannot use.
 *
 * @example
 * const hadamard = defineMatrixOp({
 *   name: 'hadamard',
 *   operands: ['a', 'b'],
 *   shape: (a, b) => (a.rows === b.rows && a.cols === b.cols ? a : 'both shapes must be equal'),
 *   kernel: () => ({ value: 'a[$row][$col] * b[$row][$col]' }),
 *   reference: ({ row, col }, [a, b]) => a!.at(row, col) * b!.at(row, col),
 *   roundings: ({ row, col }, [a, b]) => Math.abs(a!.at(row, col) * b!.at(row, col)),
 * });
 * hadamard.name // => 'hadamard'
 */
export function defineMatrixOp(definition: MatrixOpDefinition): MatrixOp {
  const { name, operands, numbers = [] } = definition;
  const names = [...operands, ...numbers];
  const wrong = [name, ...names].find((given) => typeof given !== 'string' || !NAME.test(given) || RESERVED.has(given));
  if (wrong !== undefined || operands.length === 0 || new Set(names).size < names.length) {
    throw new ConfigError('CONFIG_INVALID', {
      where: `matrix operation "${name}"`,
      expected: 'it needs a name, at least one operand, and names that differ and are made of letters and digits',
      got: names.length === 0 ? 'no operand' : names.join(', '),
      todo: 'give other names; row, col and index are taken',
    });
  }
  return Object.freeze({ ...definition, numbers: Object.freeze([...numbers]), operands: Object.freeze([...operands]) });
}

/**
 * The shape of the result, after checking operands and numbers.
 *
 * @throws ShapeError SHAPE_MISMATCH for another count of operands or numbers, and where the operation says so.
 */
export function resultShape(op: MatrixOp, operands: readonly OpShape[], numbers: readonly number[]): OpShape {
  const counts = operands.length === op.operands.length && numbers.length === op.numbers.length;
  const shape = counts ? op.shape(...operands) : `it takes ${[...op.operands, ...op.numbers].join(', ')}`;
  if (typeof shape !== 'string') return shape;
  throw new ShapeError('SHAPE_MISMATCH', {
    where: op.name,
    expected: shape,
    got: `${operands.map(({ rows, cols }) => `(${rows},${cols})`).join(' x ')}${numbers.length === 0 ? '' : `, ${numbers.join(', ')}`}`,
    todo: 'check the operands in their order',
  });
}

/** The result in f64, row-major. *Cost*: that of `reference` for every cell. */
export function evaluateOp(
  op: MatrixOp,
  { rows, cols }: OpShape,
  operands: readonly (OpShape & { readonly values: ArrayLike<number> })[],
  numbers: readonly number[],
): Float64Array {
  const readable = operands.map((operand) => readableOperand(operand));
  const result = new Float64Array(rows * cols);
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) result[row * cols + col] = op.reference({ row, col }, readable, numbers);
  }
  return result;
}

/** A matrix as the f64 side of an operation reads it. */
export function readableOperand({ rows, cols, values }: OpShape & { readonly values: ArrayLike<number> }): OpOperand {
  return { rows, cols, at: (row, col) => values[row * cols + col] as number };
}
