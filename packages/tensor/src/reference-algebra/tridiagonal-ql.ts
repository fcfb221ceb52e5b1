/**
 * Eigenvalues of a symmetric tridiagonal matrix by implicit QL, and the rotations that lead there.
 */
import type { Steps } from '../computation-steps.js';

/** A plane rotation, with its roots and divisions, takes as long as so many multiplications. */
const ROTATION = 32;

/** Told of each rotation: columns i and i+1 of the eigenvectors become c z_i - s z_(i+1) and s z_i + c z_(i+1). */
export type PlaneRotation = (i: number, c: number, s: number) => void;

/**
 * Eigenvalues of a symmetric tridiagonal matrix, unordered, in place, a sweep a step; off[i] stands between i and
 * i+1.
 *
 * *Error*: about n eps times the norm. *Source*: implicit QL with Wilkinson shifts (Parlett, ch. 8).
 */
export function* tridiagonalEigenvalues(
  d: Float64Array,
  off: Float64Array,
  rotate: PlaneRotation = () => undefined,
): Steps<Float64Array> {
  const n = d.length;
  let norm = 0;
  for (let i = 0; i < n; i++) norm = Math.max(norm, Math.abs(d[i]!) + 2 * Math.abs(off[i]!));
  // deflation against the norm, not the neighbours: values near 0 have no large neighbours to be compared with
  const negligible = Number.EPSILON * norm;
  for (let l = 0; l < n; l++) {
    for (let sweeps = 0; ; sweeps++) {
      let m = l;
      while (m < n - 1 && Math.abs(off[m]!) > negligible) m++;
      if (m === l) break;
      if (sweeps === 80) throw new Error(`implicit QL: no convergence for eigenvalue ${l} of ${n} after 80 sweeps`);
      qlSweep(d, off, l, m, rotate);
      yield ROTATION * (m - l);
    }
  }
  return d;
}

/** One implicit QL sweep on the unreduced block l..m. */
function qlSweep(d: Float64Array, off: Float64Array, l: number, m: number, rotate: PlaneRotation): void {
  const el = off[l] as number;
  const half = (d[l + 1]! - d[l]!) / (2 * el);
  const root = Math.hypot(half, 1);
  let g = d[m]! - d[l]! + el / (half + (half < 0 ? -root : root));
  let [s, c, p] = [1, 1, 0];
  for (let i = m - 1; i >= l; i--) {
    const f = s * off[i]!;
    const b = c * off[i]!;
    const r = Math.hypot(f, g);
    off[i + 1] = r;
    if (r === 0) {
      // the block has split: undo the half-made rotation and leave the rest to the next sweep
      d[i + 1] = d[i + 1]! - p;
      off[m] = 0;
      return;
    }
    s = f / r;
    c = g / r;
    const shifted = d[i + 1]! - p;
    const turn = (d[i]! - shifted) * s + 2 * c * b;
    p = s * turn;
    d[i + 1] = shifted + p;
    g = c * turn - b;
    rotate(i, c, s);
  }
  d[l] = d[l]! - p;
  off[l] = g;
  off[m] = 0;
}
