/**
 * The laws of networks hold for the reference, and each of them rejects a back end with a fault of its own.
 */
import { type Matrix, type MatrixBackend, ReferenceBackend } from '@tangentlab/tensor';
import { lawsOfNetworks, networkLaws } from '@tangentlab/testkit';

/** The values behind a handle of the reference, to be spoilt. */
const inside = (a: Matrix) => (a as unknown as { values: Float64Array }).values;

function spoilt(a: Matrix, f: (value: number, i: number, a: Matrix) => number): Matrix {
  inside(a).set(inside(a).map((value, i) => f(value, i, a)));
  return a;
}

/** The reference with some members replaced, and called one of single precision where that is what it is. */
function faulty(replace: (honest: MatrixBackend) => Partial<MatrixBackend>): MatrixBackend {
  const honest = new ReferenceBackend();
  const members = replace(honest) as Record<PropertyKey, unknown>;
  return new Proxy(honest, {
    get: (target, key) => {
      const member = key in members ? members[key] : (target as never)[key];
      return typeof member === 'function' && !(key in members) ? member.bind(target) : member;
    },
  });
}

/** The reference with results of products and activations rounded: an honest back end of single precision. */
const singlePrecision = () =>
  faulty((honest) => ({
    capabilities: { ...honest.capabilities, precision: 'f32' },
    upload: (...args) => spoilt(honest.upload(...args), Math.fround),
    gemm: (...args) => spoilt(honest.gemm(...args), Math.fround),
    activate: (...args) => spoilt(honest.activate(...args), Math.fround),
    activationGradient: (...args) => spoilt(honest.activationGradient(...args), Math.fround),
    loss: (...args) => {
      const { losses, gradient } = honest.loss(...args);
      return { losses: spoilt(losses, Math.fround), gradient: spoilt(gradient, Math.fround) };
    },
  }));

networkLaws('the reference', () => new ReferenceBackend());
networkLaws('single precision', singlePrecision);

const FAULTS: Readonly<Record<string, (honest: MatrixBackend) => Partial<MatrixBackend>>> = {
  'the outputs are those of double precision': (honest) => ({
    gemm: (...args) => spoilt(honest.gemm(...args), Math.fround), // and calls itself f64
  }),
  'samples in another order have their outputs in that order': (honest) => ({
    activate: (...args) => spoilt(honest.activate(...args), (value, i, { cols }) => (i < cols ? 1.001 * value : value)),
  }),
  'hidden units in another order change nothing': (honest) => ({
    activate: (...args) =>
      spoilt(honest.activate(...args), (value, i, { cols }) => (i % cols === 0 ? 1.001 * value : value)),
  }),
  'hidden units that grow while what reads them shrinks change nothing, if f(a z) = a f(z)': (honest) => ({
    activate: (...args) => spoilt(honest.activate(...args), (value) => value + 1e-6 * value * value),
  }),
  'without biases twice the inputs have twice the outputs, if f(a z) = a f(z)': (honest) => ({
    addBias: (z, bias, scale) => {
      honest.addBias(z, bias, scale);
      spoilt(z, (value) => value + 1e-6);
    },
  }),
  "Euler's identity: without biases the outputs move along the parameters by layers times themselves, if f(a z) = a f(z)":
    (honest) => ({
      activationGradient: (...args) => spoilt(honest.activationGradient(...args), (value) => 1.001 * value),
    }),
  "<J v, u> = <v, J' u>": (honest) => ({
    gemm: (a, b, options) =>
      honest.gemm(
        a,
        b,
        options?.transA !== true && options?.transB !== true && b.rows === b.cols
          ? { ...options, transB: true }
          : options,
      ),
  }),
  "the gradient of a loss is J' times its gradient by the outputs": (honest) => ({
    loss: (...args) => {
      const { losses, gradient } = honest.loss(...args);
      return { losses, gradient: spoilt(gradient, (value, _, { rows }) => rows * value) };
    },
  }),
  'probabilities of softmax sum to 1, and do not see a shift of all outputs': (honest) => ({
    loss: (...args) => {
      const { losses, gradient } = honest.loss(...args);
      return { losses, gradient: spoilt(gradient, (value) => value + 1e-9) };
    },
  }),
};

const laws = lawsOfNetworks();

test('every law has a fault that it must see', () => {
  expect(Object.keys(FAULTS).sort()).toEqual(laws.map(({ name }) => name).sort());
});

test.each(Object.entries(FAULTS))('%s: a fault is seen', async (name, replace) => {
  const law = laws.find((each) => each.name === name)!;
  await expect(law.check(() => faulty(replace))).rejects.toThrow();
  await law.check(() => new ReferenceBackend());
});
