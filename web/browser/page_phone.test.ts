/** The page on phones, upright and sideways. */

import { devices, type Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { describeInBrowser, opened, withPage } from './harness';
import { handsShown, ready, seriousFindings, servePage } from './page';

const PHONES = ['Pixel 7', 'Pixel 7 landscape', 'iPhone 15', 'iPhone 15 landscape'];
/** Pixels; the least that a thumb meets. */
const LEAST_TARGET = 44;

describeInBrowser('the page on a phone', () => {
  const shared = opened(servePage);

  for (const name of PHONES) {
    const { defaultBrowserType: _, ...device } = devices[name];
    const use = (what: (page: Page) => Promise<void>) =>
      withPage(shared.browser, `${shared.site.origin}/`, ({ page }) => what(page), device);

    test(`${name}: the sample, 3D and recording by touch`, () =>
      use(async (page) => {
        await ready(page);
        expect(await overflow(page)).toEqual([]);
        await page.getByRole('button', { name: 'Play the sample clip' }).tap();
        await handsShown(page, 1);
        expect(await smallTargets(page)).toEqual([]);
        expect(await overflow(page)).toEqual([]);
        await page.getByRole('button', { name: '3D' }).tap();
        const box = await page.getByRole('application').boundingBox();
        expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThan(100);
        await page.getByRole('button', { name: 'Record' }).tap();
        await page.getByRole('button', { name: 'Stop recording' }).tap();
        await page.getByText('Save the recording').waitFor();
        expect(await overflow(page)).toEqual([]);
        expect(await seriousFindings(page)).toEqual([]);
      }));
  }
});

/** Controls that are wholly or partly off the screen. */
function overflow(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('.dock-button, .offer, .welcome .button, .tab, .stage')]
      .filter((element) => element.checkVisibility())
      .filter((element) => {
        const { left, top, right, bottom } = element.getBoundingClientRect();
        return left < 0 || top < 0 || right > innerWidth + 0.5 || bottom > innerHeight + 0.5;
      })
      .map((element) => element.textContent ?? ''),
  );
}

function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(
    (least) =>
      [...document.querySelectorAll('.dock-button')]
        .filter((element) => {
          const { width, height } = element.getBoundingClientRect();
          return Math.min(width, height) < least;
        })
        .map((element) => element.textContent ?? ''),
    LEAST_TARGET,
  );
}
