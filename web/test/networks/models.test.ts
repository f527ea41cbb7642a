/** The tables of files are true, because progress is counted by them. */

import { existsSync, statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { BUILDS, NETWORKS } from '../../src/networks/models';

const WEIGHTS = new URL('../../../src/knuckle/weights/', import.meta.url);
const RUNTIME = new URL('../../node_modules/@litertjs/core/wasm/', import.meta.url);

describe('sizes', () => {
  const networks = Object.values(NETWORKS).flatMap(({ palm, hand }) => [palm.file, hand.file]);
  test.skipIf(!existsSync(WEIGHTS)).each(networks)('of $name', ({ name, bytes }) => {
    expect(statSync(new URL(name, WEIGHTS)).size).toBe(bytes);
  });

  const files = Object.values(BUILDS).flatMap(({ script, wasm }) => [script, wasm]);
  test.each(files)('of $name', ({ name, bytes }) => {
    expect(statSync(new URL(name, RUNTIME)).size).toBe(bytes);
  });
});
