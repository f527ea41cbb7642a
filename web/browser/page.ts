/** What the tests of the page need: the built page on a server, and ways to use it. */

import { existsSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { type Site, serve, WEB } from './harness';

/** Exactly what the page says of itself, so that a server may send the same. */
export const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "worker-src 'self' blob:",
  "connect-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob: mediastream:",
  "manifest-src 'self'",
].join('; ');

export const SAMPLES = join(WEB, '../samples');

/** Serve the built page with its networks. @param folders in place of the page's own. */
export function servePage({ folders = {} as Record<string, string> } = {}): Promise<Site> {
  const ours = {
    '/': 'dist-page',
    '/models/': '../src/knuckle/weights',
    '/wasm/': 'dist-page/wasm',
  };
  // The test may change its folders while the server runs.
  const all = new Proxy(folders, {
    get: (own, path: keyof typeof ours) => own[path] ?? ours[path],
    ownKeys: (own) => [...new Set([...Object.keys(own), ...Object.keys(ours)])],
    getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
  });
  return serve({ folders: all, policy: POLICY });
}

/** Wait until the networks are there. Shown on the first screen only. */
export async function ready(page: Page): Promise<void> {
  await page.getByText('Ready.').waitFor({ timeout: 60_000 });
}

export async function playSample(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Play the sample clip' }).click();
  await handsShown(page, 1);
}

/** Wait until the panel lists so many hands. */
export async function handsShown(page: Page, least: number): Promise<void> {
  await page
    .locator('article.hand')
    .nth(least - 1)
    .waitFor({ timeout: 60_000 });
}

export function sides(page: Page): Promise<string[]> {
  return page.locator('article.hand h3').allTextContents();
}

/** Switch to a tab of the panel. */
export function openTab(page: Page, name: 'Hands' | 'Settings'): Promise<void> {
  return page.getByRole('tab', { name }).click();
}

/** Choose one of the words that a setting offers. */
export async function choose(page: Page, setting: string, words: string): Promise<void> {
  const group = page.getByRole('radiogroup', { name: setting });
  await group.getByText(words, { exact: true }).click();
}

/** How much of the picture on the stage has a colour, 0 to 1. */
export function shareOfColour(page: Page, rgb: readonly [number, number, number]): Promise<number> {
  return page.evaluate(([r, g, b]) => {
    const canvas = document.getElementById('picture') as HTMLCanvasElement;
    const context = canvas.getContext('2d') as CanvasRenderingContext2D;
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    let same = 0;
    for (let i = 0; i < data.length; i += 4) {
      const far = Math.abs(data[i] - r) + Math.abs(data[i + 1] - g) + Math.abs(data[i + 2] - b);
      if (far < 24) same += 1;
    }
    return same / (data.length / 4);
  }, rgb);
}

/**
 * A file that Chromium plays as its camera: the frames of a clip as JPEG, one after the other.
 *
 * @param url of the clip, on `site`.
 */
export async function cameraFile(browser: Browser, url: string, frames: number): Promise<string> {
  const page = await browser.newPage();
  await page.goto(new URL('/icons/icon.svg', url).href); // a page of the site without scripts
  const pictures = await page.evaluate(
    async ([address, count]) => {
      const make = (tag: string) => document.createElementNS('http://www.w3.org/1999/xhtml', tag);
      const video = make('video') as HTMLVideoElement;
      const canvas = make('canvas') as HTMLCanvasElement;
      video.muted = true;
      video.src = address;
      await new Promise((resolve) => {
        video.onloadeddata = resolve;
      });
      [canvas.width, canvas.height] = [640, 480];
      const scale = Math.max(640 / video.videoWidth, 480 / video.videoHeight);
      const [w, h] = [video.videoWidth * scale, video.videoHeight * scale];
      const found: string[] = [];
      for (let i = 0; i < count; i++) {
        video.currentTime = (i + 0.5) / 30;
        await new Promise((resolve) => {
          video.onseeked = resolve;
        });
        canvas.getContext('2d')?.drawImage(video, (640 - w) / 2, (480 - h) / 2, w, h);
        found.push(canvas.toDataURL('image/jpeg', 0.9).split(',')[1]);
      }
      return found;
    },
    [url, frames] as const,
  );
  await page.close();
  const path = join(await mkdtemp(join(tmpdir(), 'knuckle-camera-')), 'hands.mjpeg');
  await writeFile(path, Buffer.concat(pictures.map((picture) => Buffer.from(picture, 'base64'))));
  return path;
}

/** The real video of a hand, where the project's data is. */
const REAL = join(process.env.KNUCKLE_DATA ?? join(WEB, '../../shared/data'), 'videos');
export const REAL_VIDEO =
  ['asl_hand.25fps.mp4'].map((name) => join(REAL, name)).find(existsSync) ?? null;

/** Chromium with a camera that plays a file. */
export function cameraArguments(file: string): string[] {
  return [
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    `--use-file-for-fake-video-capture=${file}`,
  ];
}

/** What axe finds serious in the page. */
export async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(await readFile(join(WEB, 'node_modules/axe-core/axe.min.js'), 'utf8'));
  return page.evaluate(async () => {
    // biome-ignore lint/suspicious/noExplicitAny: axe puts itself there
    const { violations } = await (globalThis as any).axe.run();
    return violations
      .filter(({ impact }: { impact: string }) => impact === 'serious' || impact === 'critical')
      .map(
        ({ id, nodes }: { id: string; nodes: { html: string }[] }) =>
          `${id}: ${nodes.map((node) => node.html.slice(0, 120)).join(' | ')}`,
      );
  });
}
