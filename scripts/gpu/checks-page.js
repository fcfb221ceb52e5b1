/**
 * The page that carries the checks into a browser: built, served, opened, and removed again.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { withChromium } from '../browser/chromium.js';
import { withServedFolder } from '../browser/serve-folder.js';

/**
 * Calls `use` with a browser and the address of the page.
 *
 * @param {string} chromium
 * @param {(context: import('playwright-core').BrowserContext, address: string) => Promise<void>} use
 */
export async function withChecksPage(chromium, use) {
  const folder = mkdtempSync(join(tmpdir(), 'tangentlab-checks-'));
  try {
    await build({
      root: fileURLToPath(new URL('page', import.meta.url)),
      configFile: false,
      base: './',
      logLevel: 'error',
      build: { outDir: folder, emptyOutDir: true, target: 'es2022', chunkSizeWarningLimit: 2000 },
    });
    await withServedFolder(folder, (address) => withChromium(chromium, (context) => use(context, address)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * A call of one of the page's checks, in a page of its own.
 *
 * @param {import('playwright-core').BrowserContext} context
 * @param {string} address
 * @param {(check: (name: string, ...given: unknown[]) => Promise<any>) => Promise<any>} use
 */
export async function inChecksPage(context, address, use) {
  const page = await context.newPage();
  try {
    await page.goto(address);
    await page.waitForFunction('globalThis.checks !== undefined');
    return await use((name, ...given) =>
      page.evaluate(
        ([called, args]) => /** @type {any} */ (globalThis).checks[String(called)](.../** @type {any[]} */ (args)),
        [name, given],
      ),
    );
  } finally {
    await page.close();
  }
}
