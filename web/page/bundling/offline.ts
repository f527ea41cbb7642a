/** The last step of the build: the service worker, which names all files, and compressed copies. */

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import { build, type Plugin } from 'vite';

/** Files of which a compressed copy is smaller. */
const COMPRESSED = /\.(html|js|css|svg|json|webmanifest|wasm|tflite)$/;
/** The page loads them when it needs them; the service worker keeps them from then on. */
const LARGE = /^(wasm|models)\//;
const LEAST_BYTES = 512;
const MEMORY = 'node_modules/.cache/compressed';

export function offline(): Plugin {
  return {
    name: 'page-offline',
    apply: 'build',
    async writeBundle({ dir = '' }) {
      await buildServiceWorker(dir);
      await compress(dir);
    },
  };
}

async function buildServiceWorker(folder: string): Promise<void> {
  const files = (await filesIn(folder)).filter((file) => file !== 'sw.js').sort();
  const kept = files.filter((file) => !LARGE.test(file));
  const hash = createHash('sha256');
  // A change of the large files is a new version, too.
  for (const file of files) hash.update(file).update(await readFile(join(folder, file)));
  await build({
    configFile: false,
    logLevel: 'warn',
    define: {
      FILES: JSON.stringify(['./', ...kept.filter((file) => file !== 'index.html')]),
      VERSION: JSON.stringify(hash.digest('hex').slice(0, 12)),
    },
    build: {
      outDir: folder,
      emptyOutDir: false,
      copyPublicDir: false,
      lib: { entry: 'page/sw/sw.ts', formats: ['iife'], name: 'sw', fileName: () => 'sw.js' },
    },
  });
}

async function compress(folder: string): Promise<void> {
  for (const file of (await filesIn(folder)).filter((name) => COMPRESSED.test(name))) {
    const path = join(folder, file);
    const bytes = await readFile(path);
    if (bytes.length < LEAST_BYTES) continue;
    await writeFile(`${path}.br`, await brotli(bytes));
  }
}

/**
 * A file as a server sends it that compresses as well as it can.
 *
 * The result is remembered: the wasm files take half a minute, and they hardly ever change.
 */
export async function brotli(bytes: Buffer): Promise<Buffer> {
  const path = join(MEMORY, `${createHash('sha256').update(bytes).digest('hex')}.br`);
  if (existsSync(path)) return readFile(path);
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  const made = await promisify(brotliCompress)(bytes, { params });
  await mkdir(MEMORY, { recursive: true });
  await writeFile(path, made);
  return made;
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
}
