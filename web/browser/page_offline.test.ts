/** The page as an app: installed, offline, up to date; and how much a first visit loads. */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { brotli } from '../page/bundling/offline';
import { describeInBrowser, launch, WEB, withPage } from './harness';
import { choose, openTab, playSample, ready, servePage } from './page';

/** What Google's package loads on a first visit, brotli. */
const MOST_BYTES = 8.8e6;

describeInBrowser('the page as an app', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launch();
  });

  afterAll(async () => {
    await browser?.close();
  });

  test('is installable', async () => {
    const site = await servePage();
    await withPage(browser, `${site.origin}/`, async ({ page }) => {
      await ready(page);
      const session = await page.context().newCDPSession(page);
      const { errors } = await session.send('Page.getAppManifest');
      expect(errors).toEqual([]);
      const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
      // The tests run in a private window, where nothing can be installed.
      const others = installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito');
      expect(others).toEqual([]);
    });
    await site.close();
  });

  test('works with the server gone, and says what is not on the device', async () => {
    const site = await servePage();
    await withPage(browser, `${site.origin}/`, async ({ page }) => {
      await ready(page);
      await site.close();
      await page.reload();
      await ready(page);
      await playSample(page);
      expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
      await page.context().setOffline(true);
      await openTab(page, 'Settings');
      await choose(page, 'Model', 'Lite');
      await page.getByRole('alert').getByText('You are offline').waitFor();
      await choose(page, 'Model', 'Full');
      await openTab(page, 'Hands');
      await page.getByText('Full model').waitFor({ timeout: 60_000 });
    });
  });

  test('tells of a newer version, and changes to it', async () => {
    const site = await servePage();
    const path = join(WEB, 'dist-page/sw.js');
    const before = await readFile(path, 'utf8');
    const version = /knuckle-page-([0-9a-f]{12})/.exec(before)?.[1] ?? '';
    try {
      await withPage(browser, `${site.origin}/`, async ({ page }) => {
        await ready(page);
        await writeFile(path, before.replaceAll(version, '0123456789ab'));
        await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
        const isLoaded = page.waitForEvent('load');
        await page.getByRole('button', { name: 'Update' }).click();
        await isLoaded;
        await ready(page);
        const caches = await page.evaluate(() => globalThis.caches.keys());
        expect(caches.sort()).toEqual(['knuckle-large-0123456789ab', 'knuckle-page-0123456789ab']);
      });
    } finally {
      await writeFile(path, before);
      await site.close();
    }
  });

  test('loads less than 8.8 MB on a first visit', async () => {
    const site = await servePage();
    const asked = new Set<string>();
    await withPage(browser, `${site.origin}/`, async ({ page }) => {
      await ready(page);
      for (const path of site.asked) asked.add(path);
    });
    await site.close();
    let bytes = 0;
    for (const path of asked) {
      const folder = path.startsWith('/models/') ? '../src/knuckle/weights' : 'dist-page';
      const name = path === '/' ? 'index.html' : path.replace(/^\/(models\/)?/, '');
      const whole = await readFile(join(WEB, folder, name));
      const isPacked = /\.(mp4|png)$/.test(name);
      bytes += isPacked ? whole.length : (await brotli(whole)).length;
    }
    console.log(`first visit: ${(bytes / 1e6).toFixed(2)} MB, ${asked.size} files`);
    expect(bytes).toBeLessThan(MOST_BYTES);
  });
});
