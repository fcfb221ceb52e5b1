import { type DenseMatrix, type LinearAlgebra, referenceLinearAlgebra } from '@tangentlab/tensor';
import { lawsOfLinearAlgebra, linearAlgebraLaws } from '@tangentlab/testkit';

linearAlgebraLaws('reference', () => referenceLinearAlgebra);

/** A linear algebra with one fault, and the law that has to see it. */
interface Fault {
  readonly law: string;
  readonly replace: (honest: LinearAlgebra) => Partial<LinearAlgebra>;
}

const withoutTail = (a: DenseMatrix, from: number): DenseMatrix => ({
  ...a,
  values: a.values.map((v, i) => (i < from ? v : 0)),
});
const nudged = (a: DenseMatrix, by = 1e-9): DenseMatrix => ({ ...a, values: a.values.map((v) => v * (1 + by)) });
/** Column j is its neighbour wherever two values are equal: no longer orthogonal. */
const collapsed = (a: DenseMatrix, values: Float64Array): DenseMatrix => ({
  ...a,
  values: a.values.map((v, at) => {
    const j = at % a.cols;
    return j > 0 && Math.abs(values[j]! - values[j - 1]!) < 1e-9 ? a.values[at - 1]! : v;
  }),
});

const FAULTS: Readonly<Record<string, Fault>> = {
  'a product that takes NaN': {
    law: 'NaN and infinities are refused with NUMERIC_NOT_FINITE',
    replace: (honest) => ({
      gemm: (a, b, options) => (a.values.some(Number.isNaN) ? a : honest.gemm(a, b, options)),
    }),
  },
  'a Cholesky of rectangles': {
    law: 'sizes that do not fit are refused with SHAPE_MISMATCH',
    replace: (honest) => ({ cholesky: (a) => (a.rows === a.cols ? honest.cholesky(a) : a) }),
  },
  'a rank that takes any tolerance': {
    law: 'options out of range and singular systems are refused',
    replace: (honest) => ({ numericalRank: (a, tolerance) => honest.numericalRank(a, Math.abs(tolerance || 0)) }),
  },
  'eigenvalues that sort in place': {
    law: 'arguments are left unchanged',
    replace: (honest) => ({
      symmetricEigenvalues: (a) => {
        const values = honest.symmetricEigenvalues(a);
        a.values.sort();
        return values;
      },
    }),
  },
  'an asynchronous QR of other bits': {
    law: 'the same bits each time, and from the asynchronous twin',
    replace: (honest) => ({
      qrAsync: async (a, signal) => {
        const found = await honest.qrAsync(a, signal);
        return { ...found, q: nudged(found.q, 2 ** -52) };
      },
    }),
  },
  'a product that depends on how often it was asked': {
    law: 'the same bits each time, and from the asynchronous twin',
    replace: (honest) => {
      let calls = 0;
      return { syrk: (a, options) => nudged(honest.syrk(a, options), calls++ * 2 ** -50) };
    },
  },
  'a decomposition that cannot be aborted': {
    law: 'an aborted signal is answered with its reason',
    replace: (honest) => ({ svdAsync: (a) => honest.svdAsync(a) }),
  },
  'one memory for all': {
    law: 'computations under way at the same time do not disturb each other',
    replace: (honest) => {
      let memory: DenseMatrix;
      return {
        singularValuesAsync: async (a, signal) => {
          memory = a;
          await new Promise((resolve) => setImmediate(resolve));
          return honest.singularValuesAsync!(memory, signal);
        },
      };
    },
  },
  'a product whose last row of five is lost': {
    law: 'gemm is alpha op(A) op(B) + beta C in all transpositions and shapes',
    replace: (honest) => ({
      gemm: (a, b, options) => {
        const c = honest.gemm(a, b, options);
        return c.rows % 4 === 1 ? withoutTail(c, (c.rows - 1) * c.cols) : c;
      },
    }),
  },
  'a product in single precision': {
    law: 'gemm is alpha op(A) op(B) + beta C in all transpositions and shapes',
    replace: (honest) => ({
      gemm: (a, b, options) => honest.gemm({ ...a, values: a.values.map(Math.fround) }, b, options),
    }),
  },
  'a symmetric product that forgets to mirror': {
    law: 'syrk is A times its transpose, exactly symmetric',
    replace: (honest) => ({
      syrk: (a, options) => {
        const c = honest.syrk(a, options);
        return { ...c, values: c.values.map((v, at) => (at % c.cols > Math.floor(at / c.cols) ? 0 : v)) };
      },
    }),
  },
  'a solver that reads the other triangle': {
    law: 'solveTriangular solves all four systems, backward stable in each column',
    replace: (honest) => ({
      solveTriangular: (t, b, options) => honest.solveTriangular(t, b, { ...options, upper: !options?.upper }),
    }),
  },
  'a solver that is right to nine digits': {
    law: 'solveTriangular solves all four systems, backward stable in each column',
    replace: (honest) => ({ solveTriangular: (t, b, options) => nudged(honest.solveTriangular(t, b, options)) }),
  },
  'a Cholesky that is accurate beside the largest entry only': {
    law: "cholesky: L L' is A, entry by entry, on ill-conditioned and graded matrices",
    replace: (honest) => ({
      cholesky: (a) => {
        const l = honest.cholesky(a);
        return { ...l, values: l.values.map((v, at) => (Math.floor(at / l.cols) === at % l.cols ? v + 1e-17 : v)) };
      },
    }),
  },
  'a Cholesky that patches its pivots': {
    law: 'cholesky reads the lower triangle alone, and refuses what is not positive definite',
    replace: (honest) => ({
      cholesky: (a) =>
        honest.cholesky({ ...a, values: a.values.map((v, at) => (at % (a.cols + 1) === 0 ? Math.abs(v) : v)) }),
    }),
  },
  'a pivoted Cholesky that never stops': {
    law: 'pivotedCholesky reveals the rank and reproduces the matrix',
    replace: (honest) => ({ pivotedCholesky: (a) => honest.pivotedCholesky(a, 0) }),
  },
  'a QR without pivoting': {
    law: 'qr: Q R is the permuted A, Q orthonormal, pivots largest first',
    replace: (honest) => ({
      qr: (a) => {
        const found = honest.qr(a);
        return { ...found, pivots: found.pivots.map((_, j) => j) };
      },
    }),
  },
  'a QR whose Q is not orthonormal': {
    law: 'qr: Q R is the permuted A, Q orthonormal, pivots largest first',
    replace: (honest) => ({
      qr: (a) => {
        const found = honest.qr(a);
        return { ...found, q: nudged(found.q, 1e-11) };
      },
    }),
  },
  'eigenvalues from large to small': {
    law: 'symmetricEigenvalues finds the spectrum, ascending',
    replace: (honest) => ({ symmetricEigenvalues: (a) => honest.symmetricEigenvalues(a).reverse() }),
  },
  'eigenvalues of a matrix scaled by what does not count': {
    law: 'symmetricEigenvalues finds the spectrum, ascending',
    replace: (honest) => ({
      symmetricEigenvalues: (a) => {
        const noise = 1e-16 * a.values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
        return honest.symmetricEigenvalues(a).map((v) => v + 100 * noise * a.rows);
      },
    }),
  },
  'eigenvectors that collapse where values repeat': {
    law: 'symmetricEigen: A V is V diag(values), V orthonormal',
    replace: (honest) => ({
      symmetricEigen: (a) => {
        const { values, vectors } = honest.symmetricEigen(a);
        return { values, vectors: collapsed(vectors, values) };
      },
    }),
  },
  'singular values as roots of eigenvalues': {
    law: 'singularValues finds the spectrum, descending, of A and of its transpose',
    replace: (honest) => ({
      singularValues: (a) => {
        const squares = honest.symmetricEigenvalues(honest.syrk(a, { trans: a.rows > a.cols }));
        return squares.map((v) => Math.sqrt(Math.max(0, v))).reverse();
      },
    }),
  },
  'an SVD with columns of zeros where the rank ends': {
    law: "svd: U diag(sigma) V' is A, U and V orthonormal",
    replace: (honest) => ({
      svd: (a) => {
        const found = honest.svd(a);
        const { u, sigma } = found;
        return {
          ...found,
          u: { ...u, values: u.values.map((v, at) => (sigma[at % u.cols]! > 1e-12 * sigma[0]! ? v : 0)) },
        };
      },
    }),
  },
  'a rank with a fixed tolerance': {
    law: 'numericalRank counts above max(rows, cols) eps sigma_1, or above what is given',
    replace: (honest) => ({ numericalRank: (a, tolerance = 1e-10) => honest.numericalRank(a, tolerance) }),
  },
  'a Lanczos that gives up early and says otherwise': {
    law: 'lanczos finds extreme eigenvalues, and claims no smaller residuals than it has',
    replace: (honest) => ({
      lanczos: (operator, size, options) => {
        const maxSteps = Math.min(size, options.count + 2);
        const found = honest.lanczos(operator, size, { ...options, maxSteps });
        return { ...found, residuals: found.residuals.map(() => 0), converged: true };
      },
    }),
  },
  'a Lanczos that ends where its first start ends': {
    law: 'lanczos sees the whole spectrum in as many steps as the size',
    replace: (honest) => ({
      lanczos: (operator, size, options) => {
        const found = honest.lanczos(operator, size, options);
        const distinct = found.values.filter((v, i) => i === 0 || Math.abs(v - found.values[i - 1]!) > 1e-9);
        return { ...found, values: distinct };
      },
    }),
  },
  'a Lanczos that always claims to have converged': {
    law: 'lanczos takes an operator that answers with promises, and says when steps ran out',
    replace: (honest) => ({
      lanczos: (operator, size, options) => ({ ...honest.lanczos(operator, size, options), converged: true }),
    }),
  },
};

const laws = lawsOfLinearAlgebra();

for (const [name, { law, replace }] of Object.entries(FAULTS)) {
  test(`${name} is rejected`, async () => {
    const broken = { ...referenceLinearAlgebra, ...replace(referenceLinearAlgebra) };
    await expect(laws.find((one) => one.name === law)!.check(() => broken)).rejects.toThrow();
  }, 60_000);
}

test('every law rejects a broken implementation', () => {
  const seen = new Set(Object.values(FAULTS).map(({ law }) => law));
  // those of singular values have a test of their own beside them
  const here = laws.map(({ name }) => name).filter((name) => !name.startsWith('singular values: '));
  expect(here.filter((name) => !seen.has(name))).toEqual([]);
});
