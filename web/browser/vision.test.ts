/** The entry for programs of MediaPipe's, in a real browser. */

import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type * as vision from '../src/vision/index';
import { describeInBrowser, opened, serve, useClipAsCamera, withPage } from './harness';

declare global {
  var tasks: typeof vision;
}

const PAGE = '<!doctype html><title>test</title><script type="module" src="/start.js"></script>';

describeInBrowser('the tasks-vision entry', () => {
  const shared = opened(() =>
    serve({
      folders: { '/lib/': 'dist', '/samples/': '../samples', '/': 'browser/pages' },
      pages: { '/': PAGE },
    }),
  );

  const inPage = <T>(use: (page: Page) => Promise<T>): Promise<T> =>
    withPage(shared.browser, `${shared.site.origin}/`, async ({ page }) => {
      await page.waitForFunction(() => 'tasks' in globalThis);
      return use(page);
    });

  test('a page written for MediaPipe runs: pictures to click on, and a camera', async () => {
    await withPage(shared.browser, `${shared.site.origin}/tasks.html`, async ({ page, errors }) => {
      await page.waitForSelector('#demos:not(.invisible)', { state: 'attached' });
      await page.click('img[alt="two hands"]');
      const hands = '.detectOnClick:nth-of-type(2)';
      await page.waitForSelector(`${hands} canvas`, { state: 'attached' });
      expect((await page.getAttribute(hands, 'data-hands'))?.split(' ').sort()).toEqual([
        'Left',
        'Right',
      ]);
      await page.evaluate(useClipAsCamera);
      await page.click('#webcamButton');
      await page.waitForFunction(
        () => Number(document.getElementById('output_canvas')?.dataset.frames) >= 20,
      );
      const { frames, hands: found } = await page.$eval('#output_canvas', (canvas) => ({
        ...(canvas as HTMLElement).dataset,
      }));
      console.log(`camera: ${found} hands in ${frames} frames`);
      expect(Number(found)).toBeGreaterThanOrEqual(0.95 * Number(frames));
      await page.click('img[alt="open palm"]'); // back to pictures, in the other mode
      await page.waitForSelector('.detectOnClick:nth-of-type(1) canvas', { state: 'attached' });
      expect(errors).toEqual([]);
    });
  });

  test('results have the shapes and units of MediaPipe', async () => {
    const result = await inPage((page) =>
      page.evaluate(async () => {
        const image = new Image();
        image.src = '/samples/open_palm.jpg';
        await image.decode();
        const files = await tasks.FilesetResolver.forVisionTasks();
        const landmarker = await tasks.HandLandmarker.createFromModelPath(files, 'lite');
        return landmarker.detect(image);
      }),
    );
    expect(Object.keys(result).sort()).toEqual([
      'handedness',
      'handednesses',
      'landmarks',
      'worldLandmarks',
    ]);
    const [category] = result.handedness[0];
    expect(category).toMatchObject({ index: 0, categoryName: 'Right', displayName: 'Right' });
    expect(category.score).toBeGreaterThan(0.9);
    expect(result.landmarks[0]).toHaveLength(21);
    expect(Object.keys(result.landmarks[0][0])).toEqual(['x', 'y', 'z', 'visibility']);
    const [wrist, tip] = [result.worldLandmarks[0][0], result.worldLandmarks[0][12]];
    expect(Math.hypot(tip.x - wrist.x, tip.y - wrist.y)).toBeGreaterThan(0.1); // metres
  });

  test('mistakes are errors that say what to do, and leave the landmarker working', async () => {
    const said = await inPage((page) =>
      page.evaluate(async () => {
        const said: string[] = [];
        const attempt = async (call: () => unknown): Promise<void> => {
          try {
            await call();
            said.push('no error');
          } catch (error) {
            said.push(String(error));
          }
        };
        const { FilesetResolver, HandLandmarker, FaceLandmarker } = tasks;
        const files = await FilesetResolver.forVisionTasks();
        const picture = await createImageBitmap(
          await (await fetch('/samples/open_palm.jpg')).blob(),
        );
        const landmarker = await HandLandmarker.createFromOptions(files);
        await attempt(() => landmarker.detectForVideo(picture, 1));
        await attempt(() => landmarker.setOptions({ numHands: 0 }));
        await attempt(() => landmarker.detect(picture, { rotationDegrees: 45 }));
        await landmarker.setOptions({ runningMode: 'VIDEO' });
        landmarker.detectForVideo(picture, 40);
        await attempt(() => landmarker.detectForVideo(picture, 40));
        await attempt(() => landmarker.detect(picture));
        await attempt(() => landmarker.detectForVideo(document.createElement('video'), 60));
        said.push(`${landmarker.detectForVideo(picture, 80).landmarks.length} hand`);
        landmarker.close();
        landmarker.close();
        await attempt(() => landmarker.detectForVideo(picture, 90));
        await attempt(() => FaceLandmarker.createFromOptions());
        return said;
      }),
    );
    expect(said).toEqual([
      "Error: this method is for the VIDEO mode, and this HandLandmarker is in the IMAGE mode: await setOptions({ runningMode: 'VIDEO' })",
      'RangeError: numHands must be at least 1, not 0',
      'RangeError: rotationDegrees must be a multiple of 90, not 45',
      'RangeError: timestamp must be greater than the last one (40), not 40',
      "Error: this method is for the IMAGE mode, and this HandLandmarker is in the VIDEO mode: await setOptions({ runningMode: 'IMAGE' })",
      'KnuckleError: There is no picture in the source: the video shows no picture yet: wait for its "loadeddata" event.',
      '1 hand',
      'Error: this HandLandmarker is closed: make a new one',
      'Error: FaceLandmarker is not part of knuckle, which finds hands: import it from @mediapipe/tasks-vision',
    ]);
  });

  test('a turned picture has its hands where they are', async () => {
    const [upright, turned] = await inPage((page) =>
      page.evaluate(async () => {
        const picture = await createImageBitmap(
          await (await fetch('/samples/open_palm.jpg')).blob(),
        );
        const canvas = new OffscreenCanvas(picture.height, picture.width);
        const context = canvas.getContext('2d');
        if (context === null) throw new Error('no canvas');
        context.translate(0, picture.width);
        context.rotate(-Math.PI / 2); // a quarter turn anticlockwise
        context.drawImage(picture, 0, 0);
        const files = await tasks.FilesetResolver.forVisionTasks();
        const landmarker = await tasks.HandLandmarker.createFromOptions(files);
        const expected = landmarker.detect(picture).landmarks[0];
        const found = landmarker.detect(canvas, { rotationDegrees: 90 }).landmarks[0];
        return [expected, found.map(({ x, y }) => ({ x: 1 - y, y: x }))];
      }),
    );
    for (const [i, { x, y }] of turned.entries()) {
      expect(Math.abs(x - upright[i].x)).toBeLessThan(0.01);
      expect(Math.abs(y - upright[i].y)).toBeLessThan(0.01);
    }
  });
});
