/**
 * Builds the page into `dist-page/`, and serves it while it is written.
 *
 * The built page expects the networks under `models/`, where `knuckle serve` serves them from the
 * Python package. `npm run build:page -- --mode static` copies them, too, for any other host.
 */

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { HEADERS, pageFiles } from './page/bundling/files.ts';
import { offline } from './page/bundling/offline.ts';

export default defineConfig(({ mode }) => ({
  root: 'page',
  base: './',
  resolve: {
    alias: { '@knuckle/web': fileURLToPath(new URL('src/index.ts', import.meta.url)) },
  },
  server: { headers: HEADERS, fs: { allow: ['.', '..'] } },
  preview: { headers: HEADERS },
  build: {
    outDir: '../dist-page',
    emptyOutDir: true,
    target: ['chrome92', 'firefox105', 'safari16.4'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  plugins: [pageFiles(mode === 'static'), offline()],
}));
