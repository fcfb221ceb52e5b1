import { fc, test as property } from '@fast-check/jest';
import { type Matrix, type MatrixBackend, type OptimizerSpec, ReferenceBackend } from '@tangentlab/tensor';
import { backendLaws, lawsOfBackends, listenToErrors } from '@tangentlab/testkit';
import { expectWithin } from './backend/error-bounds.js';

/** The values behind a handle of the reference, to be spoilt. */
const inside = (a: Matrix) => (a as unknown as { values: Float64Array }).values;

/** The matrix, with every value replaced. */
function mapped(a: Matrix, f: (value: number) => number): Matrix {
  if (inside(a) !== undefined) inside(a).set(inside(a).map(f));
  return a;
}

/** The back end, with some of its members replaced. */
function withMembers(backend: MatrixBackend, replaced: Partial<MatrixBackend>): MatrixBackend {
  const members = replaced as Record<PropertyKey, unknown>;
  return new Proxy(backend, {
    get: (target, key) => {
      const member = key in members ? members[key] : (target as never)[key];
      return typeof member === 'function' && !(key in members) ? member.bind(target) : member;
    },
  });
}

/** The reference with every result rounded: an honest back end of single precision. */
function singlePrecision(): MatrixBackend {
  const exact = new ReferenceBackend();
  const rounded = (a: Matrix) => mapped(a, Math.fround);
  return withMembers(exact, {
    name: 'f32',
    capabilities: { ...exact.capabilities, precision: 'f32' },
    upload: (...args) => rounded(exact.upload(...args)),
    gemm: (...args) => rounded(exact.gemm(...args)),
    addBias: (z, bias, scale) => {
      exact.addBias(z, bias, scale);
      rounded(z);
    },
    activate: (...args) => rounded(exact.activate(...args)),
    activationGradient: (...args) => rounded(exact.activationGradient(...args)),
    multiply: (...args) => rounded(exact.multiply(...args)),
    dropoutMask: (...args) => rounded(exact.dropoutMask(...args)),
    columnSums: (...args) => rounded(exact.columnSums(...args)),
    sumOfSquares: (...args) => rounded(exact.sumOfSquares(...args)),
    loss: (...args) => {
      const { losses, gradient } = exact.loss(...args);
      return { losses: rounded(losses), gradient: rounded(gradient) };
    },
    accumulate: (target, a, alpha) => {
      exact.accumulate(target, a, alpha);
      rounded(target);
    },
    accumulateSign: (target, a, alpha) => {
      exact.accumulateSign(target, a, alpha);
      rounded(target);
    },
    softThreshold: (target, threshold) => {
      exact.softThreshold(target, threshold);
      rounded(target);
    },
    clamp: (target, limit) => {
      exact.clamp(target, limit);
      rounded(target);
    },
    clipByNorm: (gradients, maxNorm) => {
      exact.clipByNorm(gradients, maxNorm);
      gradients.forEach(rounded);
    },
    optimizerStep: (theta, g, state, optimizer, step) => {
      exact.optimizerStep(theta, g, state, optimizer, step);
      for (const a of [theta, ...state]) rounded(a);
    },
  });
}

backendLaws('single precision', singlePrecision);

function stepLaw(optimizer: string): string {
  return `${optimizer} updates parameter and state in place, step after step`;
}

/** A step that is taken by the rules of an optimizer with other constants. */
function otherConstants(change: (spec: OptimizerSpec) => OptimizerSpec): Fault['replace'] {
  return (honest) => ({
    optimizerStep: (theta, g, state, optimizer, step) => honest.optimizerStep(theta, g, state, change(optimizer), step),
  });
}

/** A loss that spoils its gradient. */
function spoiltGradient(name: string, spoil: (gradient: Matrix, z: Matrix, targets: Matrix) => void): Fault['replace'] {
  return (honest) => ({
    loss: (z, targets, loss) => {
      const result = honest.loss(z, targets, loss);
      if (loss.name === name) spoil(result.gradient, z, targets);
      return result;
    },
  });
}

