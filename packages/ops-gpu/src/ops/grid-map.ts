/**
 * A function over a grid, one thread a pixel: landscapes of losses, regions of decision.
 */
import { defineMatrixOp, type MatrixOp, type OpKernel, type OpOperand, type OpShape } from '@tangentlab/tensor';

/** What `defineGridMap` takes. */
export interface GridMapDefinition {
  readonly name: string;
  /** Matrices that the function reads beside u and v; none unless given. */
  readonly operands?: readonly string[];
  readonly numbers?: readonly string[];
  /** The text of one pixel, with its `u` and `v`, as for `defineMatrixOp`. */
  readonly kernel: (...operands: readonly OpShape[]) => OpKernel;
  /** The same in f64. */
  readonly reference: (u: number, v: number, operands: readonly OpOperand[], numbers: readonly number[]) => number;
  readonly roundings: (u: number, v: number, operands: readonly OpOperand[], numbers: readonly number[]) => number;
}

/**
 * An operation that evaluates a function of u and v on a grid: its first operands are the axes, us (1 x cols) and vs
 * (rows x 1), the others are its own.
 *
 * *Shapes*: the result is rows x cols. *Throws* ConfigError CONFIG_INVALID for names that a kernel cannot use.
 *
 * @example
 * const saddle = defineGridMap({
 *   name: 'saddle',
 *   kernel: () => ({ value: 'u * u - v * v' }),
 *   reference: (u, v) => u * u - v * v,
 *   roundings: (u, v) => 2 * (u * u + v * v),
 * });
 * saddle.shape({ rows: 1, cols: 40 }, { rows: 30, cols: 1 }) // => { rows: 30, cols: 40 }
 */
export function defineGridMap(definition: GridMapDefinition): MatrixOp {
  const { name, operands = [], numbers = [], kernel, reference, roundings } = definition;
  const [us, vs] = ['gridU', 'gridV'];
  return defineMatrixOp({
    name,
    operands: [us, vs, ...operands],
    numbers,
    shape: (u, v) =>
      u!.rows === 1 && v!.cols === 1 ? { rows: v!.rows, cols: u!.cols } : 'the axes must be one row and one column',
    kernel: (_u, _v, ...others) => {
      const { statements = '', value } = kernel(...others);
      return { statements: `const u = ${us}[0][$col]; const v = ${vs}[$row][0]; ${statements}`, value };
    },
    reference: ({ row, col }, [u, v, ...others], given) => reference(u!.at(0, col), v!.at(row, 0), others, given),
    roundings: ({ row, col }, [u, v, ...others], given) => roundings(u!.at(0, col), v!.at(row, 0), others, given),
  });
}
