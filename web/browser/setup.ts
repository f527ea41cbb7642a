/** Builds the library and the pages before the tests in a browser. */

import { build } from 'vite';

export default async function setup(): Promise<void> {
  await build({ configFile: 'vite.library.config.ts', logLevel: 'warn' });
  await build({ configFile: 'vite.config.ts', logLevel: 'warn' });
  await build({ configFile: 'vite.graph.config.ts', logLevel: 'warn' });
  await build({ configFile: 'vite.graph.config.ts', mode: 'editor', logLevel: 'warn' });
}
