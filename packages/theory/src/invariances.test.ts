/**
 * What a change of the network or of the samples does to Jacobian, kernel and rank, and what it must not: for all
 * activations, on generic and on degenerate data.
 */
import { fc, test as property } from '@fast-check/jest';
import { Rng } from '@tangentlab/core';
import { layersOf, lossGradient, type Mlp, mlp, predict, pytorchDefault } from '@tangentlab/nn';
import { createLinearAlgebraSync } from '@tangentlab/ops-wasm';
import { type ActivationName, type DenseMatrix, mse, softmaxCrossEntropy } from '@tangentlab/tensor';
import {
  jacobian,
  jvp,
  kernelColumn,
  kernelDiagonal,
  layerTangents,
  linearize,
  tangentKernel,
  vjp,
} from '@tangentlab/theory';

const linearAlgebra = createLinearAlgebraSync();

const recipe = fc.record({
  features: fc.integer({ min: 1, max: 6 }),
  hidden: fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 3 }),
  outputs: fc.integer({ min: 1, max: 3 }),
  n: fc.integer({ min: 1, max: 6 }),
  seed: fc.nat(100_000),
  mode: fc.constantFrom('generic', 'duplicate', 'collinear', 'zero', 'rank 1'),
  activation: fc.constantFrom<ActivationName>(
    'tanh',
    'erf',
    'gelu',
    'softplus',
    'sigmoid',
    'relu',
    'leakyRelu',
    'identity',
  ),
});
type Recipe = typeof recipe extends fc.Arbitrary<infer T> ? T : never;

interface Case {
  readonly model: Mlp;
  readonly theta: Float64Array;
  readonly x: Float64Array;
  readonly n: number;
  readonly draw: (length: number) => Float64Array;
}

function caseOf({ features, hidden, outputs, n, seed, mode, activation }: Recipe): Case {
  const model = mlp({ widths: [features, ...hidden, outputs], activation });
  const uniform = Rng.root(seed).stream();
  const draw = (length: number) => Float64Array.from({ length }, () => 2 * uniform() - 1);
  const x = draw(n * features).map((value) => 3 * value);
  for (let j = 0; j < features && n > 1; j++) {
    if (mode === 'duplicate') x[features + j] = x[j]!;
    if (mode === 'collinear') x[features + j] = x[j]! / 4;
    if (mode === 'zero') x[j] = 0;
    if (mode === 'rank 1') for (let i = 1; i < n; i++) x[i * features + j] = i * x[j]!;
  }
  return { model, theta: pytorchDefault(model, Rng.root(seed).split('theta')), x, n, draw };
}

const inner = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
const norm = (a: Float64Array) => Math.sqrt(inner(a, a));
const distance = (a: Float64Array, b: Float64Array) => norm(a.map((value, i) => value - b[i]!));
const moved = (theta: Float64Array, v: Float64Array, by: number) => theta.map((value, i) => value + by * v[i]!);
const close = (a: Float64Array, b: Float64Array, tolerance: number) =>
  expect(distance(a, b)).toBeLessThanOrEqual(tolerance * (1e-300 + norm(b)));
const kernelOf = (model: Mlp, theta: Float64Array, x: Float64Array, n: number) =>
  tangentKernel(layerTangents(model, theta, x, n), model.widths.at(-1)!, linearAlgebra);

/** Whether a pre-activation changes its sign within a step. */
function stepsOverKink({ model, theta, x, n }: Case, v: Float64Array, step: number): boolean {
  if (model.activation.name !== 'relu' && model.activation.name !== 'leakyRelu') return false;
  const pattern = (by: number) =>
    layerTangents(model, moved(theta, v, by), x, n)
      .slice(1)
      .map(({ h }) => Array.from(h, (value) => value > 0).join())
      .join();
  return pattern(step) !== pattern(-step);
}

property.prop([recipe], { numRuns: 200 })('J v is the central finite difference', (drawn) => {
  const given = caseOf(drawn);
  const { model, theta, x, n, draw } = given;
  const [v, step] = [draw(theta.length), 6e-6];
  fc.pre(!stepsOverKink(given, v, step));
  const [up, down] = [predict(model, moved(theta, v, step), x, n), predict(model, moved(theta, v, -step), x, n)];
  const difference = up.map((value, i) => (value - down[i]!) / (2 * step));
  expect(distance(jvp(model, theta, x, n, v), difference)).toBeLessThan(1e-7 * (1 + norm(difference)));
});

