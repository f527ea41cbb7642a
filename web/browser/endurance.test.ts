/**
 * The page for a long time: the sample clip plays in a loop, and neither stalls nor grows.
 *
 * It runs only when `KNUCKLE_ENDURANCE` says for how many minutes, best 10 or more, because memory
 * settles in the first five. `KNUCKLE_VARIANT` chooses the networks ("lite" by default).
 */

import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { describeInBrowser, launch, withPage } from './harness';
import { inMegabytes, MEMORY_ARGUMENTS, type Memory, memoryOf } from './memory';
import { playSample, ready, servePage } from './page';

const MINUTES = Number(process.env.KNUCKLE_ENDURANCE ?? 0);
const VARIANT = process.env.KNUCKLE_VARIANT ?? 'lite';
const EVERY = 10; // seconds between readings
const LONGEST_GAP = 3; // seconds without a new picture; a machine that is shared takes its time, too

/** What the page did since the reading before. */
interface Reading {
  readonly minutes: number;
  readonly results: number;
  readonly hands: number;
  readonly loops: number;
  /** Seconds. */
  readonly longestGap: number;
  readonly memory: Memory;
}

/** Run in the page before its own scripts: counts what the workers answer. */
function watchResults([variant]: [string]): void {
  localStorage.setItem('knuckle-settings', JSON.stringify({ variant, threads: '1' }));
  const counts = { results: 0, hands: 0, loops: 0, longestGap: 0 };
  let last = Number.NaN; // milliseconds
  let lastTime = -1; // seconds in the clip
  const hear = ({ data }: MessageEvent) => {
    const found = data.value?.hands;
    if (data.kind !== 'answer' || !Array.isArray(found)) return;
    const now = performance.now();
    counts.results += 1;
    counts.hands += found.length;
    if (data.value.time < lastTime) counts.loops += 1;
    if (now - last > counts.longestGap) counts.longestGap = now - last;
    [last, lastTime] = [now, data.value.time];
  };
  const Plain = Worker;
  globalThis.Worker = class extends Plain {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      this.addEventListener('message', hear);
    }
  };
  Object.assign(globalThis, {
    takeCounts: () => {
      // A gap that lasts counts before it ends.
      const longestGap = Math.max(counts.longestGap, performance.now() - last) / 1000;
      const taken = { ...counts, longestGap };
      Object.assign(counts, { results: 0, hands: 0, loops: 0, longestGap: 0 });
      return taken;
    },
  });
}

function takeCounts(page: Page): Promise<Omit<Reading, 'minutes' | 'memory'>> {
  return page.evaluate(() =>
    (globalThis as unknown as { takeCounts(): Omit<Reading, 'minutes' | 'memory'> }).takeCounts(),
  );
}

function told(reading: Reading): string {
  const { minutes, results, hands, loops, longestGap, memory } = reading;
  return `${minutes.toFixed(1)} min: ${results} results, ${(hands / results).toFixed(2)} hands each, ${loops} loops, longest gap ${longestGap.toFixed(2)} s, ${inMegabytes(memory)}`;
}

function onlyWhenAsked(): void {
  test(`plays for ${MINUTES} minutes without a stall, and its memory stays flat`, {
    timeout: (MINUTES + 5) * 60_000,
  }, async () => {
    const browser = await launch(MEMORY_ARGUMENTS);
    const site = await servePage();
    const readings: Reading[] = [];
    try {
      await withPage(
        browser,
        `${site.origin}/`,
        async ({ page, errors }) => {
          await ready(page);
          await playSample(page);
          await page.waitForTimeout(5000);
          await takeCounts(page);
          const start = Date.now();
          const minutes = () => (Date.now() - start) / 60_000;
          while (minutes() < MINUTES) {
            await page.waitForTimeout(EVERY * 1000);
            const counts = await takeCounts(page); // before the reading, which takes time itself
            const memory = await memoryOf(browser, page);
            readings.push({ minutes: minutes(), ...counts, memory });
            console.log(told(readings[readings.length - 1]));
          }
          expect(errors).toEqual([]);
        },
        {},
        (page) => page.addInitScript(watchResults, [VARIANT] as [string]),
      );
    } finally {
      await browser.close();
      await site.close();
    }
    const gap = Math.max(...readings.map(({ longestGap }) => longestGap));
    console.log(`longest gap of all: ${gap.toFixed(2)} s`);
    expect(gap).toBeLessThan(LONGEST_GAP);
    for (const { results, hands } of readings) {
      expect(results).toBeGreaterThan(0);
      expect(hands / results).toBeGreaterThan(1); // the clip shows two hands nearly all the time
    }
    expect(readings.reduce((sum, { loops }) => sum + loops, 0)).toBeGreaterThan(MINUTES);
    // Pools of pictures and the heap settle in the first minutes.
    const early = (readings.find(({ minutes }) => minutes >= MINUTES / 5) ?? readings[0]).memory;
    const late = readings[readings.length - 1].memory;
    expect(late.objects).toBeLessThan(early.objects + 5e6);
    expect(late.resident).toBeLessThan(early.resident + 30e6);
    expect(late.shared).toBeLessThan(early.shared + 30e6);
  });
}

if (MINUTES > 0) describeInBrowser('the page for a long time', onlyWhenAsked);
else describe.skip('the page for a long time (KNUCKLE_ENDURANCE=minutes runs it)', onlyWhenAsked);
