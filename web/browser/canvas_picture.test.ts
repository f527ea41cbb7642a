/** Pictures on a canvas give the crops that the same pixels in memory give, in a real browser. */

import type { Browser } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeInBrowser, launch, type Site, serve, withPage } from './harness';
import type * as stages from './pages/stages';

declare global {
  var stagesUnderTest: typeof stages;
}

// Both round to whole levels of 255, and ties may fall to either side.
const LEVELS = 1.01;
const OUTPUT = 'node_modules/.stages-under-test'; // nobody commits or publishes what is there
const PAGE = '<!doctype html><title>test</title><script type="module" src="/stages.js"></script>';

describeInBrowser('pictures on a canvas', () => {
  let browser: Browser;
  let site: Site;

  beforeAll(async () => {
    const entry = { stages: 'browser/pages/stages.ts' };
    await build({
      configFile: false,
      logLevel: 'warn',
      build: {
        outDir: OUTPUT,
        lib: { entry, formats: ['es'], fileName: (_, name) => `${name}.js` },
      },
    });
    browser = await launch();
    site = await serve({ folders: { '/': OUTPUT }, pages: { '/': PAGE } });
  });

  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  test('crops, thumbnails and transparent pixels are those of the pixels in memory', async () => {
    const found = await withPage(browser, `${site.origin}/`, async ({ page }) => {
      await page.waitForFunction(() => 'stagesUnderTest' in globalThis);
      return page.evaluate(() => globalThis.stagesUnderTest.comparison());
    });

    expect(found.crops).toBeGreaterThan(100);
    expect(found.byCanvas).toBeGreaterThan(10);
    expect(found.mostLevels).toBeLessThan(LEVELS);
    expect(found.isSameThumbnail).toBe(true);
    expect(found.brightestTransparent).toBe(0);
  });
});
