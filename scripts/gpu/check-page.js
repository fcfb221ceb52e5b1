/**
 * The example page, built as it is published, in Chromium: each state, both sizes, the keyboard alone.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { withChromium } from '../browser/chromium.js';
import { withServedFolder } from '../browser/serve-folder.js';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {{ size: [width: number, height: number], query: string, prepare?: (page: Page) => Promise<unknown>, act: (page: Page) => Promise<void> }} Scene */

const BROWSER = fileURLToPath(new URL('../../examples/browser', import.meta.url));
const WIDE = /** @type {[number, number]} */ ([1280, 800]);
const NARROW = /** @type {[number, number]} */ ([390, 800]);

/** @type {Record<string, Scene>} What is tested, by name. */
const SCENES = {
  'ready: nothing has run, and a reader is told what to do': {
    size: WIDE,
    query: '',
    act: async (page) => {
      await expectText(page, '#status', /^Ready\.$/);
      await expectText(page, '#rows', /No trial yet: press Start\./);
    },
  },
  'done: ten trials with their curves, the best marked': {
    size: WIDE,
    query: '?trials=10&mode=webasm&start',
    act: async (page) => {
      await expectState(page, 'done');
      await expectText(page, '#status', /^Done: 10 trials in \d+\.\d s\.$/);
      await expectText(page, '#backend', /^Computed by gpu\.js, mode webasm, f32\.$/);
      await expectText(page, '#best', /^Best: trial \d+, accuracy 0\.8\d\d, with (32|64|128) hidden units/);
      expect((await page.locator('#rows tr').count()) === 10, 'ten rows', await page.locator('#rows tr').count());
      expect((await page.locator('#rows tr.winner').count()) === 1, 'one winner', 'another number');
      for (const chart of ['accuracy', 'loss']) {
        const colours = await coloursOf(page, `#${chart} canvas`);
        expect(colours > 20, `a drawn chart of ${chart}`, `${colours} colours`);
        expect(
          /10 trials; the best ends at/.test((await page.getAttribute(`#${chart}`, 'aria-label')) ?? ''),
          'a label',
          chart,
        );
      }
    },
  },
  'default: WebAssembly, an epoch in one call': {
    size: WIDE,
    query: '?trials=10&start',
    act: async (page) => {
      await expectState(page, 'done');
      await expectText(page, '#backend', /^Computed by WebAssembly simd128, f32/);
      await expectText(page, '#best', /^Best: trial \d+, accuracy 0\.8\d\d, with (32|64|128) hidden units/);
    },
  },
  'narrow: the same on a telephone, nothing beyond its edge': {
    size: NARROW,
    query: '?trials=4&mode=webasm&start',
    act: async (page) => {
      await expectState(page, 'done');
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width <= 390, 'a page of at most 390 pixels', width);
    },
  },
  'WebGL 2: kernels on a device, which is called what it is': {
    size: WIDE,
    query: '?trials=1&seed=3&mode=webgl2&start',
    act: async (page) => {
      await expectState(page, 'done');
      await expectText(page, '#backend', /mode webgl2 on SwiftShader, a software renderer/);
    },
  },
  'unavailable: a mode that does not run is told, with the one that stands in': {
    size: WIDE,
    query: '?trials=2&mode=webgpu&start',
    prepare: (page) => page.addInitScript('Object.defineProperty(navigator, "gpu", { value: undefined })'),
    act: async (page) => {
      await expectState(page, 'done');
      await expectText(
        page,
        '#notice',
        /That mode does not run here \(.*webgpu: .*\)\. The search runs in mode webasm/,
      );
    },
  },
  'failed: what is missing is told, and the form works again': {
    size: WIDE,
    query: '?trials=2&mode=webasm&start',
    prepare: (page) => page.route('**/gpu-browser*', (route) => route.abort()),
    act: async (page) => {
      await expectState(page, 'failed');
      await expectText(page, '#notice', /gpu back end: the optional package gpu\.js is needed/);
      await page.selectOption('#mode', 'reference');
      await page.click('#start');
      await expectState(page, 'done');
      await expectText(page, '#backend', /^Computed by plain TypeScript, f64\.$/);
    },
  },
  'keyboard: from the first field to Start, Stop, and Start again': {
    size: WIDE,
    query: '?trials=50&mode=webasm',
    act: async (page) => {
      for (let i = 0; i < 4; i++) await page.keyboard.press('Tab'); // seed, trials, mode, Start
      await page.keyboard.press('Enter');
      await expectState(page, 'running');
      await page.waitForFunction(() => document.querySelectorAll('#rows tr').length > 1);
      await page.keyboard.press('Enter'); // the focus went to Stop
      await expectState(page, 'stopped');
      await expectText(page, '#status', /^Stopped after \d+ trials and \d+\.\d s\.$/);
      const focused = await page.evaluate(() => document.activeElement?.id);
      expect(focused === 'start', 'the focus on Start', focused);
    },
  },
};

/**
 * @param {string} chromium
 * @param {string | undefined} screenshots A folder for a picture of each scene.
 * @returns {Promise<{ name: string, error: string | undefined }[]>}
 */
export async function checkPage(chromium, screenshots) {
  const folder = mkdtempSync(join(tmpdir(), 'tangentlab-page-'));
  try {
    await build({
      configFile: join(BROWSER, 'vite.config.js'),
      logLevel: 'error',
      build: { outDir: folder, emptyOutDir: true },
    });
    return await withServedFolder(folder, (address) =>
      withChromium(chromium, async (context) => {
        const results = [];
        for (const [name, scene] of Object.entries(SCENES)) {
          results.push({ name, error: await played(context, address, name, scene, screenshots) });
        }
        return results;
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Plays a scene; returns what went wrong.
 *
 * @param {import('playwright-core').BrowserContext} context
 * @param {string} address
 * @param {string} name
 * @param {Scene} scene
 * @param {string | undefined} screenshots
 */
async function played(context, address, name, { size: [width, height], query, prepare, act }, screenshots) {
  const page = await context.newPage();
  /** @type {string[]} */
  const troubles = [];
  page.on('pageerror', (error) => troubles.push(error.message));
  try {
    await page.setViewportSize({ width, height });
    await prepare?.(page);
    await page.goto(`${address}${query}`);
    await act(page);
    return troubles[0];
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    if (screenshots !== undefined) {
      const path = join(screenshots, `${name.split(':')[0]?.replaceAll(' ', '-')}.png`);
      await page.screenshot({ path, fullPage: width < 500 });
    }
    await page.close();
  }
}

/** @param {Page} page @param {string} state */
async function expectState(page, state) {
  await page.waitForSelector(`#state[data-state="${state}"]`, { timeout: 120_000 });
  await page.waitForTimeout(100); // the frame that draws it
}

/** @param {Page} page @param {string} selector @param {RegExp} pattern */
async function expectText(page, selector, pattern) {
  const text = (await page.textContent(selector)) ?? '';
  expect(pattern.test(text), `${selector} like ${pattern}`, text);
}

/** How many colours a canvas shows. @param {Page} page @param {string} selector */
function coloursOf(page, selector) {
  return page.locator(selector).evaluate((/** @type {HTMLCanvasElement} */ canvas) => {
    const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
    return new Set(new Uint32Array(new Uint8ClampedArray(pixels).buffer)).size;
  });
}

/** @param {boolean} ok @param {string} expected @param {unknown} got */
function expect(ok, expected, got) {
  if (!ok) throw new Error(`expected ${expected}, got ${String(got)}`);
}
