import { defineConfig } from 'vitest/config';

/** Tests in a browser: `npm run test:browser`. They take turns, because each needs all cores. */
export default defineConfig({
  test: {
    include: ['browser/**/*.test.ts'],
    globalSetup: 'browser/setup.ts',
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
