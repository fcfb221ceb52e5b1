/**
 * The WebAssembly back end outside of a test runner: its laws, and the bits of everything that it computes, as plain data
 * that a page and a process of Node can be compared by.
 */
import { counterUniform } from '@tangentlab/tensor';
import { lawsOfBackends, lawsOfLinearAlgebra, lawsOfNetworks } from '@tangentlab/testkit';
import {
  ACTIVATIONS,
  adam,
  createBackend,
  createLinearAlgebra,
  experiment,
  holdout,
  makeClassification,
  maximize,
  mlp,
  randomSearch,
  wasm,
} from 'tangentlab';

/**
 * The laws that are broken, with their errors; none if all is well.
 *
 * @param {number} numRuns
 * @returns {Promise<{ held: number, broken: string[] }>}
 */
export async function wasmLaws(numRuns) {
  let held = 0;
  /** @type {string[]} */
  const broken = [];
  const check = async (/** @type {string} */ name, /** @type {() => unknown} */ run) => {
    try {
      await run();
      held++;
    } catch (error) {
      broken.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  for (const law of [...lawsOfBackends({ numRuns }), ...lawsOfNetworks({ numRuns })])
    await check(law.name, () => law.check(() => createBackend()));
  for (const law of lawsOfLinearAlgebra()) await check(law.name, () => law.check(() => createLinearAlgebra()));
  return { held, broken };
}

/** Hexadecimal bits of trainings with every activation, of eigenvalues and of singular values. */
export async function wasmBits() {
  /** @type {Record<string, string>} */
  const bits = {};
  for (const name of /** @type {(keyof typeof ACTIVATIONS)[]} */ (Object.keys(ACTIVATIONS))) {
    const run = experiment({
      name: `bits-${name}`,
      seed: 7,
      data: makeClassification({ samples: 120, features: 9, randomState: 1 }).pipe(holdout({ fraction: 0.25 })),
      space: {},
      model: ({ data }) => mlp({ widths: [data.features, 17, 9, data.classes], activation: name, dropout: 0.2 }),
      train: () => adam({ lr: 3e-3, batchSize: 16, epochs: 6 }),
      objective: maximize('valAccuracy'),
      search: randomSearch(),
      trials: 1,
    })
      .with(wasm())
      .run();
    bits[name] = bitsOf((await run.result).best.parameters);
  }
  const algebra = await createLinearAlgebra();
  const values = Float64Array.from({ length: 90 * 70 }, (_, i) => counterUniform(1, i) - 0.5);
  const noise = { rows: 90, cols: 70, values };
  bits['singular values'] = bitsOf(algebra.singularValues(noise));
  bits['eigenvalues'] = bitsOf(algebra.symmetricEigenvalues(algebra.syrk(noise)));
  return bits;
}

/** @param {Float64Array} values */
function bitsOf(values) {
  const words = new Uint32Array(values.slice().buffer);
  return Array.from(words, (word) => word.toString(16).padStart(8, '0')).join('');
}
