/**
 * The page's build: `npm run page` serves it, `npm run page:build` writes `examples/browser/dist`, which any file server
 * can offer. Paths are relative, so that the page works in a folder of its own.
 */
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  build: { target: 'es2022', chunkSizeWarningLimit: 1200 },
});
