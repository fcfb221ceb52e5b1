/**
 * Eigenvalues and eigenvectors of a small symmetric matrix, by Jacobi's rotations: slow beyond some hundred rows, and
 * accurate to the last digits whatever the condition.
 */

const { abs, sqrt } = Math; // looked up once: a sandbox makes every look-up of a global expensive
const SWEEPS = 60;

/** A = B diag(values) B', the columns of B orthonormal. */
export interface SymmetricEigen {
  readonly values: Float64Array;
  /** n x n, row-major; column j belongs to value j. */
  readonly vectors: Float64Array;
}

/**
 * The eigensystem of a symmetric n x n matrix, in no particular order.
 *
 * *Shapes*: `matrix` n x n, row-major. *Cost*: O(n^3) a sweep, some six sweeps. *Source*: Golub and Van Loan, section 8.5.
 */
export function symmetricEigen(matrix: ArrayLike<number>, n: number): SymmetricEigen {
  const a = Float64Array.from(matrix); // n x n
  const b = new Float64Array(n * n); // n x n
  for (let i = 0; i < n; i++) b[i * n + i] = 1;
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let rotated = false;
    for (let p = 0; p < n - 1; p++) for (let q = p + 1; q < n; q++) rotated = rotate(a, b, n, p, q) || rotated;
    if (!rotated) break;
  }
  return { values: Float64Array.from({ length: n }, (_, i) => a[i * n + i]!), vectors: b };
}

/** Makes a_pq zero; false if it is, as far as doubles can tell. */
function rotate(a: Float64Array, b: Float64Array, n: number, p: number, q: number): boolean {
  const [app, aqq, apq] = [a[p * n + p]!, a[q * n + q]!, a[p * n + q]!];
  if (abs(apq) <= 1e-17 * sqrt(abs(app * aqq)) || apq === 0) return false;
  const theta = (aqq - app) / (2 * apq);
  const t = (theta >= 0 ? 1 : -1) / (abs(theta) + sqrt(theta * theta + 1));
  const c = 1 / sqrt(t * t + 1);
  const s = t * c;
  for (let k = 0; k < n; k++) {
    const [akp, akq] = [a[k * n + p]!, a[k * n + q]!];
    a[k * n + p] = c * akp - s * akq;
    a[k * n + q] = s * akp + c * akq;
  }
  for (let k = 0; k < n; k++) {
    const [apk, aqk] = [a[p * n + k]!, a[q * n + k]!];
    a[p * n + k] = c * apk - s * aqk;
    a[q * n + k] = s * apk + c * aqk;
    const [bkp, bkq] = [b[k * n + p]!, b[k * n + q]!];
    b[k * n + p] = c * bkp - s * bkq;
    b[k * n + q] = s * bkp + c * bkq;
  }
  return true;
}
