/** The page with a camera, which here plays a clip. */

import { copyFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeInBrowser, launch, type Site, WEB, withPage } from './harness';
import {
  cameraArguments,
  cameraFile,
  handsShown,
  openTab,
  playSample,
  REAL_VIDEO,
  ready,
  servePage,
  sides,
} from './page';

/** Frames of the sample clip in which two hands are shown from the middle on. */
const SAMPLE_FRAMES = 60;

describeInBrowser('the page with a camera', () => {
  let maker: Browser;
  let site: Site;
  const files: string[] = [];

  beforeAll(async () => {
    maker = await launch();
    site = await servePage();
  });

  afterAll(async () => {
    await maker?.close();
    await site?.close();
    for (const file of files) await rm(dirname(file), { recursive: true, force: true });
  });

  async function withCamera(file: string, use: (page: Page) => Promise<void>): Promise<void> {
    files.push(file);
    const browser = await launch(cameraArguments(file));
    try {
      await withPage(browser, `${site.origin}/`, async ({ page, errors }) => {
        await ready(page);
        await page.getByRole('button', { name: 'Use the camera' }).click();
        await use(page);
        expect(errors).toEqual([]);
      });
    } finally {
      await browser.close();
    }
  }

  test('follows the hands of a camera, and mirrors only the view', async () => {
    const clip = `${site.origin}/sample/two_hands.mp4`;
    await withCamera(await cameraFile(maker, clip, SAMPLE_FRAMES), async (page) => {
      await handsShown(page, 1);
      expect((await sides(page))[0]).toBe('Right hand');
      expect(await shareWithHands(page, 4000)).toBeGreaterThanOrEqual(0.95);
      await openTab(page, 'Settings');
      await page.getByLabel('Camera', { exact: true }).selectOption({ index: 2 });
      await page.getByLabel('Resolution').selectOption('640x480');
      await openTab(page, 'Hands');
      await handsShown(page, 1);
      await page.getByRole('button', { name: 'knuckle: back to the start' }).click();
      await page.getByRole('heading', { name: 'Hand tracking, on your device' }).waitFor();
    });
  });

  const testReal = REAL_VIDEO === null ? test.skip : test;
  testReal('finds the hand of a real person in 95 of 100 frames', async () => {
    const copy = join(WEB, 'dist-page/sample/real.mp4');
    await copyFile(REAL_VIDEO ?? '', copy);
    try {
      const file = await cameraFile(maker, `${site.origin}/sample/real.mp4`, 150);
      await withCamera(file, async (page) => {
        await handsShown(page, 1);
        expect(await shareWithHands(page, 6000)).toBeGreaterThanOrEqual(0.95);
      });
    } finally {
      await rm(copy, { force: true });
    }
  });

  test('a camera that is allowed after all disturbs nothing', () =>
    withPage(maker, `${site.origin}/`, async ({ page, errors }) => {
      await ready(page);
      await page.evaluate(() => {
        navigator.mediaDevices.getUserMedia = () =>
          new Promise((resolve) => {
            const stream = document.createElement('canvas').captureStream();
            addEventListener('allow', () => resolve(stream));
            addEventListener('allow', () =>
              setTimeout(() => {
                document.title = stream.getVideoTracks()[0].readyState;
              }, 200),
            );
          });
      });
      await page.getByRole('button', { name: 'Use the camera' }).click();
      await page.getByText('Waiting for the camera').waitFor();
      await page.getByRole('button', { name: 'Cancel' }).click();
      await playSample(page);
      await page.evaluate(() => dispatchEvent(new Event('allow')));
      await page.waitForFunction(() => document.title === 'ended'); // the camera's light is off
      expect(await shareWithHands(page, 1500)).toBeGreaterThan(0);
      const isPlaying = () => (document.getElementById('source-video') as HTMLVideoElement).src;
      expect(await page.evaluate(isPlaying)).toContain('two_hands.mp4');
      expect(errors).toEqual([]);
    }));

  test('tells when the camera is denied, missing, busy or lost, and helps', async () => {
    const browser = await launch(['--use-fake-device-for-media-stream']);
    try {
      await withPage(browser, `${site.origin}/`, async ({ page }) => {
        await page.getByRole('button', { name: 'Use the camera' }).click();
        await page.getByRole('alert').getByText('The camera is blocked for this page.').waitFor();
        for (const [name, title] of [
          ['NotFoundError', 'No camera was found.'],
          ['NotReadableError', 'Another program is using the camera.'],
        ]) {
          await page.evaluate((kind) => {
            navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', kind));
          }, name);
          await page.getByRole('button', { name: 'Dismiss' }).click();
          await page.getByRole('button', { name: 'Use the camera' }).click();
          await page.getByRole('alert').getByText(title).waitFor();
        }
        await page.evaluate(() => {
          navigator.mediaDevices.getUserMedia = async () => {
            const canvas = document.createElement('canvas');
            [canvas.width, canvas.height] = [64, 64];
            const drawn = canvas.captureStream(10);
            setInterval(() => canvas.getContext('2d')?.fillRect(0, 0, 64, 64), 50);
            setTimeout(() => drawn.getVideoTracks()[0].dispatchEvent(new Event('ended')), 1500);
            return drawn;
          };
        });
        await page.getByRole('button', { name: 'Try again' }).click();
        await page.getByRole('alert').getByText('The camera was disconnected.').waitFor();
      });
    } finally {
      await browser.close();
    }
  });
});

/** The share of moments at which the panel lists a hand. It is renewed eight times a second. */
function shareWithHands(page: Page, milliseconds: number): Promise<number> {
  return page.evaluate(async (duration) => {
    let [found, all] = [0, 0];
    for (const end = performance.now() + duration; performance.now() < end; all++) {
      await new Promise((resolve) => setTimeout(resolve, 60));
      if (document.querySelector('article.hand') !== null) found += 1;
    }
    return found / all;
  }, milliseconds);
}
