/**
 * The structural bound on the rank of a Jacobian: directions in parameter space along which no output moves, whatever the
 * data say, counted before anything is measured.
 */
// n samples, k outputs, p parameters
import { layersOf, type Mlp } from '@tangentlab/nn';
import type { DenseMatrix, LinearAlgebra } from '@tangentlab/tensor';
import { exactColumnRank } from './exact-column-rank.js';
import { numericalRank } from './numerical-rank.js';

/** Where parameters are lost to a symmetry or to the data. */
export interface StructuralBound {
  /** No rank is above it: min(n k, effectiveParameters). */
  readonly bound: number;
  /** n k. */
  readonly outputs: number;
  readonly parameters: number;
  /** Parameters without the directions below. */
  readonly effectiveParameters: number;
  /** Biases that are multiplied by 0. */
  readonly idleBiases: number;
  /** Hidden neurons whose incoming weights can grow as their outgoing ones shrink: of ReLU, leaky ReLU. */
  readonly rescalings: number;
  /** Directions of the first layer's weights that the data do not see, for each of its neurons. */
  readonly unseenInputs: number;
  /** A linear network is a product of matrices: its own bound, where it is smaller. */
  readonly linear?: number;
  /** The rank of the inputs, with a column of ones where there are biases. */
  readonly inputRank: number;
}

/** What `structuralBound` takes beside the network and the samples. */
export interface StructuralBoundOptions {
  readonly linearAlgebra: LinearAlgebra;
  /**
   * What counts as a dependency of the inputs: `numerical` (unless given) one that holds within rounding, `exact` one that
   * holds to the last bit. With more than 64 features `exact` looks for none, which leaves the bound higher.
   */
  readonly inputs?: 'numerical' | 'exact';
}

/** Up to so many columns their exact rank takes less than a second for some hundred samples. */
const EXACT_COLUMNS = 64;

/**
 * The bound of rank J on the samples x, from the architecture, the activation, the rank of the inputs and which neurons
 * are connected.
 *
 * For positively homogeneous activations each hidden neuron with incoming and outgoing weights that are not all 0 takes a
 * direction; for each activation the first layer takes h_1 (d + 1 - rank [X 1]), without biases h_1 (d - rank X). A linear
 * network has at most r (k + rank X - r), r = min(widths, k, rank X). *Shapes*: x is n x d. *Cost*: that of the singular
 * values of the inputs, or of `exactColumnRank`. *Error*: the rank of the inputs is numerical unless `inputs` says
 * otherwise, so that dependencies count that hold within rounding; all else is exact. *Throws* SHAPE_MISMATCH, NUMERIC_NOT_FINITE. *Source*: the rescalings are Neyshabur et al. (2015); linear
 * networks: the dimension of matrices of rank r.
 *
 * @example
 * const model = mlp({ widths: [2, 8, 1] });
 * const theta = initialParameters(model, Rng.root(1));
 * structuralBound(model, theta, Float64Array.of(1, 2, 2, 4), 2, { linearAlgebra: referenceLinearAlgebra }).bound // => 2
 */
export function structuralBound(
  model: Mlp,
  theta: Float64Array,
  x: Float64Array,
  n: number,
  { linearAlgebra, inputs: dependencies = 'numerical' }: StructuralBoundOptions,
): StructuralBound {
  const { widths, layers, activation, parameterCount: parameters } = model;
  const k = widths.at(-1)!;
  const [features, first] = [widths[0]!, widths[1]!];
  const biased = layers[0]!.biasScale !== 0;
  const inputs = withOnes(x, n, features, biased);
  const rankOf = (matrix: DenseMatrix) =>
    dependencies === 'exact' ? exactInputRank(matrix) : numericalRank(matrix, { linearAlgebra }).rank;
  const inputRank = rankOf(inputs);
  const rankOfX = () => rankOf(withOnes(x, n, features, false));
  const idleBiases = layers.reduce((sum, { biasScale }, l) => sum + (biasScale === 0 ? widths[l + 1]! : 0), 0);
  const rescalings = isHomogeneous(activation.name) ? connectedNeurons(model, theta) : 0;
  const unseenInputs = inputs.cols - inputRank;
  const effectiveParameters = parameters - idleBiases - rescalings - first * unseenInputs;
  const linear = activation.name === 'identity' ? linearBound(model, rankOfX(), inputRank, biased) : undefined;
  const bound = Math.min(n * k, effectiveParameters, linear ?? Number.POSITIVE_INFINITY);
  return {
    bound,
    outputs: n * k,
    parameters,
    effectiveParameters,
    idleBiases,
    rescalings,
    unseenInputs,
    ...(linear === undefined ? {} : { linear }),
    inputRank,
  };
}

function exactInputRank(inputs: DenseMatrix): number {
  return inputs.cols <= EXACT_COLUMNS ? exactColumnRank(inputs) : Math.min(inputs.rows, inputs.cols);
}

/** f(a z) = a f(z) for a > 0, among the built-in activations. */
function isHomogeneous(name: string): boolean {
  return name === 'relu' || name === 'leakyRelu';
}

/** Hidden neurons with something that goes in and something that comes out. */
function connectedNeurons({ widths, layers }: Mlp, theta: Float64Array): number {
  const places = layersOf(widths);
  let count = 0;
  for (let l = 0; l < places.length - 1; l++) {
    const [into, out] = [places[l]!, places[l + 1]!];
    for (let o = 0; o < into.outputs; o++) {
      const bias = layers[l]!.biasScale === 0 ? 0 : theta[into.biases + o]!;
      const row = theta.subarray(into.weights + o * into.inputs, into.weights + (o + 1) * into.inputs);
      const reads = bias !== 0 || row.some((weight) => weight !== 0);
      let feeds = false;
      for (let j = 0; j < out.outputs && !feeds; j++) feeds = theta[out.weights + j * out.inputs + o] !== 0;
      if (reads && feeds) count++;
    }
  }
  return count;
}

/**
 * The outputs of a linear network are A x + c with a matrix A of rank at most r = min(widths, k, rank X), whose tangent
 * space on the data has r (k + rank X - r) dimensions; biases add any c.
 */
function linearBound({ widths }: Mlp, rankOfX: number, inputRank: number, biased: boolean): number {
  const k = widths.at(-1)!;
  const r = Math.min(k, rankOfX, ...widths.slice(1, -1));
  return Math.min(k * inputRank, r * (k + rankOfX - r) + (biased ? k : 0));
}

function withOnes(x: Float64Array, n: number, features: number, biased: boolean): DenseMatrix {
  if (!biased) return { rows: n, cols: features, values: x.slice(0, n * features) };
  const cols = features + 1;
  const values = new Float64Array(n * cols).fill(1);
  for (let i = 0; i < n; i++) values.set(x.subarray(i * features, (i + 1) * features), i * cols);
  return { rows: n, cols, values };
}
