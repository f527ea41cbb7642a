import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { elkAnywhere } from './graph/bundling/elk.ts';

export default defineConfig({
  plugins: [elkAnywhere()],
  resolve: {
    alias: { '@knuckle/web': fileURLToPath(new URL('src/index.ts', import.meta.url)) },
  },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000, // layouts of large graphs take their time on a machine that is busy
    server: { deps: { inline: ['elkjs'] } },
  },
});
