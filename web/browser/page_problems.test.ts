/** What the page says when something goes wrong, and what it offers. */

import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { describeInBrowser, opened, withPage } from './harness';
import { handsShown, playSample, ready, seriousFindings, servePage } from './page';

describeInBrowser('the page in trouble', () => {
  const shared = opened(servePage);

  const onPage = (use: (page: Page) => Promise<void>) =>
    withPage(shared.browser, `${shared.site.origin}/`, ({ page }) => use(page));

  const told = (page: Page, title: string) =>
    page.getByRole('alert').getByText(title).waitFor({ timeout: 30_000 });

  test('a browser without SIMD', () =>
    onPage(async (page) => {
      await page.addInitScript(() => {
        WebAssembly.validate = () => false;
      });
      await page.reload();
      await told(page, 'This browser is too old for hand tracking.');
      expect(await seriousFindings(page)).toEqual([]);
      await page.getByRole('button', { name: 'Reload' }).waitFor();
    }));

  test('a file that is no video', () =>
    onPage(async (page) => {
      await ready(page);
      const path = join(tmpdir(), `knuckle-${process.pid}.mp4`);
      await writeFile(path, 'These are words.');
      await page.locator('#file').setInputFiles(path);
      await told(page, 'This file is no picture or video that the browser can show.');
      const coming = page.waitForEvent('filechooser');
      await page.getByRole('button', { name: 'Choose another file' }).click();
      await (await coming).setFiles(join(import.meta.dirname, '../../samples/two_hands.jpg'));
      await handsShown(page, 2);
    }));

  test('a worker that dies, and comes back', () =>
    onPage(async (page) => {
      await ready(page);
      await playSample(page);
      await page.workers()[0].evaluate(() => globalThis.close());
      await told(page, 'The tracker has stopped.');
      await page.getByRole('button', { name: 'Start again' }).click();
      await handsShown(page, 1);
    }));

  test('a device without memory, which the lite model helps', async () => {
    const folders: Record<string, string> = { '/wasm/': 'browser/pages/no_memory' };
    const small = await servePage({ folders });
    try {
      await withPage(shared.browser, `${small.origin}/`, async ({ page }) => {
        await withoutServiceWorker(page); // it would keep the files that fail
        await told(page, 'The device ran out of memory.');
        folders['/wasm/'] = 'dist-page/wasm';
        await page.getByRole('button', { name: 'Start with the lite model' }).click();
        await ready(page);
      });
    } finally {
      await small.close();
    }
  });

  test('a server without the networks', async () => {
    const bare = await servePage({ folders: { '/models/': 'dist-page/icons' } });
    try {
      await withPage(shared.browser, `${bare.origin}/`, async ({ page }) => {
        await told(page, 'The server does not have the files of the networks.');
        await page.getByRole('button', { name: 'Start again' }).waitFor();
      });
    } finally {
      await bare.close();
    }
  });
});

/** Load the page again as a browser without service workers does. */
async function withoutServiceWorker(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister();
    for (const name of await caches.keys()) await caches.delete(name);
  });
  await page.addInitScript(() => {
    Object.defineProperty(navigator, 'serviceWorker', { value: undefined });
  });
  await page.reload();
}
