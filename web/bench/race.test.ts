/** The race beside Google's package, for bench/browser.py, which writes the plan and reads the result. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launch, type Site, serve } from '../browser/harness';
import { type Contestant, first, load, open, type Plan, record, round } from './contest';

const SETTLING = 30;
const LEADING = 2;
const MEASURED = 10;

const CONTESTANTS: readonly Contestant[] = (['full', 'lite'] as const).flatMap((variant) => {
  const reference = `tasks-vision 1.1.0, ${variant}`;
  return [
    ...[1, 2].map((threads) => ({
      name: `knuckle, ${variant}, ${threads === 1 ? '1 thread' : `${threads} threads`}`,
      library: 'knuckle' as const,
      variant,
      threads,
      reference,
    })),
    { name: reference, library: 'google' as const, variant, threads: 1, reference: null },
  ];
});

const folder = process.env.KNUCKLE_RACE ?? '';
const plan: Plan = JSON.parse(readFileSync(join(folder, 'plan.json'), 'utf8'));
let browser: Browser;
let site: Site;

beforeAll(async () => {
  site = await serve({
    folders: {
      '/': 'bench',
      '/knuckle/': 'dist',
      '/peer/': 'bench/peer/node_modules/@mediapipe/tasks-vision',
      '/plan/': folder,
    },
    policy: null, // Google's package makes code at run time
  });
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
  await site?.close();
});

async function visit(only = ''): Promise<Page> {
  const context = await browser.newContext(); // its cache is empty
  const page = await context.newPage();
  await page.goto(`${site.origin}/race.html?only=${only}`);
  await page.waitForFunction(() => window.isReady);
  return page;
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

/** Milliseconds of every round, by scenario and contestant. */
async function race(page: Page) {
  const times: Record<string, Record<string, number[][]>> = {};
  const faults: string[] = [];
  for (const scenario of plan.scenarios) {
    const rounds: Record<string, number[][]> = {};
    const positions: Record<string, number> = {};
    for (let turn = 0; turn <= plan.rounds; turn++) {
      for (const { name } of shuffled(CONTESTANTS)) {
        const leading = turn === 0 ? SETTLING : LEADING;
        const position = positions[name] ?? 0;
        const about = { name, scenario, position, leading, measured: MEASURED };
        const found = await page.evaluate(round, about);
        positions[name] = position + leading + MEASURED;
        if (turn === 0) continue;
        rounds[name] ??= [];
        rounds[name].push(found.milliseconds);
        const wrong = found.hands.filter((count) => count !== scenario.hands).length;
        if (wrong) faults.push(`${scenario.name}: ${name} found another number of hands`);
      }
    }
    times[scenario.name] = rounds;
  }
  return { times, faults: [...new Set(faults)] };
}

/** What a visit with an empty cache loads, and when it has read its first hand. */
async function firstVisits() {
  const found: Record<string, { milliseconds: number[]; files: Record<string, number[]> }> = {};
  for (let turn = 0; turn < plan.firsts; turn++) {
    for (const contestant of shuffled(CONTESTANTS.filter((c) => c.variant === 'full'))) {
      const context = await browser.newContext();
      const page = await context.newPage();
      const files: Record<string, number[]> = {};
      const bodies: Promise<void>[] = [];
      page.on('response', (response) => {
        const { pathname } = new URL(response.url());
        if (pathname.endsWith('.png') || turn > 0) return;
        bodies.push(
          response.body().then(
            (body) => {
              files[pathname] = [body.length, brotliCompressSync(body).length];
            },
            () => {}, // asked for its headers only, and counted when it was loaded
          ),
        );
      });
      await page.goto(`${site.origin}/race.html?only=${contestant.library}`);
      await page.waitForFunction(() => window.isReady);
      await page.evaluate(open, { contestant });
      const file = plan.scenarios[0].frames[0];
      const { milliseconds, hands } = await page.evaluate(first, { contestant, file });
      expect(hands, contestant.name).toBe(1);
      await Promise.all(bodies);
      found[contestant.name] ??= { milliseconds: [], files };
      found[contestant.name].milliseconds.push(milliseconds);
      await context.close();
    }
  }
  return found;
}

test('the race', async () => {
  const page = await visit();
  const { userAgent, isolated } = await page.evaluate(() => ({
    userAgent: navigator.userAgent,
    isolated: crossOriginIsolated,
  }));
  expect(isolated).toBe(true);
  for (const contestant of CONTESTANTS) await page.evaluate(open, { contestant });

  await page.evaluate(load, { files: plan.scenarios.flatMap((scenario) => scenario.frames) });
  const { times, faults } = await race(page);

  await page.evaluate(load, { files: plan.clip });
  const clip: Record<string, unknown> = {};
  for (const { name } of CONTESTANTS) {
    clip[name] = await page.evaluate(record, { name, files: plan.clip, slots: 2 });
  }
  await page.context().close();

  const visits = await firstVisits();
  const references = Object.fromEntries(CONTESTANTS.map((c) => [c.name, c.reference]));
  const result = { userAgent, references, times, faults, visits, clip };
  writeFileSync(join(folder, 'result.json'), JSON.stringify(result));
});