/** A back end with one fault, and a law that has to see it. */
interface Fault {
  readonly law: string;
  readonly replace: (honest: MatrixBackend) => Partial<MatrixBackend>;
}

const GEMM = 'gemm agrees in all transpositions, with alpha, beta and c';
const LOSS = 'the loss softmaxCrossEntropy agrees in values and gradient';
const ADAM = stepLaw('adam');
const ACCUMULATE = 'accumulate adds in place, step after step';
const RESET = 'reset frees what was made since the mark, and nothing else';
const MASK = 'dropoutMask drops exactly what counterUniform says';

const FAULTS: Readonly<Record<string, Fault>> = {
  'a gemm that takes B for its transpose where both fit': {
    law: GEMM,
    replace: (honest) => ({
      gemm: (a, b, options) =>
        honest.gemm(a, b, b.rows === b.cols ? { ...options, transB: !options?.transB } : options),
    }),
  },
  'a gemm that leaves out alpha': {
    law: GEMM,
    replace: (honest) => ({ gemm: (a, b, options) => honest.gemm(a, b, { ...options, alpha: 1 }) }),
  },
  'a gemm that adds C whatever beta is': {
    law: GEMM,
    replace: (honest) => ({
      gemm: (a, b, options) => honest.gemm(a, b, options?.c === undefined ? options : { ...options, beta: 1 }),
    }),
  },
  'a gemm that writes its result over C': {
    law: 'operations change nothing but what they update in place',
    replace: (honest) => ({
      gemm: (a, b, options) => {
        const result = honest.gemm(a, b, options);
        if (options?.c !== undefined) inside(options.c).set(inside(result));
        return result;
      },
    }),
  },
  'a gemm whose last row of every four is lost': {
    law: GEMM,
    replace: (honest) => ({
      gemm: (a, b, options) => {
        const result = honest.gemm(a, b, options);
        if (result.rows % 4 === 1) inside(result).fill(0, (result.rows - 1) * result.cols);
        return result;
      },
    }),
  },
  'a gemm that rounds its operands to eleven bits': {
    law: GEMM,
    replace: (honest) => ({
      gemm: (a, b, options) => {
        const coarse = honest.upload(
          inside(a).map((value) => value + value * 2 ** -12),
          a.rows,
          a.cols,
        );
        return honest.gemm(coarse, b, options);
      },
    }),
  },
  'a forgotten bias': {
    law: 'addBias adds one row to every row, in place',
    replace: () => ({ addBias: () => undefined }),
  },
  'a bias whose scale is ignored': {
    law: 'addBias adds one row to every row, in place',
    replace: (honest) => ({ addBias: (z, bias) => honest.addBias(z, bias) }),
  },
  'a relu that swallows NaN': {
    law: 'NaN inputs propagate',
    replace: (honest) => ({
      activate: (a, spec) => {
        const h = honest.activate(a, spec);
        if (spec === 'relu') mapped(h, (value) => (Number.isNaN(value) ? 0 : value));
        return h;
      },
    }),
  },
  'a clamp that turns NaN into the limit': {
    law: 'NaN inputs propagate',
    replace: (honest) => ({
      clamp: (target, limit) => {
        honest.clamp(target, limit);
        mapped(target, (value) => (Number.isNaN(value) ? limit : value));
      },
    }),
  },
  'a GELU by the formula of tanh': {
    law: 'activate agrees for every activation',
    replace: (honest) => ({
      activate: (a, spec) => {
        if (spec !== 'gelu') return honest.activate(a, spec);
        const h = honest.activate(a, 'identity');
        return mapped(h, (z) => 0.5 * z * (1 + Math.tanh(0.7978845608 * (z + 0.044715 * z ** 3))));
      },
    }),
  },
  'an activation of the user that is taken for the identity': {
    law: 'activate agrees for every activation',
    replace: (honest) => ({
      activate: (a, spec) => honest.activate(a, typeof spec === 'string' ? spec : 'identity'),
    }),
  },
  'a slope of tanh taken from the output': {
    law: 'activationGradient agrees for every activation',
    replace: (honest) => ({
      activationGradient: (dh, a, spec) =>
        spec === 'tanh'
          ? honest.activationGradient(dh, honest.activate(a, 'tanh'), spec)
          : honest.activationGradient(dh, a, spec),
    }),
  },
  'a mask of another seed': {
    law: MASK,
    replace: (honest) => ({ dropoutMask: (rows, cols, rate, seed) => honest.dropoutMask(rows, cols, rate, seed + 1) }),
  },
  'a mask that does not scale what it keeps': {
    law: MASK,
    replace: (honest) => ({
      dropoutMask: (rows, cols, rate, seed) => {
        const mask = honest.dropoutMask(rows, cols, rate, seed);
        mapped(mask, (value) => Math.sign(value));
        return mask;
      },
    }),
  },
  'a mask that compares in single precision': {
    law: 'dropoutMask compares its rate without rounding, for seeds of either sign',
    replace: (honest) => ({
      dropoutMask: (rows, cols, rate, seed) => honest.dropoutMask(rows, cols, Math.min(Math.fround(rate), 0.999), seed),
    }),
  },
  'a gradient of the sum of losses': {
    law: LOSS,
    replace: spoiltGradient('softmaxCrossEntropy', (gradient, z) => void mapped(gradient, (value) => value * z.rows)),
  },
  'a gradient that takes smoothed targets for one-hot ones': {
    law: LOSS,
    replace: (honest) => ({
      loss: (z, targets, loss) => {
        const sharp = honest.upload(inside(targets).map(Math.round), targets.rows, targets.cols);
        return honest.loss(z, loss.targets === 'classes' ? sharp : targets, loss);
      },
    }),
  },
  'a squared error without its 2': {
    law: 'the loss mse agrees in values and gradient',
    replace: spoiltGradient('mse', (gradient) => void mapped(gradient, (value) => value / 2)),
  },
  'a Huber loss that is never linear': {
    law: 'the loss huber agrees in values and gradient',
    replace: (honest) => ({
      loss: (z, targets, loss) => honest.loss(z, targets, 'delta' in loss ? { ...loss, delta: 1e6 } : loss),
    }),
  },
  'a hinge of another margin': {
    law: 'the loss hinge agrees in values and gradient',
    replace: (honest) => ({
      loss: (z, targets, loss) => honest.loss(z, targets, 'margin' in loss ? { ...loss, margin: 0.9 } : loss),
    }),
  },
  'a loss of the user that is taken for another': {
    law: 'the loss log-cosh agrees in values and gradient',
    replace: (honest) => ({
      loss: (z, targets, loss) => honest.loss(z, targets, 'value' in loss ? { name: 'mse', targets: 'values' } : loss),
    }),
  },
  'a softmax without a shift': {
    law: 'losses survive outputs of 80 and 10,000',
    replace: (honest) => ({
      loss: (z, targets, loss) => {
        const result = honest.loss(z, targets, loss);
        const overflows = inside(z).some((value) => Math.fround(Math.exp(value)) === Number.POSITIVE_INFINITY);
        if (overflows) inside(result.losses).fill(Number.POSITIVE_INFINITY);
        return result;
      },
    }),
  },
  'a NaN that spoils all rows': {
    law: 'losses keep a NaN in its row',
    replace: spoiltGradient('mse', (gradient, z) => {
      if (inside(z).some(Number.isNaN)) inside(gradient).fill(Number.NaN);
    }),
  },
  'column sums that are means': {
    law: 'columnSums agrees',
    replace: (honest) => ({
      columnSums: (a) => {
        const sums = honest.columnSums(a);
        mapped(sums, (value) => value / a.rows);
        return sums;
      },
    }),
  },
  'gathered rows in rising order': {
    law: 'gatherRows copies rows, in any order and more than once',
    replace: (honest) => ({ gatherRows: (a, rows) => honest.gatherRows(a, rows.slice().sort()) }),
  },
  'gathered rows that are not checked': {
    law: 'every operation refuses shapes that do not fit',
    replace: (honest) => ({
      gatherRows: (a, rows) =>
        honest.gatherRows(
          a,
          rows.map((row) => Math.max(0, Math.min(row, a.rows - 1))),
        ),
    }),
  },
  'column sums that ignore alpha': {
    law: 'columnSums agrees',
    replace: (honest) => ({ columnSums: (a) => honest.columnSums(a) }),
  },
  'an adam without bias correction': {
    law: ADAM,
    replace: (honest) => ({
      optimizerStep: (theta, g, state, optimizer, { lr }) =>
        honest.optimizerStep(theta, g, state, optimizer, { step: 1e9, lr }),
    }),
  },
  'an adam whose 1 - beta2 is computed in single precision': {
    law: ADAM,
    replace: otherConstants((spec) => (spec.name === 'adam' ? { ...spec, beta2: Math.fround(spec.beta2) } : spec)),
  },
  'an adam that forgets its moments': {
    law: ADAM,
    replace: (honest) => ({
      optimizerStep: (theta, g, state, optimizer, step) => {
        const old = state.map((matrix) => inside(matrix).slice());
        honest.optimizerStep(theta, g, state, optimizer, step);
        state.forEach((matrix, i) => {
          inside(matrix).set(old[i]!);
        });
      },
    }),
  },
  'a descent without its learning rate': {
    law: stepLaw('sgd'),
    replace: (honest) => ({
      optimizerStep: (theta, g, state, optimizer, { step }) =>
        honest.optimizerStep(theta, g, state, optimizer, { step, lr: 1 }),
    }),
  },
  'a momentum that is damped': {
    law: stepLaw('momentum'),
    replace: otherConstants((spec) => (spec.name === 'sgd' ? { ...spec, momentum: 0.999 * spec.momentum } : spec)),
  },
  "a Nesterov's momentum that does not look ahead": {
    law: stepLaw('Nesterov momentum'),
    replace: otherConstants((spec) => (spec.name === 'sgd' ? { ...spec, nesterov: false } : spec)),
  },
  'a decay that goes through the scaling': {
    law: stepLaw('adamW'),
    replace: otherConstants((spec) => (spec.name === 'adamW' ? { ...spec, weightDecay: 0 } : spec)),
  },
  'an rmsProp of another decay': {
    law: stepLaw('rmsProp'),
    replace: otherConstants((spec) => (spec.name === 'rmsProp' ? { ...spec, alpha: 0.9900001 } : spec)),
  },
  'an rmsProp whose momentum is forgotten': {
    law: stepLaw('rmsProp with momentum'),
    replace: otherConstants((spec) => (spec.name === 'rmsProp' ? { ...spec, momentum: spec.momentum / 2 } : spec)),
  },
  'an adagrad of a large epsilon': {
    law: stepLaw('adagrad'),
    replace: otherConstants((spec) => (spec.name === 'adagrad' ? { ...spec, epsilon: 1e-3 } : spec)),
  },
  'a sign of 0 that is 1': {
    law: 'accumulateSign adds signs in place, that of 0 being 0',
    replace: (honest) => ({
      accumulateSign: (target, a, alpha) => {
        const signs = mapped(honest.upload(inside(a), a.rows, a.cols), (value) => (value < 0 ? -1 : 1));
        honest.accumulate(target, signs, alpha);
      },
    }),
  },
  'a threshold that only subtracts': {
    law: 'softThreshold and clamp cut in place, exactly where they should',
    replace: () => ({
      softThreshold: (target, threshold) => void mapped(target, (value) => value - Math.sign(value) * threshold),
    }),
  },
  'a clamp of one side': {
    law: 'softThreshold and clamp cut in place, exactly where they should',
    replace: () => ({ clamp: (target, limit) => void mapped(target, (value) => Math.min(value, limit)) }),
  },
  'a sum of squares of the first matrix only': {
    law: 'sumOfSquares agrees over several matrices',
    replace: (honest) => ({ sumOfSquares: (matrices) => honest.sumOfSquares(matrices.slice(0, 1)) }),
  },
  'a clipping of each matrix by its own norm': {
    law: 'clipByNorm scales all matrices by their common norm, and none below the limit',
    replace: (honest) => ({
      clipByNorm: (gradients, maxNorm) => {
        for (const gradient of gradients) honest.clipByNorm([gradient], maxNorm);
      },
    }),
  },
  'a clipping that also scales up': {
    law: 'clipByNorm scales all matrices by their common norm, and none below the limit',
    replace: (honest) => ({
      clipByNorm: (gradients, maxNorm) => {
        const norm = Math.sqrt(inside(honest.sumOfSquares(gradients))[0]!);
        for (const gradient of gradients) mapped(gradient, (value) => (value * maxNorm) / (norm + 1e-6));
      },
    }),
  },
  'an accumulate that ignores alpha': {
    law: ACCUMULATE,
    replace: (honest) => ({ accumulate: (target, a) => honest.accumulate(target, a) }),
  },
  'an accumulate that overwrites': {
    law: ACCUMULATE,
    replace: () => ({ accumulate: (target, a) => void inside(target).set(inside(a)) }),
  },
  'a reset that frees nothing': { law: RESET, replace: () => ({ reset: () => undefined }) },
  'a reset that frees everything': { law: RESET, replace: (honest) => ({ reset: () => honest.reset(0) }) },
  'a mark that counts the living': {
    law: 'free frees one matrix, and moves no mark',
    replace: (honest) => {
      const living: Matrix[] = [];
      return {
        upload: (...args) => living[living.push(honest.upload(...args)) - 1]!,
        free: (a) => {
          if (living.includes(a)) living.splice(living.indexOf(a), 1);
          honest.free(a);
        },
        mark: () => living.length,
        reset: (mark) => {
          for (const a of living.splice(mark)) honest.free(a);
        },
      };
    },
  },
  'a free that does nothing': {
    law: 'free frees one matrix, and moves no mark',
    replace: () => ({ free: () => undefined }),
  },
  'a use of what was freed': {
    law: 'every operation refuses a freed matrix',
    replace: (honest) => ({
      columnSums: (a) => (inside(a) === undefined ? honest.upload([], 0, a.cols) : honest.columnSums(a)),
    }),
  },
  'an operation on whatever has values': {
    law: 'a matrix of another back end is refused',
    replace: (honest) => ({ columnSums: (a) => honest.columnSums(honest.upload(inside(a), a.rows, a.cols)) }),
  },
  'a free of a foreign matrix that frees the last of its own': {
    law: 'a matrix of another back end is refused',
    replace: (honest) => {
      const own: Matrix[] = [];
      return {
        upload: (...args) => own[own.push(honest.upload(...args)) - 1]!,
        free: (a) => honest.free(own.splice(own.lastIndexOf(a), 1)[0]!),
      };
    },
  },
  'a reading that hands out its own memory': {
    law: 'what is uploaded is read back, and is a copy',
    replace: () => ({ read: async (a) => inside(a) }),
  },
  'a reading that is late': {
    law: 'read takes the values as they are at the call',
    replace: (honest) => ({ read: async (a) => Promise.resolve().then(() => honest.read(a)) }),
  },
  'a precision that is not kept': {
    law: 'values are stored in the precision that is stated',
    replace: (honest) => ({ capabilities: { ...honest.capabilities, precision: 'f64' } }),
  },
  'a promise of a fused trainer that is not there': {
    law: 'describes itself',
    replace: (honest) => ({ capabilities: { ...honest.capabilities, fusedTrainer: true } }),
  },
  'results that change from call to call': {
    law: 'equal inputs give equal bits, where that is promised',
    replace: (honest) => {
      let calls = 0;
      return {
        multiply: (a, b) => {
          const result = honest.multiply(a, b);
          inside(result)[0]! *= 1 + 2 ** -23 * calls++;
          return result;
        },
      };
    },
  },
  'a dispose that frees nothing': {
    law: 'dispose frees every matrix',
    replace: () => ({ dispose: async () => undefined }),
  },
  'a product whose transpose is another one': {
    law: 'the transpose of a product is the product of the transposes',
    replace: (honest) => ({
      gemm: (a, b, options) =>
        honest.gemm(a, b, options?.transA && options.transB ? { ...options, alpha: 2 } : options),
    }),
  },
  'a product that is off by one bit': {
    law: 'a product with the identity is exact',
    replace: (honest) => ({ gemm: (a, b, options) => honest.gemm(a, b, { ...options, alpha: 1 + 2 ** -23 }) }),
  },
  'a multiply that divides': {
    law: 'multiply agrees',
    replace: (honest) => ({
      multiply: (a, b) =>
        honest.multiply(
          a,
          honest.upload(
            inside(b).map((value) => 1 / value),
            b.rows,
            b.cols,
          ),
        ),
    }),
  },
};

