/**
 * What the ratios peer / ours should be at least, on an idle machine: of the side named, case by case. Where a goal
 * depends on the back end, its name stands behind the case.
 */
const PYTORCH = 'PyTorch eager, 1 thread';
const JAX = 'JAX jit, scan over an epoch, 1 thread';
const ONE_THREAD = 'PyTorch, 1 thread';
const NUMPY = 'NumPy, 1 thread';
const NEURAL_TANGENTS = ['jacobian contraction', 'ntk vector products', 'structured derivatives'].flatMap((how) =>
  ['1 thread', '2 threads'].map((threads) => `neural-tangents ${how}, ${threads}`),
);

/** A bound on our time as a multiple of the peer's, as a ratio peer / ours. */
const atMost = (multiple) => 1 / multiple;

const TARGETS = {
  'training-step': {
    [PYTORCH]: {
      '20-32-2, dropout 0.3, B16': 100,
      '20-64-2, dropout 0.3, B32': 40,
      '20-128-2, dropout 0.3, B64': 14,
      '20-64-32-16-2, B32': 30,
      '784-512-256-128-10, B128': 0.7,
      '784-512-256-128-10, B128, wasm-relaxed': 0.85,
      '784-512-256-128-10, B128, wasm-threads': 1.2,
    },
    [JAX]: { '20-32-2, dropout 0.3, B16': 3, '20-64-2, dropout 0.3, B32': 3, '20-128-2, dropout 0.3, B64': 3 },
  },
  'seed-search': {
    [ONE_THREAD]: { '10 random trials, in process': 40, '20 Bayesian trials, whole process': 10 },
  },
  products: {
    [NUMPY]: Object.fromEntries([200, 500, 1000, 2000].map((n) => [`f64 Gram, n = ${n}`, atMost(3.5)])),
  },
  'linear-algebra': {
    [NUMPY]: Object.fromEntries(
      [200, 500, 1000, 2000].flatMap((n) => [
        [`eigenvalues, n = ${n}`, atMost({ 200: 1.5, 500: 2, 1000: 2, 2000: 2.5 }[n])],
        ...['cholesky', 'singular values', 'singular values, n x 2n', 'svd'].map((operation) => [
          `${operation}, n = ${n}`,
          atMost(2.5),
        ]),
      ]),
    ),
  },
  'tangent-kernel': Object.fromEntries(NEURAL_TANGENTS.map((side) => [side, { 'tangent kernel, 200 rows': 5 }])),
};

/** The goal of a ratio, or undefined where there is none. */
export function targetOf(bench, { case: name, ours, peer }) {
  const goals = TARGETS[bench]?.[peer];
  return goals?.[`${name}, ${ours}`] ?? goals?.[name];
}

/** GFLOPS that a product in f32 should reach: `[case][back end]`. */
const PRODUCT_RATES = {
  'f32 product, n = 256': { wasm: 38, 'wasm-relaxed': 46 },
  'f32 product, n = 512': { wasm: 38, 'wasm-relaxed': 46 },
  'f32 product, n = 1024': { wasm: 36, 'wasm-relaxed': 44 },
};
export const rateTargetOf = (name, ours) => PRODUCT_RATES[name]?.[ours];