property.prop([recipe, fc.double({ min: -2, max: 2, noNaN: true }), fc.double({ min: -2, max: 2, noNaN: true })])(
  'Zlin is affine',
  (drawn, a, b) => {
    const { model, theta, x, n, draw } = caseOf(drawn);
    const zlin = linearize(model, theta, x, n);
    const [v, w] = [draw(theta.length), draw(theta.length)];
    const z0 = predict(model, theta, x, n);
    const from = (by: (i: number) => number) => zlin(theta.map((value, i) => value + by(i))).map((z, i) => z - z0[i]!);
    const [both, alongV, alongW] = [from((i) => a * v[i]! + b * w[i]!), from((i) => v[i]!), from((i) => w[i]!)];
    const want = alongV.map((value, i) => a * value + b * alongW[i]!);
    expect(distance(both, want)).toBeLessThanOrEqual(1e-12 * (1 + norm(z0) + norm(alongV) + norm(alongW)));
  },
);

property.prop([recipe], { numRuns: 100 })('tangents by a linear algebra are those of plain loops', (drawn) => {
  const { model, theta, x, n } = caseOf(drawn);
  const [plain, fast] = [layerTangents(model, theta, x, n), layerTangents(model, theta, x, n, { linearAlgebra })];
  for (const [l, { h, delta, bias }] of plain.entries()) {
    close(fast[l]!.h, h, 1e-12);
    close(fast[l]!.delta, delta, 1e-12);
    expect(fast[l]!.bias).toBe(bias);
  }
});

property.prop([recipe], { numRuns: 150 })("Theta = J J': structured, by columns and dense", async (drawn) => {
  const { model, theta, x, n } = caseOf(drawn);
  const [j, k] = [jacobian(model, theta, x, n), drawn.outputs];
  const dense = linearAlgebra.syrk(j).values;
  const tangents = layerTangents(model, theta, x, n);
  const { rows, values } = await tangentKernel(tangents, k, linearAlgebra);
  close(values, dense, 1e-12);
  const diagonal = kernelDiagonal(tangents, k);
  for (let r = 0; r < rows; r++) {
    const row = values.slice(r * rows, (r + 1) * rows);
    expect(distance(kernelColumn(tangents, k, r), row)).toBeLessThanOrEqual(1e-12 * norm(dense));
    expect(Math.abs(diagonal[r]! - row[r]!)).toBeLessThanOrEqual(1e-12 * norm(dense));
    for (let c = 0; c < r; c++) expect(values[c * rows + r]).toBe(row[c]); // symmetric, bit for bit
  }
  const spectrum = linearAlgebra.symmetricEigenvalues({ rows, cols: rows, values });
  expect(spectrum[0]).toBeGreaterThanOrEqual(-1e-12 * spectrum.at(-1)!);
});

/** The hidden units of the first layer in reverse. */
function reversedUnits(model: Mlp, theta: Float64Array): Float64Array {
  const [here, above] = [layersOf(model.widths)[0]!, layersOf(model.widths)[1]!];
  const next = theta.slice();
  const last = here.outputs - 1;
  for (let o = 0; o <= last; o++) {
    for (let i = 0; i < here.inputs; i++)
      next[here.weights + o * here.inputs + i] = theta[here.weights + (last - o) * here.inputs + i]!;
    next[here.biases + o] = theta[here.biases + last - o]!;
    for (let c = 0; c < above.outputs; c++)
      next[above.weights + c * above.inputs + o] = theta[above.weights + c * above.inputs + last - o]!;
  }
  return next;
}

/** The outputs in reverse. */
function reversedOutputs(model: Mlp, theta: Float64Array): Float64Array {
  const { inputs, outputs, weights, biases } = layersOf(model.widths).at(-1)!;
  const next = theta.slice();
  for (let o = 0; o < outputs; o++) {
    const from = outputs - 1 - o;
    next.set(theta.subarray(weights + from * inputs, weights + (from + 1) * inputs), weights + o * inputs);
    next[biases + o] = theta[biases + from]!;
  }
  return next;
}

/** The rows of a matrix in reverse. */
function reversedRows(x: Float64Array, cols: number): Float64Array {
  return x.map((_, at) => x[(x.length / cols - 1 - Math.floor(at / cols)) * cols + (at % cols)]!);
}

