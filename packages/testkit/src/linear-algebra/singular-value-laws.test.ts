import { type DenseMatrix, type LinearAlgebra, referenceLinearAlgebra } from '@tangentlab/tensor';
import { lawsOfLinearAlgebra, linearAlgebraLaws } from '@tangentlab/testkit';
import { SINGULAR_VALUE_CHECKS } from './singular-value-laws.js';

linearAlgebraLaws('reference without the asynchronous variant', () => {
  const { singularValuesAsync: _, ...synchronous } = referenceLinearAlgebra;
  return synchronous;
});

type Values = (a: DenseMatrix) => Float64Array;
const honest: Values = (a) => referenceLinearAlgebra.singularValues(a);
const honestLater = referenceLinearAlgebra.singularValuesAsync!;

/** The reference with other values; its asynchronous one says the same. */
const wrong = (singularValues: Values): LinearAlgebra => ({
  ...referenceLinearAlgebra,
  name: 'wrong',
  singularValues,
  singularValuesAsync: async (a, signal) => {
    await honestLater(a, signal);
    return singularValues(a);
  },
});
const rounded = ({ rows, cols, values }: DenseMatrix): DenseMatrix => ({ rows, cols, values: values.map(Math.fround) });

/** By the eigenvalues of A'A, as their roots. */
const squared: Values = (a) => {
  honest(a);
  const { rows, cols, values } = a;
  const gram = new Float64Array(cols * cols);
  for (let i = 0; i < cols; i++)
    for (let j = 0; j < cols; j++)
      for (let r = 0; r < rows; r++) gram[i * cols + j]! += values[r * cols + i]! * values[r * cols + j]!;
  return honest({ rows: cols, cols, values: gram }).map(Math.sqrt).slice(0, Math.min(rows, cols));
};

const DIAGONAL = 'a diagonal gives its absolute values, descending';
const INVARIANT = 'orthogonal factors change nothing';
const TRANSPOSED = 'the transposed matrix has the same values';
const SCALED = 'a scaled matrix has scaled values, at 2^-900 and 2^900 as well';
const RANK = 'rank r leaves r values that are not 0';
const GRADED = 'graded matrices: small values are right to eps sigma_1';
const HILBERT = 'the Hilbert matrix: the values of another program, in 60 digits';
const DEGENERATE = 'matrices of zeros, of one row or column, and without any';
const ANY = 'any matrix: k values, descending, that sum up to its Frobenius norm';
const REFUSED = 'NaN, infinities and values that do not fill the matrix are refused';
const UNCHANGED = 'the matrix is not changed';
const LATER = 'asynchronously the same bits, and the same refusals; an abort is heard';

describe('the laws of singular values reject', () => {
  const rejected = new Set<string>();
  afterAll(() => {
    const names = SINGULAR_VALUE_CHECKS.map(({ name }) => name);
    expect(names.filter((name) => !rejected.has(name))).toEqual([]);
  });
  const shared = new Float64Array(24);
  test.each<[string, string, LinearAlgebra]>([
    ['ascending values', DIAGONAL, wrong((a) => honest(a).reverse())],
    ['a value too many', DIAGONAL, wrong((a) => Float64Array.of(...honest(a), 0))],
    [
      'the diagonal itself',
      INVARIANT,
      wrong((a) => Float64Array.from(honest(a), (_, i) => Math.abs(a.values[i * a.cols + i]!))),
    ],
    [
      'columns and their norms',
      TRANSPOSED,
      wrong((a) => honest(a).map((_, j) => Math.hypot(...a.values.filter((_v, i) => i % a.cols === j)))),
    ],
    ['squares that overflow', SCALED, wrong(squared)],
    ['small numbers taken for 0', SCALED, wrong((a) => honest(a).map((value) => (value < 1e-200 ? 0 : value)))],
    ['roots of squares at a rank', RANK, wrong((a) => honest(a).map((value) => Math.sqrt(value * value + 1e-14)))],
    [
      'small values cut',
      GRADED,
      wrong((a) => {
        const s = honest(a);
        return s.map((value) => (value < 1e-10 * s[0]! ? 0 : value));
      }),
    ],
    ['squares that lose half of the digits', GRADED, wrong(squared)],
    ['single precision', HILBERT, wrong((a) => honest(rounded(a)).map(Math.fround))],
    ['squares of the Hilbert matrix', HILBERT, wrong(squared)],
    ['nothing for one row', DEGENERATE, wrong((a) => (a.rows === 1 ? new Float64Array(1) : honest(a)))],
    [
      'NaN for zeros',
      DEGENERATE,
      wrong((a) =>
        honest(a).map((value) => (value / Math.max(...a.values.map(Math.abs))) * Math.max(...a.values.map(Math.abs))),
      ),
    ],
    ['negative values', ANY, wrong((a) => honest(a).map((value, i) => (i % 2 === 0 ? value : -value)))],
    ['a tenth of a per mille too much', ANY, wrong((a) => honest(a).map((value) => 1.0001 * value))],
    [
      'NaN that passes',
      REFUSED,
      wrong((a) => honest({ ...a, values: a.values.map((v) => (Number.isFinite(v) ? v : 0)) })),
    ],
    [
      'sizes that nobody checks',
      REFUSED,
      wrong((a) => (a.rows * a.cols === a.values.length && Number.isInteger(a.rows) ? honest(a) : new Float64Array(2))),
    ],
    [
      'a matrix that is used up',
      UNCHANGED,
      wrong((a) => {
        const s = honest(a);
        a.values.fill(0);
        return s;
      }),
    ],
    [
      'one buffer for all answers',
      UNCHANGED,
      wrong((a) => {
        const s = honest(a);
        shared.set(s);
        return shared.subarray(0, s.length);
      }),
    ],
    [
      'other bits later',
      LATER,
      {
        ...wrong(honest),
        singularValuesAsync: async (a, signal) => (await honestLater(a, signal)).map((v) => v * (1 + 2 ** -52)),
      },
    ],
    ['an abort that nobody hears', LATER, { ...wrong(honest), singularValuesAsync: async (a) => honest(a) }],
    [
      'an abort that is heard too early only',
      LATER,
      {
        ...wrong(honest),
        singularValuesAsync: async (a, signal) => {
          signal?.throwIfAborted();
          return a.rows > 100 ? new Float64Array(a.rows) : honest(a);
        },
      },
    ],
  ])('%s', async (_, name, algebra) => {
    const law = lawsOfLinearAlgebra().find((candidate) => candidate.name === `singular values: ${name}`)!;
    await expect((async () => law.check(() => algebra))()).rejects.toBeDefined();
    rejected.add(law.name);
  });
});
