/**
 * The networks of the step bench and their data, made up alike in every program: the class of a row is the slice of
 * (-1, 1) that its first entry lies in.
 */
import { readFileSync } from 'node:fs';
import { entries } from './entries.js';

/** `rows`, and for each shape its `case`, `widths`, `dropout` and `batch`. */
export const { rows: ROWS, shapes: SHAPES } = JSON.parse(
  readFileSync(new URL('../peers/shapes.json', import.meta.url), 'utf8'),
);

/** `x`, ROWS x features, and the class `y` of each row. */
export function tableOf({ widths }) {
  const [features, classes] = [widths[0], widths.at(-1)];
  const x = entries(ROWS, features);
  const slice = (_, row) => Math.min(classes - 1, Math.floor(((x[row * features] + 1) / 2) * classes));
  return { x, y: Int32Array.from({ length: ROWS }, slice), samples: ROWS, features, classes };
}
