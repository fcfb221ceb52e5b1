/**
 * The back ends that a bench can name, as the providers that users take. A package is loaded only for its own names.
 */
import { reference } from '@tangentlab/tensor';

/** Names, in the order of help texts, and what gives the provider. */
const BACK_ENDS = {
  reference: () => reference(),
  'gpu-cpu': () => gpuJs({ mode: 'cpu', fallback: false }),
  'gpu-webasm': () => gpuJs({ mode: 'webasm', fallback: false }),
  wasm: () => webAssembly({ threads: 1 }),
  'wasm-relaxed': () => webAssembly({ relaxed: true, threads: 1 }),
  'wasm-threads': () => webAssembly({ threads: 2 }),
};
export const BACK_END_NAMES = Object.keys(BACK_ENDS);

async function gpuJs(options) {
  const { gpu } = await import('@tangentlab/ops-gpu');
  return gpu(options);
}

async function webAssembly(options) {
  const { wasm } = await import('@tangentlab/ops-wasm');
  if (wasm === undefined)
    throw new Error('@tangentlab/ops-wasm, as built, has no matrix core: expected it to export wasm');
  return wasm(options);
}

/** The providers of names with commas between them: `[name, provider]` for each. */
export async function namedBackEnds(names) {
  const pairs = names.split(',').map(async (name) => {
    if (!Object.hasOwn(BACK_ENDS, name)) {
      throw new Error(`--backend: expected some of ${BACK_END_NAMES.join(', ')}, got "${name}"`);
    }
    return [name, await BACK_ENDS[name]()];
  });
  return Promise.all(pairs);
}

/** The back ends of names with commas between them, ready to use: `[name, backend]` for each. Dispose of them. */
export async function openBackEnds(names) {
  const named = await namedBackEnds(names);
  return Promise.all(named.map(async ([name, provider]) => [name, await provider.create()]));
}

/** What really runs behind each name. */
export const describeBackEnds = (opened) =>
  Object.fromEntries(opened.map(([name, backend]) => [name, backend.describe()]));

/** The flag of every program that takes back ends. */
export const backEndFlag = {
  backend: { type: 'string', default: 'wasm', help: `some of ${BACK_END_NAMES.join(',')} (wasm)` },
};
