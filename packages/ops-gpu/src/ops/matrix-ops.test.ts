import { fc } from '@fast-check/jest';
import { defineGridMap, GpuBackend, layerTangentKernel, outerProducts } from '@tangentlab/ops-gpu';
import { defineMatrixOp, type MatrixOp, type OpShape, ReferenceBackend } from '@tangentlab/tensor';
import { lawsOfMatrixOp, type MatrixOpSubject, matrixOpLaws } from '@tangentlab/testkit';

const size = fc.integer({ min: 1, max: 6 });

/** k rows of one operand for each row of the other. */
const perSample = fc
  .record({ n: size, k: fc.integer({ min: 1, max: 3 }), p: size, q: size })
  .map(({ n, k, p, q }): readonly OpShape[] => [
    { rows: n * k, cols: p },
    { rows: n, cols: q },
  ]);

/** The mean squared error of a linear model whose weights are w + u d + v e: a landscape over two directions. */
const landscape = defineGridMap({
  name: 'landscape',
  operands: ['x', 'y', 'w'],
  numbers: ['scale'],
  kernel: (x) => ({
    statements: `let total = 0;
      for (let i = 0; i < ${x!.rows}; i++) {
        let z = 0;
        for (let j = 0; j < ${x!.cols}; j++) { z += x[i][j] * (w[0][j] + u * w[1][j] + v * w[2][j]); }
        total += (z - y[i][0]) * (z - y[i][0]);
      }`,
    value: 'scale * total',
  }),
  reference: (u, v, [x, y, w], [scale]) => {
    let total = 0;
    for (let i = 0; i < x!.rows; i++) {
      let z = 0;
      for (let j = 0; j < x!.cols; j++) z += x!.at(i, j) * (w!.at(0, j) + u * w!.at(1, j) + v * w!.at(2, j));
      total += (z - y!.at(i, 0)) ** 2;
    }
    return scale! * total;
  },
  // a square of n terms of three roundings each, counted against the square of their sizes; then the sum of squares
  roundings: (u, v, [x, y, w], [scale]) => {
    let total = 0;
    for (let i = 0; i < x!.rows; i++) {
      let z = Math.abs(y!.at(i, 0));
      for (let j = 0; j < x!.cols; j++) {
        const weight = Math.abs(w!.at(0, j)) + Math.abs(u * w!.at(1, j)) + Math.abs(v * w!.at(2, j));
        z += Math.abs(x!.at(i, j)) * weight;
      }
      total += z * z;
    }
    return Math.abs(scale!) * total * (2 * (x!.cols + 5) + x!.rows + 2);
  },
});

const grid = fc
  .record({ rows: size, cols: size, n: size, features: size })
  .map(({ rows, cols, n, features }): readonly OpShape[] => [
    { rows: 1, cols },
    { rows, cols: 1 },
    { rows: n, cols: features },
    { rows: n, cols: 1 },
    { rows: 3, cols: features },
  ]);

const SUBJECTS: readonly MatrixOpSubject[] = [
  {
    op: outerProducts,
    shapes: perSample,
    misfits: [
      [
        { rows: 3, cols: 2 },
        { rows: 2, cols: 2 },
      ],
    ],
  },
  {
    op: layerTangentKernel,
    shapes: perSample,
    numbers: [1],
    misfits: [
      [
        { rows: 3, cols: 2 },
        { rows: 2, cols: 2 },
      ],
    ],
  },
  {
    op: landscape,
    shapes: grid,
    numbers: [0.5],
    misfits: [
      [
        { rows: 2, cols: 2 },
        { rows: 2, cols: 1 },
        { rows: 1, cols: 1 },
        { rows: 1, cols: 1 },
        { rows: 3, cols: 1 },
      ],
    ],
  },
];

for (const subject of SUBJECTS) {
  for (const mode of ['cpu', 'webasm', 'async'] as const) {
    matrixOpLaws(`gpu.js in mode ${mode}`, subject, () => new GpuBackend({ mode }));
  }
  matrixOpLaws('the reference', subject, () => new ReferenceBackend());
}

