import { type FitContext, Rng } from '@tangentlab/core';
import { flowFrom, gradientFlow, initialParameters, integrate, lossGradient, mlp, targetsOf } from '@tangentlab/nn';
import { mse, type RegressionTable, type Split, softmaxCrossEntropy } from '@tangentlab/tensor';
import { lastValueFrom, toArray } from 'rxjs';

const vector = (...values: number[]) => Float64Array.from(values);
const decay = (y: Float64Array) => y.map((value) => -value);

describe('integrate', () => {
  test('follows exponential decay and a rotation to within the tolerance', async () => {
    const { y } = await integrate(decay, { y: vector(1, -2) }, { time: 3, tolerance: 1e-10 });
    expect(Math.abs(y[0]! - Math.exp(-3))).toBeLessThan(1e-9);
    expect(Math.abs(y[1]! + 2 * Math.exp(-3))).toBeLessThan(1e-9);
    const turned = await integrate(
      (p) => vector(-p[1]!, p[0]!),
      { y: vector(1, 0) },
      { time: 2 * Math.PI, tolerance: 1e-11 },
    );
    expect(Math.abs(turned.y[0]! - 1)).toBeLessThan(1e-8);
    expect(Math.abs(turned.y[1]!)).toBeLessThan(1e-8);
  });

  test('is of fifth order: ten times the evaluations bring five digits', async () => {
    const cost = async (tolerance: number) => {
      const { y, evaluations } = await integrate(decay, { y: vector(1) }, { time: 10, tolerance });
      return { evaluations, error: Math.abs(y[0]! - Math.exp(-10)) };
    };
    const [coarse, fine] = [await cost(1e-5), await cost(1e-10)];
    expect(fine.error).toBeLessThan(1e-9);
    expect(fine.error).toBeLessThan(coarse.error / 1e3);
    expect(fine.evaluations).toBeLessThan(12 * coarse.evaluations);
  });

  test('a stretch in two parts, resumed with its step, ends where the whole does', async () => {
    const tolerance = 1e-9;
    const whole = await integrate(decay, { y: vector(1) }, { time: 2, tolerance });
    const half = await integrate(decay, { y: vector(1) }, { time: 1, tolerance });
    const rest = await integrate(decay, half, { time: 1, tolerance });
    expect(Math.abs(rest.y[0]! - whole.y[0]!)).toBeLessThan(1e-8);
  });

  test('a point that rests stays, and slopes that are no numbers end it', async () => {
    expect([...(await integrate(() => vector(0), { y: vector(3) }, { time: 5, tolerance: 1e-6 })).y]).toEqual([3]);
    const failing = integrate(() => vector(Number.NaN), { y: vector(1) }, { time: 1, tolerance: 1e-6 });
    await expect(failing).rejects.toMatchObject({
      code: 'NUMERIC_NOT_FINITE',
      message: expect.stringContaining('slopes that are NaN'),
    });
    // y' = y^2 from 1 is infinite at time 1
    const blown = integrate((y) => y.map((value) => value * value), { y: vector(1) }, { time: 2, tolerance: 1e-6 });
    await expect(blown).rejects.toMatchObject({ code: 'NUMERIC_NOT_FINITE' });
  });

  test('can be aborted on the way', async () => {
    const abort = new AbortController();
    const options = { time: 1e6, tolerance: 1e-12, slice: 7, signal: abort.signal };
    const turning = integrate((p) => vector(-p[1]!, p[0]!), { y: vector(1, 0) }, options);
    setImmediate(() => abort.abort(new Error('enough')));
    await expect(turning).rejects.toThrow('enough');
  });
});

const uniform = Rng.root(1).stream();
const draw = (n: number) => Float64Array.from({ length: n }, () => 2 * uniform() - 1);
const TABLE: RegressionTable = { x: draw(12), targets: draw(6), samples: 6, features: 2, outputs: 1 };