/** Theta[p, p] for a permutation of its rows. */
function conjugated({ rows, values }: DenseMatrix, p: (row: number) => number): Float64Array {
  return values.map((_, at) => values[p(Math.floor(at / rows)) * rows + p(at % rows)]!);
}

property.prop([recipe], { numRuns: 100 })(
  'Theta does not see the order of hidden units, and follows that of samples and outputs',
  async (drawn) => {
    const { model, theta, x, n } = caseOf(drawn);
    const k = drawn.outputs;
    const kernel = await kernelOf(model, theta, x, n);
    close((await kernelOf(model, reversedUnits(model, theta), x, n)).values, kernel.values, 1e-12);
    const turned = await kernelOf(model, theta, reversedRows(x, drawn.features), n);
    close(
      turned.values,
      conjugated(kernel, (row) => (n - 1 - Math.floor(row / k)) * k + (row % k)),
      1e-12,
    );
    const swapped = await kernelOf(model, reversedOutputs(model, theta), x, n);
    close(
      swapped.values,
      conjugated(kernel, (row) => Math.floor(row / k) * k + k - 1 - (row % k)),
      1e-12,
    );
  },
);

/** Incoming weights and bias of the first hidden unit times a, outgoing ones over a. */
function rescaled(model: Mlp, theta: Float64Array, a: number): Float64Array {
  const [here, above] = [layersOf(model.widths)[0]!, layersOf(model.widths)[1]!];
  const next = theta.slice();
  for (let i = 0; i < here.inputs; i++) next[here.weights + i]! *= a;
  next[here.biases]! *= a;
  for (let c = 0; c < above.outputs; c++) next[above.weights + c * above.inputs]! /= a;
  return next;
}

const homogeneous = recipe.map(
  (drawn) => ({ ...drawn, activation: drawn.seed % 2 === 0 ? 'relu' : 'leakyRelu' }) as const,
);

property.prop([homogeneous], { numRuns: 100 })(
  'a rescaled unit leaves Z, and changes Theta where the unit is alive and heard',
  async (drawn) => {
    const { model, theta, x, n } = caseOf(drawn);
    const other = rescaled(model, theta, 4);
    close(predict(model, other, x, n), predict(model, theta, x, n), 1e-11);
    const tangents = layerTangents(model, theta, x, n);
    const heard = tangents[0]!.delta.some((value, at) => at % drawn.hidden[0]! === 0 && Math.abs(value) > 1e-3);
    const [before, after] = [await kernelOf(model, theta, x, n), await kernelOf(model, other, x, n)];
    if (heard) expect(distance(before.values, after.values)).toBeGreaterThan(1e-9 * norm(before.values));
  },
);

/** Without biases: those of the case set to 0. */
function unbiased(model: Mlp, theta: Float64Array): Float64Array {
  const next = theta.slice();
  for (const { biases, end } of layersOf(model.widths)) next.fill(0, biases, end);
  return next;
}

property.prop([homogeneous, fc.double({ min: 0.1, max: 10, noNaN: true })], { numRuns: 100 })(
  'without biases: Z(c x) = c Z(x), and <theta, grad Z> = layers Z',
  (drawn, c) => {
    const { model, theta: biased, x, n } = caseOf(drawn);
    const theta = unbiased(model, biased);
    const z = predict(model, theta, x, n);
    const larger = predict(
      model,
      theta,
      x.map((value) => c * value),
      n,
    );
    const size = norm(x) * norm(theta) ** drawn.hidden.length;
    expect(
      distance(
        larger,
        z.map((value) => c * value),
      ),
    ).toBeLessThanOrEqual(1e-11 * c * (norm(z) + size));
    const along = jvp(model, theta, x, n, theta);
    const layers = drawn.hidden.length + 1;
    expect(
      distance(
        along,
        z.map((value) => layers * value),
      ),
    ).toBeLessThanOrEqual(1e-11 * (norm(z) + size));
  },
);

test('tanh is not homogeneous, and would be noticed', () => {
  const given = { features: 2, hidden: [4], outputs: 1, n: 3, seed: 1, mode: 'generic', activation: 'tanh' } as const;
  const { model, theta: biased, x, n } = caseOf({ ...given, hidden: [...given.hidden] });
  const theta = unbiased(model, biased);
  const twice = predict(
    model,
    theta,
    x.map((value) => 2 * value),
    n,
  );
  expect(
    distance(
      twice,
      predict(model, theta, x, n).map((value) => 2 * value),
    ),
  ).toBeGreaterThan(1e-2);
});

