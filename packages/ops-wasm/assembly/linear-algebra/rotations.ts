/**
 * Applies a log of plane rotations (see `tridiagonal-ql`) to neighbouring rows of a matrix, a strip of eight columns at a
 * time: copied out it stays in cache for the whole log, and a row that two rotations share stays in registers.
 */

/** Bytes of one row of a strip. */
const STRIP: i32 = 64;

/**
 * Rows i, i+1 become c x_i - s x_(i+1), s x_i + c x_(i+1), for columns 0..cols-1 of a matrix with `rows` rows, lda doubles
 * apart. `scratch` holds 8 rows doubles.
 */
export function applyRotations(log: usize, bytes: i32, a: usize, lda: i32, rows: i32, cols: i32, scratch: usize): void {
  for (let j = 0; j < cols; j += 8) {
    const width = min(8, cols - j) << 3;
    const from = a + (j << 3);
    for (let i = 0; i < rows; i++) memory.copy(scratch + i * STRIP, from + ((i * lda) << 3), width);
    applyToStrip(log, log + bytes, scratch);
    for (let i = 0; i < rows; i++) memory.copy(from + ((i * lda) << 3), scratch + i * STRIP, width);
  }
}

function applyToStrip(log: usize, end: usize, strip: usize): void {
  while (log < end) {
    const first = i32.load(log);
    const count = i32.load(log, 4);
    log += 8;
    let low = strip + (first + 1) * STRIP;
    let y0 = v128.load(low);
    let y1 = v128.load(low, 16);
    let y2 = v128.load(low, 32);
    let y3 = v128.load(low, 48);
    for (let r = 0; r < count; r++) {
      const c = v128.load64_splat(log);
      const s = v128.load64_splat(log, 8);
      log += 16;
      const high = low - STRIP;
      const x0 = v128.load(high);
      const x1 = v128.load(high, 16);
      const x2 = v128.load(high, 32);
      const x3 = v128.load(high, 48);
      v128.store(low, f64x2.add(f64x2.mul(s, x0), f64x2.mul(c, y0)));
      v128.store(low, f64x2.add(f64x2.mul(s, x1), f64x2.mul(c, y1)), 16);
      v128.store(low, f64x2.add(f64x2.mul(s, x2), f64x2.mul(c, y2)), 32);
      v128.store(low, f64x2.add(f64x2.mul(s, x3), f64x2.mul(c, y3)), 48);
      y0 = f64x2.sub(f64x2.mul(c, x0), f64x2.mul(s, y0));
      y1 = f64x2.sub(f64x2.mul(c, x1), f64x2.mul(s, y1));
      y2 = f64x2.sub(f64x2.mul(c, x2), f64x2.mul(s, y2));
      y3 = f64x2.sub(f64x2.mul(c, x3), f64x2.mul(s, y3));
      low = high;
    }
    v128.store(low, y0);
    v128.store(low, y1, 16);
    v128.store(low, y2, 32);
    v128.store(low, y3, 48);
  }
}
