/**
 * Builds what draws graphs, into `dist-graph/`: one script that a page holds within itself and that
 * Python runs, too, its styles, and the editor's own script beside it.
 *
 * `npm run build:graph`; `scripts/page` puts the result into the Python package.
 */

import { readFileSync } from 'node:fs';
import { defineConfig, type Plugin } from 'vite';
import { elkAnywhere } from './graph/bundling/elk.ts';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

/** The pages around the scripts, and what the licences of the bundled libraries ask for. */
function besides(): Plugin {
  return {
    name: 'besides',
    generateBundle() {
      const emit = (fileName: string, source: string) =>
        this.emitFile({ type: 'asset', fileName, source });
      for (const name of ['viewer.html', 'editor.html', 'notice.txt']) {
        emit(name, read(`graph/${name}`));
      }
      emit('LICENSES.txt', licences());
    },
  };
}

/** The licences of what is in the scripts, each once. */
function licences(): string {
  const packages: readonly (readonly [string, string])[] = [
    ['elkjs', 'elkjs/LICENSE.md'],
    ['CodeMirror', '@codemirror/view/LICENSE'],
    ['Lezer', '@lezer/common/LICENSE'],
  ];
  const texts = packages.map(
    ([name, path]) =>
      `${'='.repeat(78)}\n${name}\n${'='.repeat(78)}\n\n${read(`node_modules/${path}`)}`,
  );
  return `${read('graph/notice.txt')}\n${texts.join('\n')}`;
}

export default defineConfig(({ mode }) => {
  const name = mode === 'editor' ? 'editor' : 'viewer';
  return {
    plugins: [elkAnywhere(), ...(name === 'viewer' ? [besides()] : [])],
    build: {
      outDir: 'dist-graph',
      emptyOutDir: name === 'viewer',
      target: ['chrome92', 'firefox105', 'safari16.4'],
      reportCompressedSize: false,
      cssCodeSplit: false,
      lib: {
        entry: `graph/${name}.ts`,
        formats: ['iife'],
        name: name === 'viewer' ? 'knuckleGraph' : 'knuckleEditor',
        fileName: () => `${name}.js`,
        cssFileName: name,
      },
    },
  };
});
