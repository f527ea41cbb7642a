/** How much memory the pages of a browser hold once their garbage is collected. */

import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';

/** Chromium takes these so that `memoryOf` can collect garbage in workers, too. */
export const MEMORY_ARGUMENTS = [
  '--js-flags=--expose-gc',
  '--enable-blink-features=ForceEagerMeasureMemory',
];

/** Bytes. */
export interface Memory {
  /** What the renderer's process holds for itself, the runtime's memory included. Linux only. */
  readonly resident: number;
  /** What it shares with other processes: pictures on their way to the screen. Linux only. */
  readonly shared: number;
  /** Objects of the page and its workers, and the memory of wasm. */
  readonly objects: number;
}

/** The memory of a page in a browser that was launched with `MEMORY_ARGUMENTS`, without garbage. */
export async function memoryOf(browser: Browser, page: Page): Promise<Memory> {
  // Twice, because closing what the first pass found can set more free.
  for (let pass = 0; pass < 2; pass++) {
    await page.evaluate(collectGarbage);
    for (const worker of page.workers()) await worker.evaluate(collectGarbage);
  }
  const objects = await page.evaluate(async () => {
    const measured = performance as unknown as {
      measureUserAgentSpecificMemory(): Promise<{ bytes: number }>;
    };
    return (await measured.measureUserAgentSpecificMemory()).bytes;
  });
  return { objects, ...(await residentSize(browser)) };
}

function collectGarbage(): void {
  (globalThis as unknown as { gc: () => void }).gc();
}

async function residentSize(browser: Browser): Promise<Pick<Memory, 'resident' | 'shared'>> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const pids = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
  const states = pids.map((pid) => readFileSync(`/proc/${pid}/status`, 'utf8'));
  const sum = (name: string) =>
    states.reduce(
      (all, state) => all + 1024 * Number(state.split(`${name}:`)[1].split('kB')[0]),
      0,
    );
  return { resident: sum('RssAnon'), shared: sum('RssShmem') };
}

export function inMegabytes({ resident, shared, objects }: Memory): string {
  const [own, others, held] = [resident, shared, objects].map((bytes) => (bytes / 1e6).toFixed(1));
  return `${own} MB resident, ${others} MB shared, ${held} MB of objects`;
}
