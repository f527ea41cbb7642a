/** A smoke test in Firefox: the library finds what it finds in Chromium, and the page plays its clip. */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser as Chromium } from 'playwright-core';
import { type Browser, launch as launchFirefox, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type * as library from '../src/index';
import { CHROMIUM, launch, type Site, serve, withPage } from './harness';
import { SAMPLES, servePage } from './page';

declare global {
  var knuckle: typeof library;
}

const PLACES = ['/usr/bin/firefox-esr', '/usr/bin/firefox'];

/** The Firefox to drive; null where there is none. `FIREFOX` names another. */
const FIREFOX = process.env.FIREFOX ?? PLACES.find(existsSync) ?? null;

/** The oldest Firefox that the driver can drive: 140 lacks commands that it sends, 153 has them. */
const OLDEST = 153;

/** The major version of a Firefox. */
function versionOf(path: string): number {
  const said = spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout ?? '';
  return Number(/Firefox (\d+)/.exec(said)?.[1] ?? 0);
}

/**
 * Pixels between landmarks in Firefox and in Chromium. They were 1e-12 apart with one thread and
 * 0.003 with two; decoders of JPEG and canvases may differ elsewhere.
 */
const TOLERANCE = 0.5;

const PAGE = `<!doctype html><title>test</title><script type="module" src="/start.js"></script>`;

type Points = readonly { readonly x: number; readonly y: number }[];
interface Found {
  readonly isIsolated: boolean;
  readonly setup: library.Setup;
  readonly hands: readonly { readonly handedness: string; readonly points: Points }[];
}

/** Runs in a page. */
async function findHands([picture, threads]: readonly [string, number]): Promise<Found> {
  const blob = await (await fetch(`/samples/${picture}`)).blob();
  const tracker = await knuckle.createTracker({ threads });
  const { hands } = await tracker.track(blob, 0);
  tracker.close();
  const found = hands.map(({ handedness, points }) => ({ handedness: `${handedness}`, points }));
  return { isIsolated: crossOriginIsolated, setup: tracker.setup, hands: found };
}

function describeInFirefox(name: string, tests: () => void): void {
  if (FIREFOX === null) describe.skip(`${name} (no Firefox here; FIREFOX names one)`, tests);
  else if (versionOf(FIREFOX) < OLDEST)
    describe.skip(`${name} (${FIREFOX} is older than ${OLDEST}; FIREFOX names another)`, tests);
  else describe(name, tests);
}

describeInFirefox('Firefox', () => {
  let firefox: Browser;
  let site: Site;

  beforeAll(async () => {
    firefox = await launchFirefox({
      browser: 'firefox',
      executablePath: FIREFOX ?? '',
      headless: true,
    });
    site = await serve({
      folders: { '/lib/': 'dist', '/samples/': '../samples', '/': 'browser/pages' },
      pages: { '/': PAGE },
    });
  });

  afterAll(async () => {
    await firefox?.close();
    await site?.close();
  });

  /** Open a page, use it and close it. Errors that nobody caught fail the test. */
  async function inFirefox<T>(url: string, use: (page: Page) => Promise<T>): Promise<T> {
    const page = await firefox.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    try {
      await page.goto(url);
      const result = await use(page);
      expect(errors).toEqual([]);
      return result;
    } finally {
      await page.close();
    }
  }

  const inChromium = async (chromium: Chromium, picture: string): Promise<Found> =>
    withPage(chromium, `${site.origin}/`, async ({ page }) => {
      await page.waitForFunction(() => 'knuckle' in globalThis);
      return page.evaluate(findHands, [picture, 1] as const);
    });

  for (const [picture, threads, count] of [
    ['open_palm.jpg', 1, 1],
    ['open_palm.jpg', 2, 1],
    ['two_hands.jpg', 1, 2],
  ] as const) {
    test(`finds the ${count} of ${picture} with ${threads} thread(s), where Chromium does`, async () => {
      const found = await inFirefox(`${site.origin}/`, async (page) => {
        await page.waitForFunction(() => 'knuckle' in globalThis);
        return page.evaluate(findHands, [picture, threads] as const);
      });
      expect(found.isIsolated).toBe(true);
      expect(found.setup.threads).toBe(threads);
      expect(found.hands).toHaveLength(count);
      if (CHROMIUM === null) return;
      const chromium = await launch();
      try {
        const expected = await inChromium(chromium, picture);
        const off = found.hands.map(({ handedness, points }) => {
          const same = expected.hands.find((hand) => hand.handedness === handedness);
          return farthest(points, same?.points ?? []);
        });
        console.log(`${picture}, ${threads} thread(s): at most ${off.join(' and ')} px off`);
        for (const pixels of off) expect(pixels).toBeLessThan(TOLERANCE);
      } finally {
        await chromium.close();
      }
    });
  }

  test('plays a clip on the page, with its hands', async ({ skip }) => {
    const site = await servePage({ folders: { '/samples/': SAMPLES } });
    try {
      await inFirefox(`${site.origin}/`, async (page) => {
        await page.setViewport({ width: 1280, height: 800 });
        await page.waitForSelector('::-p-text(Ready. It works offline)', { timeout: 60_000 });
        if (await playsH264(page)) {
          await page.locator('::-p-text(Play the sample clip)').click();
        } else {
          console.log('This Firefox does not decode H.264: the clip is changed to WebM for it.');
          if (CHROMIUM === null) skip('no Chromium here that makes the clip a WebM');
          const input = await page.$('input#file');
          await input?.uploadFile(await webm(`${site.origin}/`));
        }
        await page.waitForFunction(() => document.querySelectorAll('article.hand').length === 2, {
          timeout: 60_000,
        });
        const words = await page.$$eval('article.hand h3', (all) => all.map((h) => h.textContent));
        expect(new Set(words)).toEqual(new Set(['Right hand', 'Left hand']));
        const file = process.env.KNUCKLE_SCREENSHOT;
        if (file !== undefined) await writeFile(file, await page.screenshot());
      });
    } finally {
      await site.close();
    }
  });
});

/** Firefox leaves H.264 to the system's libavcodec, which may be missing. */
function playsH264(page: Page): Promise<boolean> {
  return page.evaluate(
    () => document.createElement('video').canPlayType('video/mp4; codecs="avc1.64001f"') !== '',
  );
}

/** The sample clip as a file in a format that every browser has; Chromium records it. */
async function webm(url: string): Promise<string> {
  const chromium = await launch();
  try {
    const bytes = await withPage(chromium, `${url}icons/icon.svg`, ({ page }) =>
      page.evaluate(async () => {
        const clip = document.createElementNS(
          'http://www.w3.org/1999/xhtml',
          'video',
        ) as HTMLVideoElement & { captureStream(): MediaStream };
        Object.assign(clip, { src: '/samples/two_hands.mp4', muted: true });
        await clip.play();
        const recorder = new MediaRecorder(clip.captureStream(), {
          mimeType: 'video/webm;codecs=vp8',
        });
        const parts: Blob[] = [];
        recorder.ondataavailable = ({ data }) => parts.push(data);
        const isStopped = new Promise((resolve) => {
          recorder.onstop = resolve;
        });
        recorder.start();
        await new Promise((resolve) => {
          clip.onended = resolve;
        });
        if (recorder.state !== 'inactive') recorder.stop();
        await isStopped;
        return [...new Uint8Array(await new Blob(parts).arrayBuffer())];
      }),
    );
    const path = join(await mkdtemp(join(tmpdir(), 'knuckle-webm-')), 'two_hands.webm');
    await writeFile(path, Uint8Array.from(bytes));
    return path;
  } finally {
    await chromium.close();
  }
}

/** The largest distance between two hands' points, pixels. */
function farthest(a: Points, b: Points): number {
  expect(a).toHaveLength(b.length);
  return Math.max(...a.map(({ x, y }, i) => Math.hypot(x - b[i].x, y - b[i].y)));
}
