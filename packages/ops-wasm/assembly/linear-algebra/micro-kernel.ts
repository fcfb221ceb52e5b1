/**
 * The innermost loop of every product: a 4 x 4 tile of C, held in eight f64x2 registers, takes kc rank-one updates from
 * packed panels. 4 x 4 leaves room for the operands in the sixteen vector registers of x86-64; larger tiles spill.
 *
 * Invariant: both panels are complete, padded with zeros; c is 4 x 4 doubles that may be written.
 */

/** Rows and columns of a tile. */
export const TILE: i32 = 4;

/** C += alpha A B for a 4 x kc panel at a (column after column) and a kc x 4 panel at b; rows of C lie ldc bytes apart. */
export function tile(kc: i32, alpha: f64, a: usize, b: usize, c: usize, ldc: usize): void {
  let c00 = f64x2.splat(0);
  let c01 = f64x2.splat(0);
  let c10 = f64x2.splat(0);
  let c11 = f64x2.splat(0);
  let c20 = f64x2.splat(0);
  let c21 = f64x2.splat(0);
  let c30 = f64x2.splat(0);
  let c31 = f64x2.splat(0);
  for (let k = 0; k < kc; k++) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let t = v128.load64_splat(a);
    c00 = f64x2.add(c00, f64x2.mul(t, b0));
    c01 = f64x2.add(c01, f64x2.mul(t, b1));
    t = v128.load64_splat(a, 8);
    c10 = f64x2.add(c10, f64x2.mul(t, b0));
    c11 = f64x2.add(c11, f64x2.mul(t, b1));
    t = v128.load64_splat(a, 16);
    c20 = f64x2.add(c20, f64x2.mul(t, b0));
    c21 = f64x2.add(c21, f64x2.mul(t, b1));
    t = v128.load64_splat(a, 24);
    c30 = f64x2.add(c30, f64x2.mul(t, b0));
    c31 = f64x2.add(c31, f64x2.mul(t, b1));
    a += 32;
    b += 32;
  }
  const scale = f64x2.splat(alpha);
  addTo(c, scale, c00, c01);
  addTo(c + ldc, scale, c10, c11);
  addTo(c + 2 * ldc, scale, c20, c21);
  addTo(c + 3 * ldc, scale, c30, c31);
}

function addTo(c: usize, scale: v128, left: v128, right: v128): void {
  v128.store(c, f64x2.add(v128.load(c), f64x2.mul(scale, left)));
  v128.store(c, f64x2.add(v128.load(c, 16), f64x2.mul(scale, right)), 16);
}
