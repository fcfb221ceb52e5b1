/**
 * The WebAssembly back end in a browser: its laws hold there, and every bit is that of Node.
 */
import { inChecksPage, withChecksPage } from './checks-page.js';
import { wasmBits } from './wasm-checks.js';

const CASES = 25;

/**
 * @param {string} chromium
 * @returns {Promise<{ name: string, error: string | undefined }[]>}
 */
export async function checkWasm(chromium) {
  /** @type {{ name: string, error: string | undefined }[]} */
  const findings = [];
  await withChecksPage(chromium, (context, address) =>
    inChecksPage(context, address, async (check) => {
      const { held, broken } = await check('wasmLaws', CASES);
      const error = broken.length > 0 ? broken.join('; ') : held < 40 ? `only ${held} laws were there` : undefined;
      findings.push({ name: `${held} laws of matrix cores and linear algebra in Chromium`, error });
      const [there, here] = [await check('wasmBits'), await wasmBits()];
      findings.push(...compare(there, here));
      const told = compare({ ...there, relu: there.tanh }, here).filter((finding) => finding.error !== undefined);
      findings.push({
        name: 'bits of another network are told apart',
        error: told.length === 1 ? undefined : 'they are not',
      });
    }),
  );
  return findings;
}

/**
 * @param {Record<string, string>} there
 * @param {Record<string, string>} here
 */
function compare(there, here) {
  return Object.keys({ ...here, ...there }).map((name) => ({
    name: `${name}: the bits of Chromium are those of Node`,
    error: there[name] !== undefined && there[name] === here[name] ? undefined : 'they differ',
  }));
}