property.prop([homogeneous], { numRuns: 100 })(
  'balance: gradient flow keeps |w_in|^2 + b^2 - |w_out|^2 of each unit, and descent changes it by rate^2 (|g_in|^2 - |g_out|^2)',
  (drawn) => {
    const { model, theta, x, n, draw } = caseOf(drawn);
    const table = { x, targets: draw(n * drawn.outputs), samples: n, features: drawn.features, outputs: drawn.outputs };
    const { gradient } = lossGradient(model, theta, table, mse());
    const rate = 0.1;
    const after = moved(theta, gradient, -rate);
    const layers = layersOf(model.widths);
    for (const [l, here] of layers.slice(0, -1).entries()) {
      const above = layers[l + 1]!;
      for (let o = 0; o < here.outputs; o++) {
        const incoming = (v: Float64Array) =>
          Float64Array.of(
            ...v.subarray(here.weights + o * here.inputs, here.weights + (o + 1) * here.inputs),
            v[here.biases + o]!,
          );
        const outgoing = (v: Float64Array) =>
          Float64Array.from({ length: above.outputs }, (_, c) => v[above.weights + c * above.inputs + o]!);
        const [into, out] = [inner(incoming(theta), incoming(gradient)), inner(outgoing(theta), outgoing(gradient))];
        const scale = 1 + norm(theta) * norm(gradient) + norm(gradient) ** 2;
        expect(Math.abs(into - out)).toBeLessThanOrEqual(1e-12 * scale);
        const balance = (v: Float64Array) => norm(incoming(v)) ** 2 - norm(outgoing(v)) ** 2;
        const drift = rate ** 2 * (norm(incoming(gradient)) ** 2 - norm(outgoing(gradient)) ** 2);
        expect(Math.abs(balance(after) - balance(theta) - drift)).toBeLessThanOrEqual(
          1e-12 * (scale + norm(theta) ** 2),
        );
      }
    }
  },
);

property.prop([recipe], { numRuns: 100 })("the gradient of a loss is J' times that by the outputs", (drawn) => {
  const { model, theta, x, n } = caseOf(drawn);
  const k = drawn.outputs;
  const targets = Float64Array.from({ length: n * k }, (_, at) => (at % k === Math.floor(at / k) % k ? 1 : 0));
  const table = { x, targets, samples: n, features: drawn.features, outputs: k };
  const z = predict(model, theta, x, n);
  const byOutputs = new Float64Array(n * k);
  for (let i = 0; i < n; i++) {
    const row = z.subarray(i * k, (i + 1) * k);
    const top = Math.max(...row);
    const total = row.reduce((sum, value) => sum + Math.exp(value - top), 0);
    let probabilities = 0;
    for (let c = 0; c < k; c++) {
      const p = Math.exp(row[c]! - top) / total;
      probabilities += p;
      byOutputs[i * k + c] = (p - targets[i * k + c]!) / n;
    }
    expect(Math.abs(probabilities - 1)).toBeLessThan(1e-14);
  }
  const { gradient } = lossGradient(model, theta, table, softmaxCrossEntropy());
  const tangents = norm(jacobian(model, theta, x, n).values);
  expect(distance(gradient, vjp(model, theta, x, n, byOutputs))).toBeLessThanOrEqual(1e-12 * (1 + tangents));
});

/** The rank where the gap is so wide that mild changes cannot close it; undefined elsewhere. */
function clearRank(j: DenseMatrix): number | undefined {
  const sigma = linearAlgebra.singularValues(j);
  const top = sigma[0] ?? 0;
  const rank = sigma.filter((value) => value > 1e-14 * top).length;
  return rank === 0 || sigma[rank - 1]! > 1e-8 * top ? rank : undefined;
}

/** Its rank, or the case is left out. */
function rankOf(j: DenseMatrix): number {
  const rank = clearRank(j);
  fc.pre(rank !== undefined);
  return rank!;
}

