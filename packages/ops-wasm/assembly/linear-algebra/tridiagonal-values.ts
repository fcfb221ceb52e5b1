/**
 * Eigenvalues alone of a symmetric tridiagonal matrix: QL without square roots, on squared off-diagonals, half the work of a
 * sweep that must know its rotations. *Source*: Pal, Walker and Kahan, in Parlett (1998), section 8.15; LAPACK's dsterf.
 */

const MOST_SWEEPS: i32 = 80;
const DONE: i32 = -1;
const STUCK: i32 = -2;

/**
 * Goes on from eigenvalue `l` until all are found (-1), one does not converge (-2) or `most` rotations are done: then the
 * eigenvalue at which to go on. e[i] is the square of what couples i and i+1; e[n-1] is 0. At `state` lies the number of
 * sweeps for the eigenvalue under way, an i32.
 */
export function valueSweeps(n: i32, l: i32, d: usize, e: usize, negligible: f64, most: i32, state: usize): i32 {
  let sweeps = i32.load(state);
  let done = 0;
  for (; l < n; l++) {
    for (;;) {
      let m = l;
      while (m < n - 1 && f64.load(e + (m << 3)) > negligible) m++;
      if (m === l) break;
      if (done >= most) {
        i32.store(state, sweeps);
        return l;
      }
      if (sweeps++ === MOST_SWEEPS) return STUCK;
      sweep(d, e, l, m);
      done += m - l;
    }
    sweeps = 0;
  }
  return DONE;
}

/** One sweep on the unreduced block l..m, bottom up. */
function sweep(d: usize, e: usize, l: i32, m: i32): void {
  const dl = f64.load(d + (l << 3));
  const el = Math.sqrt(f64.load(e + (l << 3)));
  const half = (f64.load(d + ((l + 1) << 3)) - dl) / (2 * el);
  const root = Math.sqrt(half * half + 1);
  const sigma = dl - el / (half + (half < 0 ? -root : root));
  f64.store(e + (m << 3), 0);
  let c: f64 = 1;
  let s: f64 = 0;
  let gamma = f64.load(d + (m << 3)) - sigma;
  let p = gamma * gamma;
  for (let i = m - 1; i >= l; i--) {
    const at = e + (i << 3);
    const squared = f64.load(at);
    const r = p + squared;
    if (i !== m - 1) f64.store(at, s * r, 8);
    const before = c;
    c = p / r;
    s = squared / r;
    const last = gamma;
    const alpha = f64.load(d + (i << 3));
    gamma = c * (alpha - sigma) - s * last;
    f64.store(d + ((i + 1) << 3), last + (alpha - gamma));
    p = c !== 0 ? (gamma * gamma) / c : before * squared;
  }
  f64.store(e + (l << 3), s * p);
  f64.store(d + (l << 3), sigma + gamma);
}
