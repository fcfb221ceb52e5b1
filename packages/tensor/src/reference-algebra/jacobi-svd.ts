/**
 * The reference singular value decomposition: one-sided Jacobi. Columns are turned against each other until all are
 * orthogonal; their lengths are then the singular values, and the turns make up V.
 */
import type { Steps } from '../computation-steps.js';
import { checkFinite, type DenseMatrix, largestEntry } from '../dense-matrix.js';
import { dot } from '../dot.js';
import { fromColumns } from '../from-columns.js';
import type { Svd } from '../linear-algebra.js';
import { axpy } from './reflection.js';
import { tallColumns } from './singular-values.js';
import { turn } from './symmetric-eigen.js';

/** Below this a squared length is nothing: the largest entry is 1. */
const NOTHING = 1e-280;

/** *Cost*: about 40 m n^2 multiplications. *Source*: Hestenes (1958); Golub, Van Loan, section 8.6.3. */
export function* svdInSteps(a: DenseMatrix): Steps<Svd> {
  checkFinite('svd', a);
  const { columns, length: m } = tallColumns(a);
  const n = columns.length;
  const scale = largestEntry(a) || 1;
  for (const column of columns) for (let i = 0; i < m; i++) column[i]! /= scale;
  const turns = Array.from({ length: n }, (_, j) => {
    const unit = new Float64Array(n);
    unit[j] = 1;
    return unit;
  });
  for (let turned = true; turned; ) {
    turned = false;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        if (!orthogonalise(columns[p]!, columns[q]!, turns[p]!, turns[q]!)) continue;
        turned = true;
      }
      yield 5 * (n - p) * m;
    }
  }
  const lengths = columns.map((column) => Math.sqrt(dot(column, 0, column, 0, m)));
  const order = lengths.map((_, j) => j).sort((i, j) => lengths[j]! - lengths[i]!);
  const left = unitColumns(
    order.map((j) => columns[j]!),
    m,
  );
  const u = fromColumns(left, m);
  const v = fromColumns(
    order.map((j) => turns[j]!),
    n,
  );
  const sigma = Float64Array.from(order, (j) => lengths[j]! * scale);
  return a.rows < a.cols ? { u: v, sigma, v: u } : { u, sigma, v };
}

/** Turns two columns until they are orthogonal; false if they were, to working precision. */
function orthogonalise(x: Float64Array, y: Float64Array, vx: Float64Array, vy: Float64Array): boolean {
  const m = x.length;
  const [xx, yy, xy] = [dot(x, 0, x, 0, m), dot(y, 0, y, 0, m), dot(x, 0, y, 0, m)];
  if (xx < NOTHING || yy < NOTHING || Math.abs(xy) <= m * Number.EPSILON * Math.sqrt(xx) * Math.sqrt(yy)) return false;
  const tau = (yy - xx) / (2 * xy);
  const t = (tau < 0 ? -1 : 1) / (Math.abs(tau) + Math.hypot(1, tau));
  const c = 1 / Math.hypot(1, t);
  turn(x, y, c, t * c);
  turn(vx, vy, c, t * c);
  return true;
}

/** The columns at length 1; those that are nothing are replaced by whatever completes the others to a basis. */
function unitColumns(columns: readonly Float64Array[], m: number): Float64Array[] {
  const units: Float64Array[] = [];
  let next = 0;
  for (const column of columns) {
    let x = column.slice();
    let squares = dot(x, 0, x, 0, m);
    while (squares < NOTHING) {
      x = new Float64Array(m);
      x[next++] = 1;
      for (let pass = 0; pass < 2; pass++) for (const unit of units) axpy(x, unit, -dot(unit, 0, x, 0, m), 0, m);
      squares = dot(x, 0, x, 0, m);
      if (squares < 1 / (2 * m)) squares = 0; // the next unit vector has more to offer
    }
    const length = Math.sqrt(squares);
    units.push(x.map((value) => value / length));
  }
  return units;
}
