/**
 * The rows of a kernel's output as one flat array. gpu.js returns two-dimensional outputs as an array of rows: views of
 * one buffer in mode webasm, which cost nothing to join, and arrays of their own in mode cpu.
 */

/**
 * The first `cols` values of every row, row-major.
 *
 * *Cost*: none if the rows are neighbours in one buffer, and just as wide; else a copy.
 */
export function flatRows(rows: readonly Float32Array[], cols: number): Float32Array {
  const [first, last] = [rows[0]!, rows.at(-1)!];
  const width = first.length;
  const distance = (rows.length - 1) * width * Float32Array.BYTES_PER_ELEMENT;
  const neighbours = last.buffer === first.buffer && last.byteOffset === first.byteOffset + distance;
  if (neighbours && width === cols) return new Float32Array(first.buffer, first.byteOffset, rows.length * cols);
  const flat = new Float32Array(rows.length * cols);
  for (const [i, row] of rows.entries()) flat.set(width === cols ? row : row.subarray(0, cols), i * cols);
  return flat;
}
