/** The page with clips and pictures: what it finds, shows, and saves. */

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { describeInBrowser, opened, WEB, withPage } from './harness';
import {
  choose,
  handsShown,
  openTab,
  playSample,
  ready,
  SAMPLES,
  seriousFindings,
  servePage,
  shareOfColour,
  sides,
} from './page';

const MIDDLE_GREEN = [46, 213, 134] as const;
const PALM_GREEN = [74, 222, 128] as const;

describeInBrowser('the page', () => {
  const shared = opened(servePage);

  /** Use the page; any error that it reports fails the test. */
  const onPage = (use: (page: Page) => Promise<void>, options: BrowserContextOptions = {}) =>
    withPage(
      shared.browser,
      `${shared.site.origin}/`,
      async ({ page, errors }) => {
        await use(page);
        expect(errors).toEqual([]);
      },
      options,
    );

  const chooseFile = (page: Page, ...names: string[]) =>
    page.locator('#file').setInputFiles(names.map((name) => join(SAMPLES, name)));

  test('shows the sample clip with its hands, in 3D, and says how many there are', () =>
    onPage(async (page) => {
      await ready(page);
      expect(await seriousFindings(page)).toEqual([]);
      await playSample(page);
      await handsShown(page, 2);
      expect(new Set(await sides(page))).toEqual(new Set(['Right hand', 'Left hand']));
      expect(await shareOfColour(page, MIDDLE_GREEN)).toBeGreaterThan(0.0002);
      await page.getByText('Two hands: right and left.').waitFor({ state: 'attached' });
      expect(await page.locator('.finger').count()).toBe(10);

      await page.getByRole('button', { name: '3D' }).click();
      const space = page.getByRole('application');
      await space.focus();
      const before = await picturesOf(page);
      await page.getByRole('button', { name: 'Pause' }).click();
      await space.focus();
      await page.keyboard.press('ArrowLeft');
      await page.keyboard.press('+');
      await page.waitForTimeout(300);
      expect(await picturesOf(page)).not.toBe(before);
      expect(await seriousFindings(page)).toEqual([]);
    }));

  test('finds palms only, and draws as the settings say', () =>
    onPage(async (page) => {
      await ready(page);
      await chooseFile(page, 'two_hands.jpg');
      await handsShown(page, 2);
      await openTab(page, 'Settings');
      expect(await seriousFindings(page)).toEqual([]);
      const colourful = await shareOfColour(page, MIDDLE_GREEN);
      await choose(page, 'Style', 'Depth');
      await expect.poll(() => shareOfColour(page, MIDDLE_GREEN)).toBeLessThan(colourful / 2);
      await choose(page, 'Find', 'Palms only');
      await expect.poll(() => shareOfColour(page, PALM_GREEN)).toBeGreaterThan(0.0005);
      await openTab(page, 'Hands');
      expect(await sides(page)).toEqual(['Palm 1', 'Palm 2']);
    }));

  test('finds as many hands as are wanted, with either model, and keeps the wish', () =>
    onPage(async (page) => {
      await ready(page);
      await chooseFile(page, 'two_hands.jpg');
      await handsShown(page, 2);
      await openTab(page, 'Settings');
      await choose(page, 'Hands at most', '1');
      await openTab(page, 'Hands');
      await expect.poll(() => sides(page)).toHaveLength(1);
      await openTab(page, 'Settings');
      await choose(page, 'Model', 'Lite');
      await openTab(page, 'Hands');
      await page.getByText('Lite model').waitFor({ timeout: 60_000 });
      await page.reload();
      await openTab(page, 'Settings');
      expect(await page.locator('#set-variant-lite').isChecked()).toBe(true);
      expect(await page.locator('#set-maxHands-1').isChecked()).toBe(true);
    }));

  test('a mirrored view keeps left and right, and a mirror image of a file swaps them', () =>
    onPage(async (page) => {
      await ready(page);
      await chooseFile(page, 'open_palm.jpg');
      await handsShown(page, 1);
      const [side] = await sides(page);
      await openTab(page, 'Settings');
      const before = await centreOf(page, MIDDLE_GREEN);
      await choose(page, 'Mirrored view', 'On');
      await expect.poll(() => centreOf(page, MIDDLE_GREEN)).toBeCloseTo(1 - before, 1);
      await openTab(page, 'Hands');
      await expect.poll(() => sides(page)).toEqual([side]);
      await openTab(page, 'Settings');
      await page.getByLabel('File is a mirror image').check();
      await openTab(page, 'Hands');
      const other = side === 'Left hand' ? 'Right hand' : 'Left hand';
      await expect.poll(() => sides(page)).toEqual([other]);
    }));

  test('takes pictures that are pasted, and files that are dropped', () =>
    onPage(async (page) => {
      await ready(page);
      await give(page, 'paste', '/sample/two_hands.mp4', 'video/mp4');
      await handsShown(page, 1);
      await give(page, 'drop', '/icons/icon-512.png', 'image/png');
      await page.getByText('No hands in view.').waitFor();
      await page.getByText('No hands.').waitFor({ state: 'attached' });
    }));

  test('records a clip and its table, which Python reads', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'knuckle-recording-'));
    await onPage(async (page) => {
      await ready(page);
      await playSample(page);
      await page.getByRole('button', { name: 'Record' }).click();
      await page.waitForTimeout(2500);
      await page.getByRole('button', { name: 'Stop recording' }).click();
      await save(page, 'CSV', join(folder, 'hands.csv'));
      await save(page, 'JSON', join(folder, 'hands.json'));
      await save(page, 'Clip', join(folder, 'hands.video'));
      expect(await seriousFindings(page)).toEqual([]);
    });
    const report = await python(READ_RECORDING, folder);
    if (report === null) return;
    const { columns, rows, sameRows, error, frames, size } = report;
    expect(columns).toBe(true);
    expect(sameRows).toBe(true);
    expect(rows).toBeGreaterThan(10);
    expect(error).toBeLessThan(0.1); // palm lengths, from the clip's ground truth
    expect(frames).toBeGreaterThan(10);
    expect(size).toEqual([854, 480]);
  });

  test('saves a picture with its hands', () =>
    onPage(async (page) => {
      await ready(page);
      await chooseFile(page, 'two_hands.jpg');
      await handsShown(page, 2);
      expect(await page.locator('.speed dt').allTextContents()).toEqual(['In all']);
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Save the picture').waitFor();
      const name = await save(
        page,
        'Picture',
        join(await mkdtemp(join(tmpdir(), 'knuckle-picture-')), 'x.png'),
      );
      expect(name).toMatch(/^knuckle-two_hands-\d{4}-\d\d-\d\d-\d{4}\.png$/);
      await page.getByRole('button', { name: 'Close' }).click();
      await page.getByText('Save the picture').waitFor({ state: 'detached' });
    }));

  test('works with the keyboard alone', () =>
    onPage(async (page) => {
      await ready(page);
      await page.keyboard.press('Tab');
      await page.keyboard.press('Tab');
      expect(await focused(page)).toBe('Play the sample clip');
      await page.keyboard.press('Enter');
      await handsShown(page, 1);
      await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
      await page.keyboard.press('Space');
      await page.getByRole('button', { name: 'Play', exact: true }).focus(); // as after a click
      await page.keyboard.press('v');
      await page.getByRole('application').waitFor();
      await page.getByRole('tab', { name: 'Hands' }).focus();
      await page.keyboard.press('ArrowRight');
      expect(await focused(page)).toBe('Settings');
      await page.getByRole('radiogroup', { name: 'Style' }).waitFor();
    }));
});

