/** Draws the icons of the manifest from icon.svg: `npm run icons`. Needs Chromium. */

import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const folder = fileURLToPath(new URL('../public/icons/', import.meta.url));
const svg = await readFile(`${folder}icon.svg`, 'utf8');
// Launchers cut a maskable icon to a circle of 80 % and fill what is around it.
const maskable = svg
  .replace(/ rx="\d+"/, '')
  .replace('translate(58 51) scale(6.2)', 'translate(103 97) scale(4.8)');

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
const page = await browser.newPage();
for (const [name, size, drawing] of [
  ['icon-192.png', 192, svg],
  ['icon-512.png', 512, svg],
  ['maskable-512.png', 512, maskable],
]) {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(`<style>body{margin:0}svg{display:block;width:100vw}</style>${drawing}`);
  await writeFile(folder + name, await page.screenshot({ omitBackground: true }));
}
await browser.close();
