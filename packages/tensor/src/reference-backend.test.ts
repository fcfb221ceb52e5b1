import { isTangentError } from '@tangentlab/core';
import {
  counterUniform,
  initialState,
  type LossSpec,
  MATRIX_BACKEND,
  type Matrix,
  type OptimizerSpec,
  ReferenceBackend,
  reference,
} from '@tangentlab/tensor';
import { backendLaws, networkLaws } from '@tangentlab/testkit';

backendLaws('reference', () => new ReferenceBackend());
networkLaws('reference', () => new ReferenceBackend());

const backend = new ReferenceBackend();
const a = backend.upload([1, 2, 3, 4, 5, 6], 2, 3);
const b = backend.upload([1, 0, -1, 2, 0.5, 1], 3, 2);
const read = async (matrix: Matrix) => Array.from(await backend.read(matrix));
const near = (got: number[], want: number[]) => {
  expect(got).toHaveLength(want.length);
  got.forEach((value, i) => {
    expect(value).toBeCloseTo(want[i]!, 14);
  });
};

describe('values worked out by hand', () => {
  test('gemm, in every transposition', async () => {
    const product = [0.5, 7, 2, 16];
    expect(await read(backend.gemm(a, b))).toEqual(product);
    const [at, bt] = [backend.upload([1, 4, 2, 5, 3, 6], 3, 2), backend.upload([1, -1, 0.5, 0, 2, 1], 2, 3)];
    expect(await read(backend.gemm(at, b, { transA: true }))).toEqual(product);
    expect(await read(backend.gemm(a, bt, { transB: true }))).toEqual(product);
    expect(await read(backend.gemm(at, bt, { transA: true, transB: true }))).toEqual(product);
  });

  test('gemm with alpha, beta and c; beta 0 ignores c altogether', async () => {
    const c = backend.upload([1, 2, 3, Number.NaN], 2, 2);
    expect(await read(backend.gemm(a, b, { alpha: 2, beta: -1, c }))).toEqual([0, 12, 1, Number.NaN]);
    expect(await read(backend.gemm(a, b, { beta: 0, c }))).toEqual([0.5, 7, 2, 16]);
  });

  test('an empty inner dimension gives zeros', async () => {
    const empty = (rows: number, cols: number) => backend.upload([], rows, cols);
    expect(await read(backend.gemm(empty(2, 0), empty(0, 3)))).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test('rows, sums and products of elements', async () => {
    expect(await read(backend.gatherRows(a, Int32Array.of(1, 0, 1)))).toEqual([4, 5, 6, 1, 2, 3, 4, 5, 6]);
    expect(await read(backend.columnSums(a))).toEqual([5, 7, 9]);
    expect(await read(backend.columnSums(backend.upload([], 0, 2)))).toEqual([0, 0]);
    expect(await read(backend.multiply(a, a))).toEqual([1, 4, 9, 16, 25, 36]);
  });

  test('bias, activation and its slope, which is taken at the input', async () => {
    const bias = backend.upload([-2, 0, 1], 1, 3);
    const z = backend.upload([1, 2, 3, 4, 5, 6], 2, 3);
    backend.addBias(z, bias);
    expect(await read(z)).toEqual([-1, 2, 4, 2, 5, 7]);
    expect(await read(backend.activate(z, 'identity'))).toEqual([-1, 2, 4, 2, 5, 7]);
    expect(await read(backend.activate(z, 'relu'))).toEqual([0, 2, 4, 2, 5, 7]);
    near(await read(backend.activate(z, 'tanh')), [-1, 2, 4, 2, 5, 7].map(Math.tanh));
    backend.addBias(z, bias, -0.5);
    expect(await read(z)).toEqual([0, 2, 3.5, 3, 5, 6.5]);
    const a = backend.upload([0, 0.5, -0.5], 1, 3);
    const dh = backend.upload([3, 4, 8], 1, 3);
    expect(await read(backend.activationGradient(dh, a, 'identity'))).toEqual([3, 4, 8]);
    expect(await read(backend.activationGradient(dh, a, 'relu'))).toEqual([0, 4, 0]);
    expect(await read(backend.activationGradient(dh, a, 'leakyRelu'))).toEqual([0.03, 4, 0.08]);
    const slope = 1 - Math.tanh(0.5) ** 2;
    near(await read(backend.activationGradient(dh, a, 'tanh')), [3, 4 * slope, 8 * slope]);
  });

  test('dropout: the share that is dropped, and the scale of the rest', async () => {
    const mask = await read(backend.dropoutMask(100, 100, 0.25, 5));
    expect(new Set(mask)).toEqual(new Set([0, 4 / 3]));
    expect(mask.filter((value) => value === 0).length / mask.length).toBeCloseTo(0.25, 2);
    expect(mask[0]).toBe(counterUniform(5, 0) < 0.25 ? 0 : 4 / 3);
  });

  const crossEntropy = { name: 'softmaxCrossEntropy', targets: 'classes' } as const;

  test('softmax cross-entropy: shares 1/4 and 3/4', async () => {
    const z = backend.upload([0, Math.log(3), 5, 5], 2, 2);
    const { losses, gradient } = backend.loss(z, backend.upload([0, 1, 1, 0], 2, 2), crossEntropy);
    near(await read(losses), [Math.log(4 / 3), Math.log(2)]);
    near(await read(gradient), [1 / 8, -1 / 8, -1 / 4, 1 / 4]);
  });

  test('the other losses: differences 1 and -3 over two outputs', async () => {
    const [z, t] = [backend.upload([2, 0], 1, 2), backend.upload([1, 3], 1, 2)];
    const of = async (spec: LossSpec, targets = t) => {
      const { losses, gradient } = backend.loss(z, targets, spec);
      return [...(await read(losses)), ...(await read(gradient))];
    };
    near(await of({ name: 'mse', targets: 'values' }), [5, 1, -3]);
    near(await of({ name: 'huber', targets: 'values', delta: 1 }), [(1 / 2 + 5 / 2) / 2, 1 / 2, -1 / 2]);
    // margin 1 of class 1: max(0, 1 - 0 + 2) / 2
    near(await of({ name: 'hinge', targets: 'classes', margin: 1 }, backend.upload([0, 1], 1, 2)), [1.5, 0.5, -0.5]);
    near(await of({ name: 'hinge', targets: 'classes', margin: 1 }, backend.upload([1, 0], 1, 2)), [0, 0, 0]);
  });

  test('the gradient is that of the mean loss, by finite differences', async () => {
    const z = [0.3, -1.2, 2, 0.1, 0.5, -0.4];
    const targets = backend.upload([0, 0, 1, 0.8, 0.1, 0.1], 2, 3);
    const gradient = await read(backend.loss(backend.upload(z, 2, 3), targets, crossEntropy).gradient);
    for (const i of z.keys()) {
      const mean = async (shift: number) => {
        const moved = backend.upload(
          z.map((value, j) => value + (i === j ? shift : 0)),
          2,
          3,
        );
        const [first, second] = await read(backend.loss(moved, targets, crossEntropy).losses);
        return (first! + second!) / 2;
      };
      expect(((await mean(1e-5)) - (await mean(-1e-5))) / 2e-5).toBeCloseTo(gradient[i]!, 9);
    }
  });

  test('accumulate', async () => {
    const target = backend.upload([1, 2], 1, 2);
    backend.accumulate(target, backend.upload([10, 20], 1, 2));
    backend.accumulate(target, backend.upload([2, 4], 1, 2), -0.5);
    expect(await read(target)).toEqual([10, 20]);
  });

  test('the first step of Adam has the length lr, whatever the gradient; the second weighs both', async () => {
    const [theta, g] = [backend.upload([1, 1], 1, 2), backend.upload([0.001, -50], 1, 2)];
    const [m, v] = [backend.upload([0, 0], 1, 2), backend.upload([0, 0], 1, 2)];
    const optimizer = { name: 'adam', beta1: 0.5, beta2: 0.75, epsilon: 0 } as const;
    backend.optimizerStep(theta, g, [m, v], optimizer, { step: 1, lr: 0.1 });
    near(await read(theta), [0.9, 1.1]);
    near(await read(m), [0.0005, -25]);
    near(await read(v), [0.25e-6, 625]);
    backend.optimizerStep(theta, backend.upload([0, 100], 1, 2), [m, v], optimizer, { step: 2, lr: 0.1 });
    // m^ = (0.25 g1 + 0.5 g2) / 0.75, v^ = (0.1875 g1^2 + 0.25 g2^2) / 0.4375
    const update = (g1: number, g2: number) =>
      (0.25 * g1 + 0.5 * g2) / 0.75 / Math.sqrt((0.1875 * g1 ** 2 + 0.25 * g2 ** 2) / 0.4375);
    near(await read(theta), [0.9 - 0.1 * update(0.001, 0), 1.1 - 0.1 * update(-50, 100)]);
  });

  test('signs, thresholds, limits and norms', async () => {
    const target = backend.upload([1, -2, 0.05, 0], 1, 4);
    backend.accumulateSign(target, backend.upload([3, -1, 0, 0], 1, 4), 0.5);
    expect(await read(target)).toEqual([1.5, -2.5, 0.05, 0]);
    backend.softThreshold(target, 0.5);
    expect(await read(target)).toEqual([1, -2, 0, 0]);
    backend.clamp(target, 1.5);
    expect(await read(target)).toEqual([1, -1.5, 0, 0]);
    const [one, other] = [backend.upload([3], 1, 1), backend.upload([0, 4], 1, 2)];
    expect(await read(backend.sumOfSquares([one, other]))).toEqual([25]);
    backend.clipByNorm([one, other], 6);
    expect(await read(other)).toEqual([0, 4]);
    backend.clipByNorm([one, other], 1);
    near([...(await read(one)), ...(await read(other))], [3 / 5.000001, 0, 4 / 5.000001]);
  });

  test('two steps of every other optimizer on theta = 1 with gradients 2 and 1', async () => {
    const after = async (optimizer: OptimizerSpec) => {
      const theta = backend.upload([1], 1, 1);
      const state = initialState(optimizer).map((fill) => backend.upload([fill], 1, 1));
      for (const [i, g] of [2, 1].entries()) {
        backend.optimizerStep(theta, backend.upload([g], 1, 1), state, optimizer, { step: i + 1, lr: 0.1 });
      }
      return (await read(theta))[0]!;
    };
    expect(await after({ name: 'sgd', momentum: 0, nesterov: false })).toBeCloseTo(1 - 0.1 * (2 + 1), 15);
    expect(await after({ name: 'sgd', momentum: 0.5, nesterov: false })).toBeCloseTo(1 - 0.1 * (2 + 2), 15);
    expect(await after({ name: 'sgd', momentum: 0.5, nesterov: true })).toBeCloseTo(1 - 0.1 * (3 + 2), 15);
    expect(await after({ name: 'rmsProp', alpha: 0.75, epsilon: 0, momentum: 0 })).toBeCloseTo(0.8 - 0.1, 15);
    expect(await after({ name: 'rmsProp', alpha: 0.75, epsilon: 0, momentum: 0.5 })).toBeCloseTo(0.8 - 0.2, 15);
    expect(await after({ name: 'adagrad', epsilon: 0, initialAccumulator: 5 })).toBeCloseTo(
      1 - 0.1 * (2 / 3 + 1 / Math.sqrt(10)),
      15,
    );
    const adamW = { name: 'adamW', beta1: 0, beta2: 0, epsilon: 0, weightDecay: 0.5 } as const;
    expect(await after(adamW)).toBeCloseTo((1 * 0.95 - 0.1) * 0.95 - 0.1, 15);
  });
});

test('a freed matrix is refused, and the message says what to do', () => {
  const fresh = new ReferenceBackend();
  const lost = fresh.upload([1], 1, 1);
  fresh.reset(0);
  expect(() => fresh.multiply(lost, lost)).toThrow(/reference back end: .*allocate what must survive before mark\(\)/);
  expect(fresh.liveMatrices).toBe(0);
});

test('a matrix of another back end is refused, and neither loses one', async () => {
  const [one, other] = [new ReferenceBackend(), new ReferenceBackend()];
  const [mine, foreign] = [one.upload([1], 1, 1), other.upload([2], 1, 1)];
  const refused = /reference back end: .*got one of another back end; read it there and upload it here\./;
  expect(() => one.free(foreign)).toThrow(refused);
  expect(() => one.multiply(mine, foreign)).toThrow(refused);
  await expect(one.read(foreign)).rejects.toMatchObject({ code: 'RESOURCE_FAILED' });
  expect([one.liveMatrices, other.liveMatrices]).toEqual([1, 1]);
  one.reset(0);
  expect(() => one.multiply(mine, mine)).toThrow(/got one that was freed/);
  expect(Array.from(await other.read(foreign))).toEqual([2]);
});

test('a message about shapes names both', () => {
  try {
    backend.gemm(a, a);
    throw new Error('nothing was thrown');
  } catch (error) {
    expect(isTangentError(error) && error.message).toMatch(/^gemm: inner sizes must agree, got \(2,3\) x \(2,3\); /);
  }
});

test('the provider makes a back end that is ready, and releases it', async () => {
  const provider = reference();
  expect(provider.token).toBe(MATRIX_BACKEND);
  const made = (await provider.create()) as ReferenceBackend;
  const one = made.upload([1], 1, 1);
  await provider.release?.(made as never);
  await expect(made.read(one)).rejects.toMatchObject({ code: 'RESOURCE_FAILED' });
});
