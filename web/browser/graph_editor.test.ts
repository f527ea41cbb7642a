/** The editor of graphs on its own server: text, drawing, and what is wrong. */

import { readFile } from 'node:fs/promises';
import { type BrowserContextOptions, devices, type Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { describeWithPython, editorSite } from './graph';
import { opened, withPage } from './harness';
import { seriousFindings } from './page';

const FILE = 'node { calculator: "PassThroughCalculator" input_stream: "x" output_stream: "y" }\n';

/** Layouts of large graphs take their time on a machine that is busy. */
const PATIENT = { timeout: 20_000 };

describeWithPython('the editor of graphs', () => {
  const shared = opened(editorSite);

  /** Use the editor; any error that it reports fails the test. */
  const onPage = (use: (page: Page) => Promise<void>, options: BrowserContextOptions = {}) =>
    withPage(
      shared.browser,
      `${shared.site.origin}/`,
      async ({ page, errors }) => {
        await page.locator('[data-id="GateCalculator"]').waitFor();
        await use(page);
        expect(errors).toEqual([]);
      },
      options,
    );

  for (const colorScheme of ['light', 'dark'] as const) {
    test(`${colorScheme}: a mistake is marked at its line, and mended it is drawn`, () =>
      onPage(
        async (page) => {
          await page.getByText('no problems').waitFor();
          expect(await seriousFindings(page)).toEqual([]);
          await page.locator('.tok-string', { hasText: 'PassThroughCalculator' }).dblclick();
          await page.keyboard.type('PassThroughCalculater');
          const finding = page.locator('.finding').first();
          await finding.waitFor();
          expect(await finding.textContent()).toContain('PassThroughCalculater');
          expect(await markedLine(page)).toContain('PassThroughCalculater');
          await page.locator('.g-box-unknown').waitFor();
          expect(await seriousFindings(page)).toEqual([]);

          await page.keyboard.press('Control+z');
          await page.getByText('no problems').waitFor();
          await page.locator('.g-box-unknown').waitFor({ state: 'detached' });
          expect(await page.locator('.cm-lintRange-error').count()).toBe(0);
        },
        { colorScheme },
      ));
  }

  test('a text that cannot be read keeps the last drawing', () =>
    onPage(async (page) => {
      await page.locator('.cm-content').click();
      await page.keyboard.press('Control+End');
      await page.keyboard.type('node {');
      await page.getByText('cannot be read').waitFor();

      expect(await page.locator('[data-id="GateCalculator"]').count()).toBe(1);
    }));

  test('a graph to start from replaces the text, and undo brings it back', () =>
    onPage(async (page) => {
      await page.getByRole('button', { name: 'Start from' }).click();
      await page.getByRole('button', { name: 'another' }).click();
      await page.locator('[data-id="GateCalculator"]').waitFor({ state: 'detached' });
      await page.locator('.cm-content').click();
      await page.keyboard.press('Control+z');
      await page.locator('[data-id="GateCalculator"]').waitFor();
    }));

  test('a file is opened, and saved under its name', () =>
    onPage(async (page) => {
      const buffer = Buffer.from(FILE);
      await page
        .locator('#edit-file')
        .setInputFiles({ name: 'mine.pbtxt', mimeType: 'text/plain', buffer });
      await page.locator('.edit-name', { hasText: 'mine.pbtxt' }).waitFor();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Save as a file' }).click(),
      ]);

      expect(download.suggestedFilename()).toBe('mine.pbtxt');
      expect(await readFile(await download.path(), 'utf8')).toBe(FILE);
    }));

  test('a binary graph is refused, and the text stays', () =>
    onPage(async (page) => {
      const buffer = Buffer.from([0x0a, 0x00, 0xff, 0xfe]);
      const file = { name: 'x.binarypb', mimeType: 'application/octet-stream', buffer };
      await page.locator('#edit-file').setInputFiles(file);
      await page.getByText('x.binarypb is no text: knuckle graph convert makes one').waitFor();

      expect(await page.locator('.edit-name').textContent()).toBe('gate.pbtxt');
    }));

  test('a node that is selected in the drawing is shown in the text', () =>
    onPage(async (page) => {
      await page.locator('[data-id="PassThroughCalculator"]').click();

      await expect.poll(() => page.locator('.cm-activeLine').textContent(), PATIENT).toBe('node {');
      await page.getByRole('heading', { name: 'PassThroughCalculator', level: 2 }).waitFor();
    }));

  test('on a phone, the drawing is below the text', () => {
    const { defaultBrowserType: _, ...phone } = devices['Pixel 7'];
    return onPage(async (page) => {
      const [text, graph] = await Promise.all(
        ['.edit', '#edit-graph'].map((part) => page.locator(part).boundingBox()),
      );

      expect(graph?.y ?? 0).toBeGreaterThan((text?.y ?? 0) + (text?.height ?? 0));
      expect(Math.round(text?.width ?? 0)).toBe(page.viewportSize()?.width);
      const save = await page.getByRole('button', { name: 'Save as a file' }).boundingBox();
      expect((save?.x ?? 0) + (save?.width ?? 0)).toBeLessThanOrEqual(text?.width ?? 0);
      expect(await seriousFindings(page)).toEqual([]);
    }, phone);
  });
});

/** The text of the first line that is marked. */
function markedLine(page: Page): Promise<string> {
  return page.evaluate(
    () => document.querySelector('.cm-lintRange-error')?.closest('.cm-line')?.textContent ?? '',
  );
}