function focused(page: Page): Promise<string> {
  return page.evaluate(() => document.activeElement?.textContent ?? '');
}

/** The 3D view as an address of its picture. */
function picturesOf(page: Page): Promise<string> {
  return page.evaluate(() => (document.getElementById('space') as HTMLCanvasElement).toDataURL());
}

/** Where a colour lies on the stage from left to right, 0 to 1. */
function centreOf(page: Page, rgb: readonly [number, number, number]): Promise<number> {
  return page.evaluate(([r, g, b]) => {
    const canvas = document.getElementById('picture') as HTMLCanvasElement;
    const { width, height } = canvas;
    const data = canvas.getContext('2d')?.getImageData(0, 0, width, height).data ?? [];
    let [sum, many] = [0, 0];
    for (let i = 0; i < data.length; i += 4) {
      const far = Math.abs(data[i] - r) + Math.abs(data[i + 1] - g) + Math.abs(data[i + 2] - b);
      if (far < 24) [sum, many] = [sum + ((i / 4) % width), many + 1];
    }
    return sum / Math.max(many, 1) / width;
  }, rgb);
}

async function give(page: Page, how: 'paste' | 'drop', url: string, type: string): Promise<void> {
  await page.evaluate(
    async ([kind, address, media]) => {
      const bytes = await (await fetch(address)).blob();
      const data = new DataTransfer();
      data.items.add(new File([bytes], `given.${media.split('/')[1]}`, { type: media }));
      const event =
        kind === 'paste'
          ? new ClipboardEvent('paste', { clipboardData: data, bubbles: true })
          : new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true });
      document.body.dispatchEvent(event);
    },
    [how, url, type] as const,
  );
}

