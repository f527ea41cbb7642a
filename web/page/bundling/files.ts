/** Files that the page needs beside its own: the networks, LiteRT.js, and the sample clip. */

import { createReadStream, existsSync, statSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Connect, Plugin } from 'vite';
import { BUILDS, NETWORKS } from '../../src/networks/models.ts';

/** What threads need. */
export const HEADERS = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
};

const WEB = fileURLToPath(new URL('../..', import.meta.url));

/** Folders that the page asks for, and where they are in the repository. */
const FOLDERS: Readonly<Record<string, string>> = {
  models: join(WEB, '../src/knuckle/weights'),
  wasm: join(WEB, 'node_modules/@litertjs/core/wasm'),
  sample: join(WEB, '../samples'),
};

/** What is copied into the page's folder. The networks stay where they are: the server adds them. */
const COPIED: Readonly<Record<string, readonly string[]>> = {
  wasm: Object.values(BUILDS).flatMap(({ script, wasm }) => [script.name, wasm.name]),
  sample: ['two_hands.mp4'],
};

const MODELS = Object.values(NETWORKS).flatMap(({ palm, hand }) => [
  palm.file.name,
  hand.file.name,
]);

/** @param withNetworks copy the networks, too, for a host that only serves files. */
export function pageFiles(withNetworks: boolean): Plugin {
  const copied = withNetworks ? { ...COPIED, models: MODELS } : COPIED;
  return {
    name: 'page-files',
    configureServer: (server) => void server.middlewares.use(answer),
    configurePreviewServer: (server) => void server.middlewares.use(answer),
    generateBundle(_, bundle) {
      // The library names its files beside itself. The page has them in folders of its own.
      for (const name of Object.keys(bundle)) {
        if (/litert_wasm_|\.tflite$/.test(name)) delete bundle[name];
      }
    },
    async writeBundle({ dir = '' }) {
      for (const [folder, names] of Object.entries(copied)) {
        await mkdir(join(dir, folder), { recursive: true });
        for (const name of names) {
          await copyFile(join(FOLDERS[folder], name), join(dir, folder, name));
        }
      }
    },
  };
}

const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript',
  wasm: 'application/wasm',
  mp4: 'video/mp4',
};

const answer: Connect.NextHandleFunction = (request, response, next) => {
  const { pathname } = new URL(request.url ?? '/', 'http://here');
  const folder = FOLDERS[basename(dirname(pathname))];
  const file = folder === undefined ? '' : join(folder, basename(pathname));
  if (file === '' || !existsSync(file)) next();
  else send(file, request, response);
};

/** A file, or the part of it that is asked for: players ask for clips in parts. */
function send(file: string, request: IncomingMessage, response: ServerResponse): void {
  const { size } = statSync(file);
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
  const start = Number(first ?? 0);
  const end = last ? Number(last) : size - 1;
  response.writeHead(first === undefined ? 200 : 206, {
    ...HEADERS,
    'content-type': TYPES[file.split('.').at(-1) ?? ''] ?? 'application/octet-stream',
    'content-length': end - start + 1,
    'accept-ranges': 'bytes',
    ...(first !== undefined && { 'content-range': `bytes ${start}-${end}/${size}` }),
  });
  createReadStream(file, { start, end }).pipe(response);
}
