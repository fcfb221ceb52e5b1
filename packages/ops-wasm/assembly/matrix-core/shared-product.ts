/**
 * A product by several threads: each part of the work is a band of columns of C, or of rows where C is taller than wide.
 */
import { product } from './products';
import { threads, together, workArguments } from './team';

/** Of columns and rows in a band: no two bands write to one cache line. */
const GRAIN: i32 = 16;
/** So that a thread which is held up leaves its second part to others. */
const PARTS_PER_THREAD: i32 = 2;
/** So that parts take a fifth of a second at most: 2^32 multiplications. */
const LOG_LARGEST: i64 = 32;
const MOST_PARTS: i64 = 4096;

/** What the parts of a product have in common. Steps count bytes. */
@unmanaged
class Product {
  direct: i32;
  byColumns: i32;
  band: i32;
  m: i32;
  n: i32;
  k: i32;
  a: usize;
  aAcross: usize;
  aAlong: usize;
  b: usize;
  bAcross: usize;
  bAlong: usize;
  c: usize;
  ldc: usize;
}

/** As `product`, by all threads that are there. */
export function sharedProduct(
  direct: bool,
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  aAcross: usize,
  aAlong: usize,
  b: usize,
  bAcross: usize,
  bAlong: usize,
  c: usize,
  ldc: usize,
): void {
  const whole = changetype<Product>(workArguments());
  const size = max(m, n);
  const parts = max(threads() * PARTS_PER_THREAD, <i32>min((<i64>m * n * k) >> LOG_LARGEST, MOST_PARTS));
  const band = ((size + parts - 1) / parts + GRAIN - 1) & -GRAIN;
  whole.direct = direct;
  whole.byColumns = n >= m;
  whole.band = band;
  whole.m = m;
  whole.n = n;
  whole.k = k;
  whole.a = a;
  whole.aAcross = aAcross;
  whole.aAlong = aAlong;
  whole.b = b;
  whole.bAcross = bAcross;
  whole.bAlong = bAlong;
  whole.c = c;
  whole.ldc = ldc;
  together((size + band - 1) / band, oneBand);
}

function oneBand(part: i32): void {
  const whole = changetype<Product>(workArguments());
  const from = part * whole.band;
  const at = <usize>from;
  const direct = whole.direct !== 0;
  if (whole.byColumns) {
    const n = min(whole.band, whole.n - from);
    const b = whole.b + at * whole.bAcross;
    product(
      direct,
      whole.m,
      n,
      whole.k,
      whole.a,
      whole.aAcross,
      whole.aAlong,
      b,
      whole.bAcross,
      whole.bAlong,
      whole.c + (at << 2),
      whole.ldc,
    );
  } else {
    const m = min(whole.band, whole.m - from);
    const a = whole.a + at * whole.aAcross;
    const c = whole.c + at * whole.ldc;
    product(
      direct,
      m,
      whole.n,
      whole.k,
      a,
      whole.aAcross,
      whole.aAlong,
      whole.b,
      whole.bAcross,
      whole.bAlong,
      c,
      whole.ldc,
    );
  }
}