/** What a law says of a back end: the message of the finding, without what the runner of properties adds. */
async function finding(name: string, make: () => MatrixBackend): Promise<string> {
  const law = lawsOfBackends().find((candidate) => candidate.name === name);
  try {
    await law?.check(make);
  } catch (error) {
    const { message, cause } = error as { message: string; cause?: { message: string } };
    return cause?.message ?? message;
  }
  return law === undefined ? `there is no law "${name}"` : 'nothing';
}

describe('the laws reject', () => {
  test.each(Object.entries(FAULTS))('%s', async (_, { law, replace }) => {
    const faulty = () => {
      const backend = singlePrecision();
      return withMembers(backend, replace(backend));
    };
    expect(await finding(law, faulty)).toMatch(/, got /);
  });

  test('some fault for every law', () => {
    const seen = new Set(Object.values(FAULTS).map(({ law }) => law));
    const names = lawsOfBackends().map(({ name }) => name);
    expect(names.filter((name) => !seen.has(name))).toEqual([]);
  });
});

test('a finding names the operation, the element, both values and the bound', async () => {
  const backend = singlePrecision();
  const faulty = withMembers(backend, { multiply: (a) => backend.multiply(a, a) });
  expect(await finding('multiply agrees', () => faulty)).toMatch(
    /^multiply, element \d+: expected \S+ with an error of at most \S+, got \S+, off by \S+$/,
  );
});

test('a skip that names no law is refused', () => {
  expect(() => backendLaws('x', singlePrecision, { skip: [{ law: 'gem agrees', reason: 'none' }] })).toThrow(
    /backendLaws: x: no law is named "gem agrees"; the laws are: /,
  );
});

property.prop([fc.double(), fc.double(), fc.double({ min: 0 })])(
  'bounds hold for numbers of any kind',
  (a, b, bound) => {
    const within = () => expectWithin('x', [a], [b], () => bound);
    if (Object.is(a, b) || Math.abs(a - b) <= bound) within();
    else expect(within).toThrow(/x, element 0/);
  },
);

test('a listener hears how much of its bound each comparison used, until it is taken away', () => {
  const heard: [string, number][] = [];
  const stop = listenToErrors((what, units) => heard.push([what, units]));
  expectWithin('exact', [1, Number.NaN], [1, Number.NaN], () => 0);
  expectWithin('near', [1, 2.5, -0], [1, 2, 0], () => 1);
  expect(() => expectWithin('far', [3], [1], () => 1)).toThrow('far, element 0: expected 1');
  stop();
  expectWithin('unheard', [1], [1], () => 0);
  expect(heard).toEqual([
    ['exact', 0],
    ['near', 0.5],
  ]);
});
