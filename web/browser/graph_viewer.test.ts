/** Pages of graphs as `knuckle graph view` writes them, opened as files. */

import { type BrowserContextOptions, devices, type Locator, type Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { BROKEN, TRACKING, traced } from '../test/graph/fixtures';
import { describeWithPython, filesOf } from './graph';
import { opened, withPage } from './harness';
import { seriousFindings } from './page';

const PAGES = { tracking: TRACKING, broken: BROKEN, traced: traced(TRACKING) };

/** Layouts of large graphs take their time on a machine that is busy. */
const PATIENT = { timeout: 20_000 };

describeWithPython('a page of a graph', () => {
  const shared = opened(() => filesOf(PAGES));

  /** Use a page; any error that it reports fails the test. */
  const onPage = (
    name: keyof typeof PAGES,
    use: (page: Page) => Promise<void>,
    options: BrowserContextOptions = {},
    hash = '',
  ) =>
    withPage(
      shared.browser,
      `${shared.site.origin}/${name}.html${hash}`,
      async ({ page, errors }) => {
        await page.locator('.g-node').first().waitFor();
        await use(page);
        expect(errors).toEqual([]);
      },
      options,
    );

  for (const colorScheme of ['light', 'dark'] as const) {
    test(`${colorScheme}: it opens a subgraph, searches and selects, and axe finds nothing`, () =>
      onPage(
        'tracking',
        async (page) => {
          expect(await page.locator('.viewer').getAttribute('data-theme')).toBe(colorScheme);
          expect(await seriousFindings(page)).toEqual([]);
          const box = node(page, 'PalmDetectionCpu');
          expect(await box.getAttribute('aria-expanded')).toBe('false');
          await box.locator('.g-toggle').click();
          await node(page, 'palmdetectioncpu__InferenceCalculator').waitFor();
          expect(await box.getAttribute('aria-expanded')).toBe('true');

          await page.keyboard.press('/');
          await page.keyboard.type('HandLandmarkCpu');
          await page.keyboard.press('Enter');
          await page.getByRole('heading', { name: 'HandLandmarkCpu', level: 2 }).waitFor();
          expect(await node(page, 'HandLandmarkCpu').getAttribute('aria-pressed')).toBe('true');
          await expect
            .poll(() => isInView(page, node(page, 'HandLandmarkCpu')), PATIENT)
            .toBe(true);
          expect(await seriousFindings(page)).toEqual([]);
        },
        { colorScheme },
      ));
  }

  test('a worker makes the layouts, also for a page that is a file', () =>
    onPage('tracking', async (page) => {
      expect(page.workers().map((worker) => worker.url().split(':')[0])).toEqual(['blob']);
    }));

  test('text stays inside its box', () =>
    onPage('tracking', async (page) => {
      await page.getByRole('button', { name: 'Open all' }).click();
      await node(page, 'handlandmarkcpu__GateCalculator').waitFor();

      expect(await overflowing(page)).toEqual([]);
    }));

  test('the keyboard goes from node to node, opens subgraphs and shows details', () =>
    onPage('tracking', async (page) => {
      await node(page, 'GateCalculator').focus();
      await page.keyboard.press('ArrowUp');
      expect(await focused(page)).toBe('PreviousLoopbackCalculator');
      await node(page, 'PalmDetectionCpu').focus();
      await page.keyboard.press(' ');
      await node(page, 'palmdetectioncpu__InferenceCalculator').waitFor();
      expect(await focused(page)).toBe('PalmDetectionCpu');
      await page.keyboard.press('Enter');
      await page.locator('.about', { hasText: 'Finds palms in a picture.' }).waitFor();
      await page.keyboard.press('Escape');
      await page.locator('.panel').waitFor({ state: 'detached' });
      await page.keyboard.press('c');
      await expect.poll(() => page.locator('.g-node').count(), PATIENT).toBe(29);
    }));

  test('a stream that is pointed at is lit on its whole way', () =>
    onPage('tracking', async (page) => {
      await page.keyboard.press('0');
      await page.waitForTimeout(500);
      await page.locator('.g-name', { hasText: 'hand_rects_timestamp' }).hover();

      await expect.poll(() => page.locator('.g-way.is-lit').count(), PATIENT).toBe(1);
      expect(await page.locator('.g-node.is-lit').count()).toBe(5);
      expect(await page.locator('.canvas.has-lit').count()).toBe(1);
    }));

  test('it is moved by dragging and zoomed by the wheel, and a drag selects nothing', () =>
    onPage('tracking', async (page) => {
      const before = await place(page);
      const box = await node(page, 'GateCalculator').boundingBox();
      const [x, y] = [(box?.x ?? 0) + 20, (box?.y ?? 0) + 10];
      await page.mouse.move(x, y);
      await page.mouse.down();
      await page.mouse.move(x + 60, y + 40, { steps: 4 });
      await page.mouse.up();
      const dragged = await place(page);
      await page.keyboard.down('Control');
      await page.mouse.wheel(0, -40);
      await page.keyboard.up('Control');
      await expect
        .poll(async () => (await place(page)).scale, PATIENT)
        .toBeGreaterThan(before.scale);

      expect([dragged.x - before.x, dragged.y - before.y].map(Math.round)).toEqual([60, 40]);
      expect(await page.locator('.panel').count()).toBe(0);
    }));

  test('a subgraph that opens stays where it was under the pointer', () =>
    onPage('tracking', async (page) => {
      const box = node(page, 'PalmDetectionCpu');
      const before = await box.locator('.g-title').boundingBox();
      await box.locator('.g-toggle').click();
      await node(page, 'palmdetectioncpu__InferenceCalculator').waitFor();
      const after = await box.locator('.g-title').boundingBox();

      expect(Math.abs((after?.y ?? 0) - (before?.y ?? 0))).toBeLessThan(60);
      expect(Math.abs((after?.x ?? 0) - (before?.x ?? 0))).toBeLessThan(180);
    }));

  test('problems and unknown calculators are marked and listed', () =>
    onPage('broken', async (page) => {
      await page.getByRole('heading', { name: '2 problems' }).waitFor();
      expect(await page.locator('.g-badge').count()).toBe(2);
      await page.getByRole('button', { name: 'show MirrorCalculater' }).click();
      await page.locator('.wrong', { hasText: 'there is no calculator' }).waitFor();
      expect(await seriousFindings(page)).toEqual([]);
    }));

  test('times of a run are shown and switched off', () =>
    onPage('traced', async (page) => {
      await page.getByRole('heading', { name: 'Where the time goes' }).waitFor();
      expect(await page.locator('.g-heat').count()).toBeGreaterThan(19);
      expect(await seriousFindings(page)).toEqual([]);
      await page.getByRole('button', { name: 'Times of the run' }).click();
      await expect.poll(() => page.locator('.g-heat').count(), PATIENT).toBe(0);
    }));

  test('a link leads to a node, its subgraphs open', () =>
    onPage(
      'tracking',
      async (page) => {
        const inner = node(page, 'palmdetectioncpu__NonMaxSuppressionCalculator');
        await inner.waitFor();
        await expect.poll(() => isInView(page, inner), PATIENT).toBe(true);
        expect(await page.locator('.viewer').getAttribute('data-theme')).toBe('dark');
      },
      {},
      '#look=dark&node=palmdetectioncpu__NonMaxSuppressionCalculator',
    ));

  test('on a phone, a tap shows details below the graph', () => {
    const { defaultBrowserType: _, ...phone } = devices['Pixel 7'];
    return onPage(
      'tracking',
      async (page) => {
        await node(page, 'PreviousLoopbackCalculator').tap();
        const panel = page.locator('.panel');
        await panel.getByText('back edge').waitFor();
        const [inner, outer] = [await panel.boundingBox(), page.viewportSize()];
        expect(Math.round(inner?.width ?? 0)).toBe(outer?.width);
        await expect
          .poll(() => isInView(page, node(page, 'PreviousLoopbackCalculator')), PATIENT)
          .toBe(true);
        expect(await seriousFindings(page)).toEqual([]);
      },
      phone,
    );
  });
});

function node(page: Page, id: string): Locator {
  return page.locator(`[data-id="${id}"]`);
}

function focused(page: Page): Promise<string | null> {
  return page.evaluate(() => document.activeElement?.getAttribute('data-id') ?? null);
}

async function isInView(page: Page, box: Locator): Promise<boolean> {
  const [inner, outer] = [await box.boundingBox(), await page.locator('.stage').boundingBox()];
  if (inner === null || outer === null) return false;
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + Math.min(inner.height, 100) <= outer.y + outer.height
  );
}

/** Where the drawing is. */
async function place(page: Page): Promise<{ x: number; y: number; scale: number }> {
  const words = (await page.locator('#canvas-stage').getAttribute('transform')) ?? '';
  const [x = 0, y = 0, scale = 1] = (words.match(/-?[\d.]+/g) ?? []).map(Number);
  return { x, y, scale };
}

/** Titles and tags that reach over the edge of their box. */
function overflowing(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('.g-node')].flatMap((group) => {
      const box = group.querySelector('.g-box, .g-pill, .g-pill-side')?.getBoundingClientRect();
      if (box === undefined) return [];
      return [...group.querySelectorAll('text')]
        .filter((text) => {
          const { left, right, top, bottom } = text.getBoundingClientRect();
          return (
            left < box.left || right > box.right || top < box.top - 1 || bottom > box.bottom + 1
          );
        })
        .map((text) => `${group.getAttribute('data-id')}: ${text.textContent}`);
    }),
  );
}
