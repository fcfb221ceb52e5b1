/**
 * What a core can do in vectors of 128 bits: multiplications and additions in registers, with no loads, in as many chains as
 * there are registers. No product in WebAssembly is faster than this; `products` is to be read beside it.
 *
 * Usage, after the build: node [--experimental-wasm-relaxed-simd] bench/ops-wasm/peak.js [--help]
 */
import asc from 'assemblyscript/asc';
import { benchFlags, runProgram } from '../measure/program.js';

const flags = benchFlags('node bench/ops-wasm/peak.js [flags]');
const TURNS = 100_000;

/** Additions and multiplications in turn, which depend on nothing of each other: `type` is f32x4 or f64x2. */
const separate = (type) => {
  const [sums, products] = ['abcdef'.split(''), 'pqrsuvwx'.split('')];
  const pair = (i) => {
    const [sum, product] = [sums[i % sums.length], products[i % products.length]];
    return `${sum} = ${type}.add(${sum}, t); ${product} = ${type}.mul(${product}, t);`;
  };
  return loop(
    type,
    [...sums, ...products],
    Array.from({ length: 24 }, (_, i) => pair(i)),
  );
};

const fused = (type) => {
  const sums = 'abcdefghijkl'.split('');
  const step = (sum) => `${sum} = ${type}.relaxed_madd(t, t, ${sum});`;
  return loop(type, sums, [...sums, ...sums].map(step));
};

function loop(type, chains, steps) {
  const total = chains.reduce((sum, chain) => `${type}.add(${sum}, ${chain})`);
  return `export function run(turns: i32): f64 {
    const t = ${type}.splat(1);
    let ${chains.map((chain) => `${chain} = ${type}.splat(1)`).join(', ')};
    do { ${steps.join(' ')} } while (--turns > 0);
    return <f64>${type}.extract_lane(${total}, 0);
  }`;
}

async function compiled(source, features) {
  let bytes;
  const { error, stderr } = await asc.main(
    ['peak.ts', '--outFile', 'peak.wasm', '-O3', '--noAssert', '--runtime', 'stub', '--enable', features],
    {
      readFile: (name) => (name === 'peak.ts' ? source : null),
      writeFile: (name, contents) => {
        if (name === 'peak.wasm') bytes = contents;
      },
    },
  );
  if (error !== null) throw new Error(`asc: ${error.message}\n${stderr}`);
  return bytes;
}

/** One call: 24 steps a turn, each two operations in every lane. */
const task = (side, name, lanes, bytes) => ({
  side,
  case: name,
  unit: 'us',
  flops: TURNS * 24 * 2 * lanes,
  prepare: async () => {
    const { instance } = await WebAssembly.instantiate(bytes, { env: { abort: () => {} } });
    let last = Number.NaN;
    const run = () => {
      last = instance.exports.run(TURNS);
    };
    return { run, check: () => last };
  },
});

const tasks = [];
for (const [name, type, lanes] of [
  ['f32', 'f32x4', 4],
  ['f64', 'f64x2', 2],
]) {
  tasks.push(task('multiply and add', name, lanes, await compiled(separate(type), 'simd')));
  const bytes = await compiled(fused(type), 'simd,relaxed-simd');
  if (WebAssembly.validate(bytes)) tasks.push(task('fused multiply-add', name, lanes, bytes));
}
await runProgram({ program: 'peak' }, tasks, flags);
