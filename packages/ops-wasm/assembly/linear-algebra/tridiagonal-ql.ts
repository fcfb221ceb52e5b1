/**
 * Eigenvalues of a symmetric tridiagonal matrix by implicit QL with Wilkinson shifts, and a log of its rotations, which are
 * applied to the eigenvectors afterwards, many at a time. *Source*: Parlett (1998), ch. 8; EISPACK's tql2.
 *
 * Layout of the log: sweeps one after the other. A sweep is the i32 pair (first, count), 8 bytes, then count pairs (c, s):
 * the first for rows first and first+1, the next for first-1 and first, and so on downwards.
 */

// below this squares lose digits, beside a norm of about 1
const NOTHING: f64 = 1e-280;
const MOST_SWEEPS: i32 = 80;
/** What a run came to. */
const DONE: i32 = -1;
const STUCK: i32 = -2;

/**
 * Goes on from eigenvalue `l` until all are found (-1), one does not converge (-2), the log is full or `most` rotations are
 * done: then the eigenvalue at which to go on. e[i] couples i and i+1; e[n-1] is 0. At `state` lie the number of bytes in
 * the log, and of sweeps for the eigenvalue under way, both i32, to be kept between calls. A capacity of 0 keeps no log.
 */
export function qlSweeps(
  n: i32,
  l: i32,
  d: usize,
  e: usize,
  negligible: f64,
  most: i32,
  log: usize,
  capacity: i32,
  state: usize,
): i32 {
  let used = 0;
  let sweeps = i32.load(state, 4);
  let done = 0;
  for (; l < n; l++) {
    for (;;) {
      let m = l;
      while (m < n - 1 && Math.abs(f64.load(e + (m << 3))) > negligible) m++;
      if (m === l) break;
      const bytes = 8 + ((m - l) << 4);
      if (done >= most || (capacity > 0 && used + bytes > capacity)) {
        i32.store(state, used);
        i32.store(state, sweeps, 4);
        return l;
      }
      if (sweeps++ === MOST_SWEEPS) return STUCK;
      const to = capacity > 0 ? log + used : 0;
      sweep(d, e, l, m, to);
      if (capacity > 0) used += 8 + (i32.load(to, 4) << 4);
      done += m - l;
    }
    sweeps = 0;
  }
  i32.store(state, used);
  i32.store(state, 0, 4);
  return DONE;
}

/** One sweep on the unreduced block l..m, bottom up. */
function sweep(d: usize, e: usize, l: i32, m: i32, log: usize): void {
  const el = f64.load(e + (l << 3));
  const dl = f64.load(d + (l << 3));
  const half = (f64.load(d + ((l + 1) << 3)) - dl) / (2 * el);
  const root = Math.sqrt(half * half + 1);
  let g = f64.load(d + (m << 3)) - dl + el / (half + (half < 0 ? -root : root));
  let s: f64 = 1;
  let c: f64 = 1;
  let p: f64 = 0;
  let upper = f64.load(d + (m << 3));
  let to = log + 8;
  for (let i = m - 1; i >= l; i--) {
    const ei = f64.load(e + (i << 3));
    const f = s * ei;
    const b = c * ei;
    const squares = f * f + g * g;
    if (squares < NOTHING) {
      // the block has split: the rest is left to the next sweep
      f64.store(e + ((i + 1) << 3), 0);
      f64.store(d + ((i + 1) << 3), upper - p);
      f64.store(e + (m << 3), 0);
      if (log !== 0) {
        i32.store(log, m - 1);
        i32.store(log, m - 1 - i, 4);
      }
      return;
    }
    const r = Math.sqrt(squares);
    f64.store(e + ((i + 1) << 3), r);
    const inverse = 1 / r;
    s = f * inverse;
    c = g * inverse;
    const shifted = upper - p;
    upper = f64.load(d + (i << 3));
    const turn = (upper - shifted) * s + 2 * c * b;
    p = s * turn;
    f64.store(d + ((i + 1) << 3), shifted + p);
    g = c * turn - b;
    if (log !== 0) {
      f64.store(to, c);
      f64.store(to, s, 8);
      to += 16;
    }
  }
  f64.store(d + (l << 3), upper - p);
  f64.store(e + (l << 3), g);
  f64.store(e + (m << 3), 0);
  if (log !== 0) {
    i32.store(log, m - 1);
    i32.store(log, m - l, 4);
  }
}
