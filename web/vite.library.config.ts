/** Builds the library into `dist/`: two entries, the worker, and the files that they load. */

import { readFileSync } from 'node:fs';
import { defineConfig, type Plugin } from 'vite';

/** The package carries the licence of everything in it. */
function licences(): Plugin {
  return {
    name: 'licences',
    apply: 'build',
    generateBundle() {
      for (const fileName of ['LICENSE', 'NOTICE']) {
        const source = readFileSync(new URL(`../${fileName}`, import.meta.url));
        this.emitFile({ type: 'asset', fileName, source });
      }
    },
  };
}

export default defineConfig({
  plugins: [licences()],
  base: './', // addresses are relative to the library's own files
  build: {
    outDir: 'dist',
    target: ['chrome92', 'firefox105', 'safari16.4'],
    sourcemap: true,
    modulePreload: false,
    assetsInlineLimit: 0,
    rollupOptions: {
      input: { index: 'src/index.ts', vision: 'src/vision/index.ts' },
      preserveEntrySignatures: 'strict',
      output: {
        entryFileNames: '[name].js',
        chunkFileNames: 'chunks/[name].js',
        // The names of networks and of LiteRT.js are those that the option `assets` expects.
        assetFileNames: 'files/[name][extname]',
      },
    },
  },
  worker: { rollupOptions: { output: { entryFileNames: 'files/worker.js' } } },
});
