/**
 * The tangent kernel Theta = J J' from the factored Jacobian: layer by layer an elementwise product of two Gram matrices,
 * J itself is never formed.
 */
// n samples, k outputs; Theta is (n k) x (n k)
import { nextTurn } from '@tangentlab/core';
import { type DenseMatrix, dot, type LinearAlgebra } from '@tangentlab/tensor';
import { rowsOf } from '../derivatives/jacobian-products.js';
import type { LayerTangents } from '../derivatives/layer-tangents.js';

/** Rows and columns of a tile: 8 kB. */
const TILE = 32;

/**
 * All of Theta = sum over layers (delta delta') (h h' + bias^2).
 *
 * *Cost*: O((n k)^2 sum of widths) time, (n k)^2 numbers of memory, twice. Gives way to the event loop. *Throws*
 * NUMERIC_NOT_FINITE; the signal's reason when aborted.
 */
export async function tangentKernel(
  tangents: readonly LayerTangents[],
  k: number,
  linearAlgebra: LinearAlgebra,
  signal?: AbortSignal,
): Promise<DenseMatrix> {
  const rows = rowsOf(tangents); // n k
  const n = rows / k;
  const theta = new Float64Array(rows * rows);
  for (const { layer, h, bias, delta } of tangents) {
    const { inputs, outputs } = layer;
    const alike = await linearAlgebra.syrkAsync({ rows: n, cols: inputs, values: h }, {}, signal); // n x n
    const sensitive = await linearAlgebra.syrkAsync({ rows, cols: outputs, values: delta }, {}, signal);
    addProduct(theta, sensitive.values, alike.values, bias * bias, rows, k);
    await nextTurn();
    signal?.throwIfAborted();
  }
  mirrorLower(theta, rows);
  return { rows, cols: rows, values: theta };
}

/** theta += sensitive times (alike + shift) below the diagonal, where alike has one entry for each pair of samples. */
function addProduct(
  theta: Float64Array,
  sensitive: Float64Array,
  alike: Float64Array,
  shift: number,
  rows: number,
  k: number,
): void {
  const n = rows / k;
  for (let row = 0; row < rows; row++) {
    const sample = Math.floor(row / k);
    let at = row * rows;
    for (let j = 0; j <= sample; j++) {
      const factor = alike[sample * n + j]! + shift;
      for (const end = at + k; at < end; at++) theta[at] = theta[at]! + sensitive[at]! * factor;
    }
  }
}

/** Copies what is below the diagonal above it, tile by tile, so that both ends stay in the cache. */
function mirrorLower(theta: Float64Array, rows: number): void {
  for (let top = 0; top < rows; top += TILE) {
    for (let left = 0; left <= top; left += TILE) {
      const bottom = Math.min(rows, top + TILE);
      for (let row = top; row < bottom; row++) {
        const right = Math.min(row, left + TILE);
        for (let col = left; col < right; col++) theta[col * rows + row] = theta[row * rows + col]!;
      }
    }
  }
}

/** Theta[:, row]. *Cost*: O(n k sum of widths). */
export function kernelColumn(tangents: readonly LayerTangents[], k: number, row: number): Float64Array {
  const rows = rowsOf(tangents);
  const column = new Float64Array(rows); // n k
  const sample = Math.floor(row / k);
  for (const { layer, h, bias, delta } of tangents) {
    const { inputs, outputs } = layer;
    for (let i = 0; i * k < rows; i++) {
      const alike = bias * bias + dot(h, i * inputs, h, sample * inputs, inputs);
      for (let c = 0; c < k; c++) {
        column[i * k + c]! += alike * dot(delta, (i * k + c) * outputs, delta, row * outputs, outputs);
      }
    }
  }
  return column;
}

/** The diagonal of Theta: the squared lengths of the rows of J. */
export function kernelDiagonal(tangents: readonly LayerTangents[], k: number): Float64Array {
  const squares = new Float64Array(rowsOf(tangents)); // n k
  for (const { layer, h, bias, delta } of tangents) {
    const { inputs, outputs } = layer;
    for (let row = 0; row < squares.length; row++) {
      const at = Math.floor(row / k) * inputs;
      squares[row]! +=
        (bias * bias + dot(h, at, h, at, inputs)) * dot(delta, row * outputs, delta, row * outputs, outputs);
    }
  }
  return squares;
}
