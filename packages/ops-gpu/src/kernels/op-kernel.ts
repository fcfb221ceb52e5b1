/**
 * The kernel of an operation of the user's, for operands of given shapes.
 */
import type { MatrixOp, OpShape } from '@tangentlab/tensor';
import { cellKernel, type Kernel } from './kernel.js';

/** Tells operations apart that share a name: two plugins may mean different things by it. */
const numbers = new WeakMap<MatrixOp, number>();
let next = 0;

/** Takes the operands, then the numbers. */
export function opKernel(op: MatrixOp, { rows, cols }: OpShape, operands: readonly OpShape[]): Kernel {
  const number = numbers.get(op) ?? next++;
  numbers.set(op, number);
  const shapes = operands.map((operand) => `${operand.rows} ${operand.cols}`).join(', ');
  return cellKernel({
    key: `${op.name} #${number} ${shapes}`,
    params: [...op.operands, ...op.numbers],
    rows,
    cols,
    statements: () => op.kernel(...operands).statements ?? '',
    value: () => op.kernel(...operands).value,
  });
}
