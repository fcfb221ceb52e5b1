/**
 * Singular values of an upper bidiagonal matrix by implicit QR, with shifts, and without where a shift would drown the
 * smallest value; two logs of its rotations, for the left and the right vectors. *Source*: Demmel and Kahan (1990),
 * LAPACK's dbdsqr (chase from top to bottom).
 *
 * Logs are laid out as in `tridiagonal-ql`, but with rotations that go down: the caller stores rows in reverse order, so
 * that row i stands at n-1-i and the log reads upwards as it should.
 */

// below this squares lose digits
const NOTHING: f64 = 1e-280;
const MOST_SWEEPS: i32 = 80;
const DONE: i32 = -1;
const STUCK: i32 = -2;

let c: f64 = 0;
let s: f64 = 0;
let r: f64 = 0;

/** The rotation that takes (f, g) to (r, 0); a g that is nothing beside a norm of 1 is dropped. */
function rotate(f: f64, g: f64): void {
  const squares = f * f + g * g;
  if (g === 0 || squares < NOTHING) {
    c = 1;
    s = 0;
    r = f;
    return;
  }
  r = Math.sqrt(squares);
  const inverse = 1 / r;
  c = f * inverse;
  s = g * inverse;
}

/**
 * Goes on with the block that ends at `m` until all is diagonal (-1), one value does not converge (-2), a log is full or
 * `most` rotations are done: then the end at which to go on. d[i] and e[i] (between i and i+1); afterwards d holds the
 * singular values up to sign. At `state` lie the number of bytes in each log and of sweeps for the value under way.
 */
export function qrSweeps(
  n: i32,
  m: i32,
  d: usize,
  e: usize,
  negligible: f64,
  most: i32,
  leftLog: usize,
  rightLog: usize,
  capacity: i32,
  state: usize,
): i32 {
  let used = 0;
  let done = 0;
  let sweeps = i32.load(state, 4);
  while (m > 0) {
    // the block l..m without a negligible coupling
    let l = m;
    while (l > 0 && Math.abs(f64.load(e + ((l - 1) << 3))) > negligible) l--;
    if (l > 0) f64.store(e + ((l - 1) << 3), 0);
    if (l === m) {
      m--;
      sweeps = 0;
      continue;
    }
    const bytes = 8 + ((m - l) << 4);
    if (done >= most || (capacity > 0 && used + bytes > capacity)) {
      i32.store(state, used);
      i32.store(state, sweeps, 4);
      return m;
    }
    if (sweeps++ === MOST_SWEEPS) return STUCK;
    const left = capacity > 0 ? leftLog + used : 0;
    const right = capacity > 0 ? rightLog + used : 0;
    if (capacity > 0) {
      // in reverse order the pair (l, l+1) is (n-1-l-1, n-1-l)
      i32.store(left, n - 2 - l);
      i32.store(left, m - l, 4);
      i32.store(right, n - 2 - l);
      i32.store(right, m - l, 4);
      used += bytes;
    }
    const shift = shiftOf(l, m, d, e, negligible);
    if (shift === 0) sweepWithoutShift(l, m, d, e, left, right);
    else sweepWithShift(l, m, d, e, shift, left, right);
    done += m - l;
  }
  i32.store(state, used);
  i32.store(state, 0, 4);
  return DONE;
}

/** The smaller singular value of the last 2 x 2 block; 0 where the shift is too small to matter or a diagonal entry is 0. */
function shiftOf(l: i32, m: i32, d: usize, e: usize, negligible: f64): f64 {
  for (let i = l; i <= m; i++) {
    if (Math.abs(f64.load(d + (i << 3))) <= negligible) {
      f64.store(d + (i << 3), 0);
      return 0;
    }
  }
  const f = Math.abs(f64.load(d + ((m - 1) << 3)));
  const g = Math.abs(f64.load(e + ((m - 1) << 3)));
  const h = Math.abs(f64.load(d + (m << 3)));
  const shift = smallerValue(f, g, h);
  const first = Math.abs(f64.load(d + (l << 3)));
  const ratio = shift / first;
  return ratio * ratio < 2.220446049250313e-16 ? 0 : shift;
}

/** The smaller singular value of [[f, g], [0, h]]. *Source*: LAPACK's dlas2. */
function smallerValue(f: f64, g: f64, h: f64): f64 {
  const least = min(f, h);
  const largest = max(f, h);
  if (least === 0) return 0;
  if (g < largest) {
    const sum = 1 + least / largest;
    const difference = (largest - least) / largest;
    const u = (g / largest) * (g / largest);
    return least * (2 / (Math.sqrt(sum * sum + u) + Math.sqrt(difference * difference + u)));
  }
  const u = largest / g;
  if (u === 0) return (least * largest) / g;
  const sum = (1 + least / largest) * u;
  const difference = ((largest - least) / largest) * u;
  return 2 * (least * (1 / (Math.sqrt(1 + sum * sum) + Math.sqrt(1 + difference * difference)))) * u;
}

function sweepWithShift(l: i32, m: i32, d: usize, e: usize, shift: f64, left: usize, right: usize): void {
  const first = f64.load(d + (l << 3));
  let f = (Math.abs(first) - shift) * ((first < 0 ? -1 : 1) + shift / first);
  let g = f64.load(e + (l << 3));
  let offset: usize = 8;
  for (let i = l; i < m; i++) {
    const di = d + (i << 3);
    const ei = e + (i << 3);
    rotate(f, g);
    const cosR = c;
    const sinR = s;
    if (i > l) f64.store(ei - 8, r);
    const d0 = f64.load(di);
    const d1 = f64.load(di, 8);
    const e0 = f64.load(ei);
    f = cosR * d0 + sinR * e0;
    const coupling = cosR * e0 - sinR * d0;
    g = sinR * d1;
    const turned = cosR * d1;
    rotate(f, g);
    f64.store(di, r);
    f = c * coupling + s * turned;
    f64.store(di, c * turned - s * coupling, 8);
    if (i < m - 1) {
      const e1 = f64.load(ei, 8);
      g = s * e1;
      f64.store(ei, c * e1, 8);
    }
    if (left !== 0) {
      store(left + offset, c, s);
      store(right + offset, cosR, sinR);
      offset += 16;
    }
  }
  f64.store(e + ((m - 1) << 3), f);
}

function sweepWithoutShift(l: i32, m: i32, d: usize, e: usize, left: usize, right: usize): void {
  let cosR: f64 = 1;
  let cosL: f64 = 1;
  let sinL: f64 = 0;
  let offset: usize = 8;
  for (let i = l; i < m; i++) {
    const di = d + (i << 3);
    const ei = e + (i << 3);
    rotate(f64.load(di) * cosR, f64.load(ei));
    cosR = c;
    const sinR = s;
    if (i > l) f64.store(ei - 8, sinL * r);
    const d1 = f64.load(di, 8);
    rotate(cosL * r, d1 * sinR);
    cosL = c;
    sinL = s;
    f64.store(di, r);
    if (left !== 0) {
      store(left + offset, cosL, sinL);
      store(right + offset, cosR, sinR);
      offset += 16;
    }
  }
  const last = f64.load(d + (m << 3)) * cosR;
  f64.store(d + (m << 3), last * cosL);
  f64.store(e + ((m - 1) << 3), last * sinL);
}

function store(to: usize, cosine: f64, sine: f64): void {
  f64.store(to, cosine);
  f64.store(to, sine, 8);
}
