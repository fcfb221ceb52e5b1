/**
 * Reference QR with column pivoting: Householder reflections of the column with the largest remainder, its length computed
 * afresh each time.
 */
import type { Steps } from '../computation-steps.js';
import { checkFinite, type DenseMatrix, largestEntry } from '../dense-matrix.js';
import { dot } from '../dot.js';
import { fromColumns } from '../from-columns.js';
import type { PivotedQr } from '../linear-algebra.js';
import { transposed } from './products.js';
import { householder, reflect } from './reflection.js';

/** *Cost*: 3 m n r multiplications, r = min(m, n). *Source*: Businger and Golub (1965). */
export function* qrInSteps(a: DenseMatrix): Steps<PivotedQr> {
  checkFinite('qr', a);
  const [m, n] = [a.rows, a.cols];
  const r = Math.min(m, n);
  const scale = largestEntry(a) || 1;
  const byColumn = transposed(a).values;
  const columns = Array.from({ length: n }, (_, j) => byColumn.slice(j * m, (j + 1) * m).map((value) => value / scale));
  const pivots = Int32Array.from({ length: n }, (_, j) => j);
  const scales = new Float64Array(r);
  const diagonal = new Float64Array(r);
  const reflections: Float64Array[] = [];
  for (let k = 0; k < r; k++) {
    const lengths = columns.map((column, j) => (j < k ? -1 : dot(column, k, column, k, m - k)));
    const best = lengths.indexOf(Math.max(...lengths));
    [columns[k], columns[best]] = [columns[best]!, columns[k]!];
    [pivots[k], pivots[best]] = [pivots[best]!, pivots[k]!];
    const v = columns[k]!.slice();
    const { alpha, scale: tau } = householder(v, k, m);
    for (let j = k + 1; j < n; j++) reflect(columns[j]!, v, k, m, tau);
    reflections.push(v);
    scales[k] = tau;
    diagonal[k] = alpha;
    yield 3 * (n - k) * (m - k);
  }
  const values = new Float64Array(r * n);
  for (let i = 0; i < r; i++) {
    values[i * n + i] = diagonal[i]! * scale;
    for (let j = i + 1; j < n; j++) values[i * n + j] = columns[j]![i]! * scale;
  }
  const units: Float64Array[] = [];
  for (let j = 0; j < r; j++) {
    const unit = new Float64Array(m);
    unit[j] = 1;
    for (let k = r - 1; k >= 0; k--) reflect(unit, reflections[k]!, k, m, scales[k]!);
    units.push(unit);
    yield 2 * r * m;
  }
  return { q: fromColumns(units, m), r: { rows: r, cols: n, values }, pivots };
}