test('the laws reject a kernel that is not its reference', async () => {
  const wrong: MatrixOp = { ...outerProducts, kernel: () => ({ value: 'a[$row][0] * b[0][0]' }) };
  const [agrees] = lawsOfMatrixOp({ ...SUBJECTS[0]!, op: wrong });
  await expect(agrees!.check(() => new GpuBackend({ mode: 'cpu' }))).rejects.toThrow(
    expect.objectContaining({
      cause: expect.objectContaining({ message: expect.stringMatching(/^op outerProducts/) }),
    }),
  );
  const lenient: MatrixOp = { ...outerProducts, shape: (a) => a! };
  const [, refuses] = lawsOfMatrixOp({ ...SUBJECTS[0]!, op: lenient });
  await expect(refuses!.check(() => new ReferenceBackend())).rejects.toThrow(
    /of misfits: expected an error SHAPE_MISMATCH/,
  );
});

test('outer products of backpropagated and forward signals make the Jacobian; its Gram matrix is the sum over layers', async () => {
  // z = W2 tanh(W1 x) for 2 samples, 2 outputs: delta of layer 1 is W2 diag(1 - h^2), of layer 2 the identity
  const backend = new GpuBackend({ mode: 'webasm' });
  await backend.init();
  const [x, w1, w2] = [
    [0.3, -1.2, 0.8, 0.5],
    [0.1, 0.7, -0.4, 0.2, 0.9, -0.3],
    [0.6, -0.5, 0.2, 0.4, 0.3, -0.8],
  ];
  const X = backend.upload(x, 2, 2);
  const H = backend.activate(backend.gemm(X, backend.upload(w1, 3, 2), { transB: true }), 'tanh'); // 2 x 3
  const h = await backend.read(H);
  const delta1 = Float64Array.from({ length: 4 * 3 }, (_, at) => {
    const [row, unit] = [Math.floor(at / 3), at % 3];
    return w2[(row % 2) * 3 + unit]! * (1 - h[Math.floor(row / 2) * 3 + unit]! ** 2);
  });
  const deltas = [backend.upload(delta1, 4, 3), backend.upload([1, 0, 0, 1, 1, 0, 0, 1], 4, 2)];
  const inputs = [X, H];
  const kernel = backend.upload(new Float64Array(16), 4, 4);
  for (const [l, delta] of deltas.entries()) {
    const block = backend.apply(outerProducts, [delta, inputs[l]!]); // (n k) x (out in)
    const gram = await backend.read(backend.gemm(block, block, { transB: true }));
    const structured = await backend.read(backend.apply(layerTangentKernel, [delta, inputs[l]!], [0]));
    for (const [i, value] of gram.entries()) expect(structured[i]).toBeCloseTo(value, 5);
    backend.accumulate(kernel, backend.apply(layerTangentKernel, [delta, inputs[l]!], [0]));
  }
  const total = await backend.read(kernel);
  expect(total[1]).toBeCloseTo(total[4]!, 5); // symmetric
  await backend.dispose();
});

test.each([
  [{ name: 'two words' }, /matrix operation "two words": it needs a name/],
  [{ operands: [] }, /got no operand/],
  [{ operands: ['a', 'a'] }, /names that differ .*, got a, a/],
  [{ operands: ['row'] }, /row, col and index are taken/],
])('%j is refused', (change, message) => {
  expect(() => defineMatrixOp({ ...outerProducts, ...change })).toThrow(message);
});

test('operations of one name are told apart', async () => {
  const backend = new GpuBackend({ mode: 'cpu' });
  await backend.init();
  const times = (factor: number) =>
    defineMatrixOp({
      name: 'times',
      operands: ['a'],
      shape: (a) => a!,
      kernel: () => ({ value: `${factor} * a[$row][$col]` }),
      reference: ({ row, col }, [a]) => factor * a!.at(row, col),
      roundings: ({ row, col }, [a]) => Math.abs(factor * a!.at(row, col)),
    });
  const a = backend.upload([1, 2], 1, 2);
  expect(Array.from(await backend.read(backend.apply(times(2), [a])))).toEqual([2, 4]);
  expect(Array.from(await backend.read(backend.apply(times(3), [a])))).toEqual([3, 6]);
  await backend.dispose();
});
