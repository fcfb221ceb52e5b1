/** rows x cols values in (-1, 1), row-major: frac(43758.5453 sin(12.9898 i + 1)), as the Python peers make them. */
export function entries(rows, cols) {
  return Float64Array.from({ length: rows * cols }, (_, i) => (Math.sin(i * 12.9898 + 1) * 43758.5453) % 1);
}
