import { isTangentError } from '@tangentlab/core';
import { counterUniform, MATRIX_BACKEND, type Matrix, ReferenceBackend, reference } from '@tangentlab/tensor';
import { backendLaws } from '@tangentlab/testkit';

backendLaws('reference', () => new ReferenceBackend());

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

  test('bias, activation and its slope', async () => {
    const bias = backend.upload([-2, 0, 1], 1, 3);
    expect(await read(backend.biasActivation(a, bias, 'identity'))).toEqual([-1, 2, 4, 2, 5, 7]);
    expect(await read(backend.biasActivation(a, bias, 'relu'))).toEqual([0, 2, 4, 2, 5, 7]);
    near(await read(backend.biasActivation(a, bias, 'tanh')), [-1, 2, 4, 2, 5, 7].map(Math.tanh));
    const h = backend.upload([0, 0.5, -0.5], 1, 3);
    const dh = backend.upload([3, 4, 8], 1, 3);
    expect(await read(backend.activationGradient(dh, h, 'identity'))).toEqual([3, 4, 8]);
    expect(await read(backend.activationGradient(dh, h, 'relu'))).toEqual([0, 4, 0]);
    expect(await read(backend.activationGradient(dh, h, 'tanh'))).toEqual([3, 3, 6]);
  });

  test('dropout: the share that is dropped, and the scale of the rest', async () => {
    const mask = await read(backend.dropoutMask(100, 100, 0.25, 5));
    expect(new Set(mask)).toEqual(new Set([0, 4 / 3]));
    expect(mask.filter((value) => value === 0).length / mask.length).toBeCloseTo(0.25, 2);
    expect(mask[0]).toBe(counterUniform(5, 0) < 0.25 ? 0 : 4 / 3);
  });

  test('softmax cross-entropy: shares 1/4 and 3/4', async () => {
    const z = backend.upload([0, Math.log(3), 5, 5], 2, 2);
    const { losses, gradient } = backend.softmaxCrossEntropy(z, backend.upload([1, 0], 2, 1));
    near(await read(losses), [Math.log(4 / 3), Math.log(2)]);
    near(await read(gradient), [1 / 8, -1 / 8, -1 / 4, 1 / 4]);
  });

  test('the gradient is that of the mean loss, by finite differences', async () => {
    const z = [0.3, -1.2, 2, 0.1, 0.5, -0.4];
    const labels = backend.upload([2, 0], 2, 1);
    const gradient = await read(backend.softmaxCrossEntropy(backend.upload(z, 2, 3), labels).gradient);
    for (const i of z.keys()) {
      const mean = async (shift: number) => {
        const moved = backend.upload(
          z.map((value, j) => value + (i === j ? shift : 0)),
          2,
          3,
        );
        const [first, second] = await read(backend.softmaxCrossEntropy(moved, labels).losses);
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
    const options = { lr: 0.1, beta1: 0.5, beta2: 0.75, epsilon: 0 };
    backend.adam(theta, g, m, v, { ...options, step: 1 });
    near(await read(theta), [0.9, 1.1]);
    near(await read(m), [0.0005, -25]);
    near(await read(v), [0.25e-6, 625]);
    backend.adam(theta, backend.upload([0, 100], 1, 2), m, v, { ...options, step: 2 });
    // m^ = (0.25 g1 + 0.5 g2) / 0.75, v^ = (0.1875 g1^2 + 0.25 g2^2) / 0.4375
    const update = (g1: number, g2: number) =>
      (0.25 * g1 + 0.5 * g2) / 0.75 / Math.sqrt((0.1875 * g1 ** 2 + 0.25 * g2 ** 2) / 0.4375);
    near(await read(theta), [0.9 - 0.1 * update(0.001, 0), 1.1 - 0.1 * update(-50, 100)]);
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
