/** The package as its users get it: packed, installed, bundled, and finding a hand. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeInBrowser, launch, serve, useClipAsCamera, WEB, withPage } from './harness';

const { images } = JSON.parse(readFileSync(join(WEB, '../samples/annotations.json'), 'utf8'));
/** The truth in the picture, pixels. */
const INDEX_TIP_Y: number = images[0].hands[0].keypoints_2d[8][1];

const MAIN = `
import { detect, type Hand } from '@knuckle/web';
import { FilesetResolver, HandLandmarker } from '@knuckle/web/vision';

async function found(): Promise<{ hands: number; tip: number; tasks: number }> {
  const picture = await (await fetch('/samples/open_palm.jpg')).blob();
  const hands: readonly Hand[] = await detect(picture, { variant: 'lite' });
  const files = await FilesetResolver.forVisionTasks();
  const landmarker = await HandLandmarker.createFromModelPath(files, 'lite');
  const { landmarks } = landmarker.detect(await createImageBitmap(picture));
  return { hands: hands.length, tip: hands[0].points[8].y, tasks: landmarks.length };
}

found().then((value) => document.body.append(JSON.stringify(value)));
`;

const TSCONFIG = {
  compilerOptions: {
    strict: true,
    noEmit: true,
    module: 'ESNext',
    moduleResolution: 'bundler',
    target: 'ES2022',
    lib: ['ES2022', 'DOM'],
    types: [],
  },
  include: ['main.ts'],
};

describeInBrowser('the package', () => {
  const project = mkdtempSync(join(tmpdir(), 'knuckle-package-'));
  const run = (command: string, ...args: string[]): string =>
    execFileSync(command, args, { cwd: project, encoding: 'utf8', stdio: 'pipe' });
  let browser: Browser;

  beforeAll(async () => {
    browser = await launch();
    execFileSync('npm', ['pack', '--pack-destination', project], { cwd: WEB, stdio: 'pipe' });
    writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }');
    // It has no dependencies, so nothing is asked of a registry.
    const [tarball] = readdirSync(project).filter((name) => name.endsWith('.tgz'));
    run('npm', 'install', '--offline', '--no-audit', '--no-fund', `./${tarball}`);
    writeFileSync(
      join(project, 'index.html'),
      '<body><script type="module" src="/main.ts"></script>',
    );
    writeFileSync(join(project, 'main.ts'), MAIN);
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(TSCONFIG));
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(project, { recursive: true });
  });

  test('has no dependencies, and the licences of its parts', () => {
    const folder = join(project, 'node_modules/@knuckle/web/dist');
    expect(readdirSync(join(project, 'node_modules'))).toEqual(['.package-lock.json', '@knuckle']);
    for (const name of ['LICENSE', 'NOTICE'])
      expect(statSync(join(folder, name)).size).toBeGreaterThan(100);
  });

  test('has types for strict programs', () => {
    expect(run(process.execPath, join(WEB, 'node_modules/typescript/bin/tsc'), '-p', '.')).toBe('');
  });

  test('finds a hand in an empty project that Vite has built', async () => {
    await build({ root: project, configFile: false, logLevel: 'warn' });
    const site = await serve({
      folders: { '/': join(project, 'dist'), '/samples/': '../samples' },
    });
    try {
      const text = await withPage(browser, `${site.origin}/`, async ({ page }) => {
        await page.waitForFunction(() => document.body.textContent?.includes('{'));
        return page.textContent('body');
      });
      const found = JSON.parse(text?.trim() ?? '');
      expect(found).toMatchObject({ hands: 1, tasks: 1 });
      expect(Math.abs(found.tip - INDEX_TIP_Y)).toBeLessThan(20);
    } finally {
      await site.close();
    }
  });

  test('runs the example, which needs no bundler', async () => {
    const site = await serve({
      folders: { '/examples/': 'examples', '/dist/': 'dist', '/samples/': '../samples' },
      policy: null, // its script is in the page
    });
    try {
      await withPage(
        browser,
        `${site.origin}/examples/index.html`,
        async ({ page, errors }) => {
          await page.waitForFunction(() => document.querySelector('canvas')?.width === 854);
          await page.waitForTimeout(1000);
          expect(errors).toEqual([]);
        },
        {},
        (page) => page.addInitScript(useClipAsCamera),
      );
    } finally {
      await site.close();
    }
  });
});