describe('flowFrom', () => {
  test('a line through two points follows the closed form of least squares', async () => {
    // L = mean (w x + b - t)^2 over x = -1, 1 has the Hessian 2 I: theta(t) = theta* + exp(-2 t) (theta0 - theta*)
    const model = mlp({ widths: [1, 1] });
    const table = { x: vector(-1, 1), targets: vector(3, 7), samples: 2, features: 1, outputs: 1 };
    const [w, b] = await flowFrom(model, vector(1, -1), table, { loss: mse(), time: 0.7, tolerance: 1e-11 });
    expect(Math.abs(w! - (2 + Math.exp(-1.4) * (1 - 2)))).toBeLessThan(1e-9);
    expect(Math.abs(b! - (5 + Math.exp(-1.4) * (-1 - 5)))).toBeLessThan(1e-9);
  });

  test('is the limit of gradient descent: halving the step halves the distance', async () => {
    const model = mlp({ widths: [2, 4, 1], activation: 'tanh' });
    const theta0 = initialParameters(model, Rng.root(2));
    const flow = await flowFrom(model, theta0, TABLE, { loss: mse(), time: 1, tolerance: 1e-11 });
    const distance = (steps: number) => {
      let theta = theta0;
      for (let step = 0; step < steps; step++) {
        const { gradient } = lossGradient(model, theta, TABLE, mse());
        theta = theta.map((value, i) => value - gradient[i]! / steps);
      }
      return Math.hypot(...theta.map((value, i) => value - flow[i]!));
    };
    const ratio = distance(200) / distance(400);
    expect(ratio).toBeGreaterThan(1.95);
    expect(ratio).toBeLessThan(2.05);
  });

  test('the loss never rises along it', async () => {
    const model = mlp({ widths: [2, 4, 2], activation: 'gelu' });
    const table = targetsOf({ x: TABLE.x, y: Int32Array.of(0, 1, 1, 0, 1, 0), samples: 6, features: 2, classes: 2 });
    let theta = initialParameters(model, Rng.root(3));
    let before = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 10; i++) {
      const { loss } = lossGradient(model, theta, table, softmaxCrossEntropy());
      expect(loss).toBeLessThan(before);
      before = loss;
      theta = await flowFrom(model, theta, table, { loss: softmaxCrossEntropy(), time: 1 });
    }
  });
});

describe('gradientFlow, the trainer', () => {
  const split: Split<RegressionTable> = { train: TABLE, val: TABLE, features: 2, outputs: 1 };
  const context: FitContext = {
    trial: 0,
    rng: Rng.root(4),
    signal: new AbortController().signal,
    keepAlive: () => undefined,
    warn: () => undefined,
    get: () => {
      throw new Error('it needs no part');
    },
    snapshot: async () => undefined,
  };
  const model = mlp({ widths: [2, 5, 1], activation: 'softplus' });

  test('one metric per stretch of time: the same stretch in fewer epochs ends with the same loss', async () => {
    const fit = (epochs: number, timePerEpoch: number) =>
      lastValueFrom(gradientFlow({ epochs, timePerEpoch, loss: mse() }).fit(model, split, context).pipe(toArray()));
    const [fine, coarse] = [await fit(4, 0.5), await fit(2, 1)];
    expect(fine.map(({ step }) => step)).toEqual([1, 2, 3, 4]);
    expect(fine[3]!.values.loss).toBeLessThan(fine[0]!.values.loss);
    expect(Math.abs(fine[3]!.values.loss - coarse[1]!.values.loss)).toBeLessThan(1e-7);
    // training and validation part are the same here
    expect(fine[3]!.values.valLoss).toBeCloseTo(fine[3]!.values.loss, 12);
    expect(fine[3]!.values.valR2).toBeLessThan(1);
  });

  test('a penalty pulls parameters towards 0', async () => {
    const size = async (l2: number) => {
      const seen: Float64Array[] = [];
      const looking: FitContext = { ...context, snapshot: async (s) => void seen.push(await s.parameters()) };
      await lastValueFrom(gradientFlow({ epochs: 1, timePerEpoch: 20, loss: mse(), l2 }).fit(model, split, looking));
      return Math.hypot(...seen[0]!);
    };
    expect(await size(1)).toBeLessThan(0.2 * (await size(0)));
  });

  test('a model with dropout is refused, and so is what flow does not have', async () => {
    const dropping = mlp({ widths: [2, 5, 1], dropout: 0.1 });
    const failing = lastValueFrom(gradientFlow({ epochs: 1, loss: mse() }).fit(dropping, split, context));
    await expect(failing).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('without dropout'),
    });
    // @ts-expect-error there is no learning rate
    expect(() => gradientFlow({ epochs: 1, lr: 0.1 })).toThrow(/Unrecognized key/);
    // @ts-expect-error nor an L1 penalty
    expect(() => gradientFlow({ epochs: 1, l1: 0.1 })).toThrow(/Unrecognized key/);
  });
});
