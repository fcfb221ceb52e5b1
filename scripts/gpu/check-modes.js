/**
 * Runs the checks of every mode where it can run, Node and Chromium, and says what was skipped and why.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { findChromium, withChromium } from '../browser/chromium.js';
import { withServedFolder } from '../browser/serve-folder.js';

/** @typedef {import('./laws-on-mode.js').LawReport} LawReport */
/** @typedef {{ passed: boolean, detail: string, elapsedMs: number }} Check */
/** @typedef {{ name: string, passed: boolean, detail: string }} Finding */
/** @typedef {{ laws: LawReport, training: Check, steps: Check, hostile: Record<string, string>, troubles: Finding[] }} ModeReport */
/** @typedef {{ place: string, mode: string, report: ModeReport | undefined, reason?: string }} ModeResult `reason`: why it was skipped. */

const NODE_MODES = ['cpu', 'webasm', 'async', 'webgpu'];
const BROWSER_MODES = ['cpu', 'webasm', 'async', 'webgl', 'webgl2', 'webgpu'];
/** Cases for each law; a mode on a device compiles a kernel for nearly every one of them. */
const CASES = { host: 25, device: 10 };
const STEPS = 1000;
/** Where Debian's Chromium keeps the description of its Vulkan driver for CPUs. */
const SWIFTSHADER = 'vk_swiftshader_icd.json';

/** @param {string} mode */
const casesOf = (mode) => (mode === 'cpu' || mode === 'webasm' ? CASES.host : CASES.device);

/**
 * @param {(place: string, mode: string) => boolean} wanted
 * @param {(result: ModeResult) => void} tell Called as soon as a mode is done.
 * @returns {Promise<ModeResult[]>}
 */
export async function checkModes(wanted, tell) {
  const chromium = findChromium();
  /** @type {ModeResult[]} */
  const results = [];
  /** @type {(place: string, mode: string, outcome: ModeReport | string) => void} */
  const take = (place, mode, outcome) => {
    const result =
      typeof outcome === 'string'
        ? { place, mode, report: undefined, reason: outcome }
        : { place, mode, report: outcome };
    results.push(result);
    tell(result);
  };
  for (const mode of NODE_MODES) if (wanted('node', mode)) take('node', mode, await inNode(mode));
  const browserModes = BROWSER_MODES.filter((mode) => wanted('chromium', mode));
  if (browserModes.length === 0) return results;
  if (chromium === undefined) {
    for (const mode of browserModes) {
      take('chromium', mode, 'no Chromium was found; install it (apt-get install chromium), or name one in CHROMIUM');
    }
    return results;
  }
  await inChromium(chromium, browserModes, (mode, outcome) => take('chromium', mode, outcome));
  return results;
}

/**
 * A mode in a process of Node.
 *
 * @param {string} mode
 * @returns {Promise<ModeReport | string>}
 */
async function inNode(mode) {
  const program = fileURLToPath(new URL('node-checks.js', import.meta.url));
  const env = { ...process.env, XDG_RUNTIME_DIR: process.env.XDG_RUNTIME_DIR ?? tmpdir(), ...vulkanDriver() };
  const args = [program, mode, String(casesOf(mode)), String(STEPS)];
  const { stdout, stderr, code } = await output(process.execPath, args, env);
  const line = stdout.trimEnd().split('\n').at(-1) ?? '';
  if (code === 0 && line.startsWith('{')) {
    const report = /** @type {ModeReport} */ (JSON.parse(line));
    return report;
  }
  const message = /gpu back end: (mode .*)/.exec(stderr)?.[1];
  return message ?? `the process ended with ${code}: ${stderr.trim().split('\n').at(-1)}`;
}

/** The driver for CPUs that comes with Chromium, unless the machine names one of its own. */
function vulkanDriver() {
  if (process.env.VK_ICD_FILENAMES !== undefined) return {};
  const folders = ['/usr/lib/chromium', '/usr/lib/chromium-browser', dirname(findChromium() ?? '/')];
  const file = folders.map((folder) => join(folder, SWIFTSHADER)).find((path) => existsSync(path));
  return file === undefined ? {} : { VK_ICD_FILENAMES: file };
}

/**
 * @param {string} program
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<{ stdout: string, stderr: string, code: number | null }>}
 */
function output(program, args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (data) => {
      stdout += data;
    });
    child.stderr.on('data', (data) => {
      stderr += data;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ stdout, stderr, code }));
  });
}

/**
 * Every mode in a page of its own.
 *
 * @param {string} chromium
 * @param {readonly string[]} modes
 * @param {(mode: string, outcome: ModeReport | string) => void} take
 */
async function inChromium(chromium, modes, take) {
  const folder = mkdtempSync(join(tmpdir(), 'tangentlab-checks-'));
  try {
    await build({
      root: fileURLToPath(new URL('page', import.meta.url)),
      configFile: false,
      base: './',
      logLevel: 'error',
      build: {
        outDir: folder,
        emptyOutDir: true,
        target: 'es2022',
        chunkSizeWarningLimit: 2000,
      },
    });
    await withServedFolder(folder, (address) =>
      withChromium(chromium, async (context) => {
        for (const mode of modes) take(mode, await inPage(context, address, mode));
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {import('playwright-core').BrowserContext} context
 * @param {string} address
 * @param {string} mode
 * @returns {Promise<ModeReport | string>}
 */
async function inPage(context, address, mode) {
  const page = await context.newPage();
  try {
    await page.goto(address);
    await page.waitForFunction('globalThis.checks !== undefined');
    const check = (/** @type {string} */ name, /** @type {unknown} */ option) =>
      page.evaluate(
        ([called, asked, given]) => /** @type {any} */ (globalThis).checks[String(called)](asked, given),
        [name, mode, option],
      );
    return {
      laws: await check('laws', { numRuns: casesOf(mode) }),
      training: await check('training', undefined),
      steps: await check('steps', STEPS),
      hostile: await check('hostile', undefined),
      troubles: await check('troubles', undefined), // last: it loses the device
    };
  } catch (error) {
    return `the page failed: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    await page.close();
  }
}