async function save(page: Page, label: string, path: string): Promise<string> {
  const coming = page.waitForEvent('download');
  await page.locator('.offer', { hasText: label }).click();
  const download = await coming;
  await download.saveAs(path);
  return download.suggestedFilename();
}

interface Report {
  readonly columns: boolean;
  readonly rows: number;
  readonly sameRows: boolean;
  readonly error: number;
  readonly frames: number;
  readonly size: readonly number[];
}

/** Compares a recording of the sample clip with its ground truth. */
const READ_RECORDING = `
import csv, json, sys
from pathlib import Path
import numpy as np
import knuckle
from knuckle.io.schema import OF_FRAME, OF_HAND

folder, truth = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text())
rows = list(csv.DictReader((folder / "hands.csv").open()))
other = json.loads((folder / "hands.json").read_text())
names = [name for block in (*OF_FRAME, *OF_HAND) for name in block.names]
joints = [name[:-5] for name in names if name.endswith("_x_px")]
errors = []
for row in rows:
    if row["hand"] == "":
        continue
    found = np.array([[float(row[f"{j}_x_px"]), float(row[f"{j}_y_px"])] for j in joints])
    hands = truth["frames"][int(row["frame"])]["hands"]
    real = [np.array(h["points"]) for h in hands if h["handedness"] == row["handedness"]]
    if real:
        palm = np.linalg.norm(real[0][0] - real[0][9])
        errors.append(np.linalg.norm(found - real[0], axis=1).mean() / palm)
with knuckle.open_source(str(folder / "hands.video")) as clip:
    images = [frame.image for frame in clip]
print(json.dumps({
    "columns": list(rows[0]) == names and list(other[0]) == names,
    "rows": len(rows),
    "sameRows": [r["time"] for r in rows] == [repr(float(r["time"])) for r in other],
    "error": float(np.median(errors)),
    "frames": len(images),
    "size": [images[0].shape[1], images[0].shape[0]],
}))
`;

/** Run Python with the project's package; null where there is no environment for it. */
async function python(code: string, folder: string): Promise<Report | null> {
  const root = join(WEB, '..');
  const program = process.env.PYTHON ?? join(root, '.venv-test/bin/python');
  if (!existsSync(program)) {
    console.warn(
      `The recording was not read, because there is no ${program}; PYTHON names another.`,
    );
    return null;
  }
  const { stdout } = await promisify(execFile)(
    program,
    ['-c', code, folder, join(SAMPLES, 'two_hands.json')],
    {
      env: { ...process.env, PYTHONPATH: `${root}/src` },
    },
  );
  return JSON.parse(stdout) as Report;
}
