import { fc, test as property } from '@fast-check/jest';
import { type Matrix, type MatrixBackend, ReferenceBackend } from '@tangentlab/tensor';
import { backendLaws, lawsOfBackends } from '@tangentlab/testkit';
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
    biasActivation: (...args) => rounded(exact.biasActivation(...args)),
    activationGradient: (...args) => rounded(exact.activationGradient(...args)),
    multiply: (...args) => rounded(exact.multiply(...args)),
    dropoutMask: (...args) => rounded(exact.dropoutMask(...args)),
    columnSums: (...args) => rounded(exact.columnSums(...args)),
    softmaxCrossEntropy: (...args) => {
      const { losses, gradient } = exact.softmaxCrossEntropy(...args);
      return { losses: rounded(losses), gradient: rounded(gradient) };
    },
    accumulate: (target, a, alpha) => {
      exact.accumulate(target, a, alpha);
      rounded(target);
    },
    adam: (theta, g, m, v, options) => {
      exact.adam(theta, g, m, v, options);
      for (const a of [theta, m, v]) rounded(a);
    },
  });
}

backendLaws('single precision', singlePrecision);

/** A back end with one fault, and a law that has to see it. */
interface Fault {
  readonly law: string;
  readonly replace: (honest: MatrixBackend) => Partial<MatrixBackend>;
}

const GEMM = 'gemm agrees in all transpositions, with alpha, beta and c';
const LOSS = 'softmaxCrossEntropy agrees in losses and gradient';
const ADAM = 'adam updates parameter and moments in place, step after step';
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
    law: 'biasActivation agrees for every activation',
    replace: (honest) => ({
      biasActivation: (z, bias, name) =>
        honest.biasActivation(z, honest.upload(new Float64Array(bias.cols), 1, bias.cols), name),
    }),
  },
  'a relu that swallows NaN': {
    law: 'NaN inputs propagate',
    replace: (honest) => ({
      biasActivation: (z, bias, name) => {
        const h = honest.biasActivation(z, bias, name);
        if (name === 'relu') mapped(h, (value) => (Number.isNaN(value) ? 0 : value));
        return h;
      },
    }),
  },
  'a slope of tanh taken from the input': {
    law: 'activationGradient agrees for every activation',
    replace: (honest) => ({
      activationGradient: (dh, h, name) =>
        name === 'tanh'
          ? honest.multiply(
              dh,
              honest.upload(
                inside(h).map((value) => 1 - Math.tanh(value) ** 2),
                h.rows,
                h.cols,
              ),
            )
          : honest.activationGradient(dh, h, name),
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
    replace: (honest) => ({
      softmaxCrossEntropy: (z, labels) => {
        const result = honest.softmaxCrossEntropy(z, labels);
        mapped(result.gradient, (value) => value * z.rows);
        return result;
      },
    }),
  },
  'a gradient that ignores the label': {
    law: LOSS,
    replace: (honest) => ({
      softmaxCrossEntropy: (z) => honest.softmaxCrossEntropy(z, honest.upload(new Float64Array(z.rows), z.rows, 1)),
    }),
  },
  'a softmax without a shift': {
    law: 'softmaxCrossEntropy survives logits of 80 and 10,000',
    replace: (honest) => ({
      softmaxCrossEntropy: (z, labels) => {
        const result = honest.softmaxCrossEntropy(z, labels);
        const overflows = inside(z).some((value) => Math.fround(Math.exp(value)) === Number.POSITIVE_INFINITY);
        if (overflows) inside(result.losses).fill(Number.POSITIVE_INFINITY);
        return result;
      },
    }),
  },
  'a NaN that spoils all rows': {
    law: 'softmaxCrossEntropy keeps a NaN in its row',
    replace: (honest) => ({
      softmaxCrossEntropy: (z, labels) => {
        const result = honest.softmaxCrossEntropy(z, labels);
        if (inside(z).some(Number.isNaN)) inside(result.gradient).fill(Number.NaN);
        return result;
      },
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
  'an adam without bias correction': {
    law: ADAM,
    replace: (honest) => ({
      adam: (theta, g, m, v, options) => honest.adam(theta, g, m, v, { ...options, step: 1e9 }),
    }),
  },
  'an adam whose 1 - beta2 is computed in single precision': {
    law: ADAM,
    replace: (honest) => ({
      adam: (theta, g, m, v, options) => honest.adam(theta, g, m, v, { ...options, beta2: Math.fround(options.beta2) }),
    }),
  },
  'an adam that forgets its moments': {
    law: ADAM,
    replace: (honest) => ({
      adam: (theta, g, m, v, options) => {
        const [oldM, oldV] = [inside(m).slice(), inside(v).slice()];
        honest.adam(theta, g, m, v, options);
        inside(m).set(oldM);
        inside(v).set(oldV);
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