property.prop([recipe], { numRuns: 200 })(
  'the rank does not see the order of samples or hidden units, scales of rows, rotated outputs, rescaled ReLU units',
  (drawn) => {
    const { model, theta, x, n, draw } = caseOf(drawn);
    const j = jacobian(model, theta, x, n);
    const rank = rankOf(j);
    expect(rankOf(jacobian(model, theta, reversedRows(x, drawn.features), n))).toBe(rank);
    expect(rankOf(jacobian(model, reversedUnits(model, theta), x, n))).toBe(rank);
    const factors = draw(j.rows).map((value) => 1.5 + value);
    expect(rankOf({ ...j, values: j.values.map((value, at) => value * factors[Math.floor(at / j.cols)]!) })).toBe(rank);
    if (drawn.outputs > 1) {
      const [cos, sin] = [Math.cos(0.7), Math.sin(0.7)];
      const mixed = j.values.slice();
      for (let i = 0; i < n; i++) {
        for (let c = 0; c < j.cols; c++) {
          const [p, q] = [i * drawn.outputs * j.cols + c, (i * drawn.outputs + 1) * j.cols + c];
          mixed[p] = cos * j.values[p]! - sin * j.values[q]!;
          mixed[q] = sin * j.values[p]! + cos * j.values[q]!;
        }
      }
      expect(rankOf({ ...j, values: mixed })).toBe(rank);
    }
    if (drawn.activation === 'relu' || drawn.activation === 'leakyRelu')
      expect(rankOf(jacobian(model, rescaled(model, theta, 4), x, n))).toBe(rank);
  },
);

property.prop([recipe], { numRuns: 150 })(
  'another sample adds 0 to k to the rank, one that is there already adds nothing',
  (drawn) => {
    const { model, theta, x, n, draw } = caseOf(drawn);
    const rank = rankOf(jacobian(model, theta, x, n));
    const withSample = (sample: Float64Array) => {
      const more = new Float64Array(x.length + drawn.features);
      more.set(x);
      more.set(sample, x.length);
      return rankOf(jacobian(model, theta, more, n + 1));
    };
    expect(withSample(x.slice(0, drawn.features))).toBe(rank);
    const larger = withSample(draw(drawn.features));
    expect(larger).toBeGreaterThanOrEqual(rank);
    expect(larger).toBeLessThanOrEqual(rank + drawn.outputs);
  },
);

property.prop([recipe], { numRuns: 150 })('a further hidden unit that nothing reads never lowers the rank', (drawn) => {
  const { model, theta, x, n, draw } = caseOf(drawn);
  const rank = rankOf(jacobian(model, theta, x, n));
  const widths = model.widths.map((width, l) => (l === 1 ? width + 1 : width));
  const wider = mlp({ widths, activation: drawn.activation });
  const next = new Float64Array(wider.parameterCount);
  for (const [l, to] of layersOf(widths).entries()) {
    const from = layersOf(model.widths)[l]!;
    for (let o = 0; o < from.outputs; o++) {
      for (let i = 0; i < from.inputs; i++)
        next[to.weights + o * to.inputs + i] = theta[from.weights + o * from.inputs + i]!;
      next[to.biases + o] = theta[from.biases + o]!;
    }
  }
  const first = layersOf(widths)[0]!;
  next.set(draw(first.inputs), first.weights + (first.outputs - 1) * first.inputs);
  close(predict(wider, next, x, n), predict(model, theta, x, n), 1e-14);
  expect(rankOf(jacobian(wider, next, x, n))).toBeGreaterThanOrEqual(rank);
});

test('changes that are no symmetry are seen', async () => {
  const given = { features: 3, hidden: [5], outputs: 2, n: 4, seed: 2, mode: 'generic', activation: 'tanh' } as const;
  const { model, theta, x, n } = caseOf({ ...given, hidden: [...given.hidden] });
  const kernel = await kernelOf(model, theta, x, n);
  // incoming weights in another order, outgoing ones as they were
  const turned = theta.slice();
  turned.set(reversedUnits(model, theta).subarray(0, 20));
  expect(distance((await kernelOf(model, turned, x, n)).values, kernel.values)).toBeGreaterThan(1e-3);
  const rescaledTanh = await kernelOf(model, rescaled(model, theta, 4), x, n);
  expect(distance(rescaledTanh.values, kernel.values)).toBeGreaterThan(1e-3);
  const j = jacobian(model, theta, x, n);
  const without = { ...j, values: j.values.map((value, at) => (at < j.cols ? 0 : value)) };
  expect([clearRank(j), clearRank(without)]).toEqual([8, 7]);
});
