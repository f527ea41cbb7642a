/**
 * What every test in a browser needs: a server on this machine, Chromium, and pages that fail their
 * test when anything asks another host.
 */

import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, normalize, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';

/** The folder `web/`. */
export const WEB = fileURLToPath(new URL('..', import.meta.url));

const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The Chromium to drive; null where there is none. `CHROMIUM` names another. */
export const CHROMIUM = process.env.CHROMIUM ?? BROWSERS.find(existsSync) ?? null;

/** `describe` for tests that need a browser; it skips with a reason where there is none. */
export function describeInBrowser(name: string, tests: () => void): void {
  if (CHROMIUM === null) describe.skip(`${name} (no Chromium here; CHROMIUM names one)`, tests);
  else describe(name, tests);
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.wasm': 'application/wasm',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.svg': 'image/svg+xml',
  '.mp4': 'video/mp4',
  '.webm': 'video/webm',
};

/** Nothing but the page's own site, and wasm. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self' blob:",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "style-src 'self' 'unsafe-inline'",
].join('; ');

/** What the server serves. */
export interface SiteOptions {
  /** Folders by the path under which they are served, such as `{ '/lib/': 'dist' }`; relative to `web/`. */
  folders?: Readonly<Record<string, string>>;
  /** Pages by their path, as HTML. */
  pages?: Readonly<Record<string, string>>;
  /** Whether pages are cross-origin isolated, which threads need; perhaps by path. Default true. */
  isIsolated?: boolean | ((path: string) => boolean);
  /** Default `CONTENT_SECURITY_POLICY`; null sends none. */
  policy?: string | null;
}

/** A server on this machine. */
export interface Site {
  readonly origin: string;
  /** The paths that were asked for, in order. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** Serve folders and pages on a free port of this machine. */
export async function serve(options: SiteOptions): Promise<Site> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://local').pathname);
    asked.push(path);
    response.setHeaders(new Map(Object.entries(headersOf(options, path))));
    respond(options, path, request, response);
  });
  return { origin: await listening(server), asked, close: () => closed(server) };
}

function headersOf(
  { isIsolated = true, policy = CONTENT_SECURITY_POLICY }: SiteOptions,
  path: string,
) {
  const hasHeaders = typeof isIsolated === 'boolean' ? isIsolated : isIsolated(path);
  return {
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-cache',
    ...(hasHeaders && {
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
    }),
    ...(policy !== null && { 'content-security-policy': policy }),
  };
}

function respond(
  { folders = {}, pages = {} }: SiteOptions,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (path === '/favicon.ico') {
    response.writeHead(204).end(); // browsers ask for it by themselves
    return;
  }
  const page = pages[path];
  if (page !== undefined) {
    response.writeHead(200, { 'content-type': TYPES['.html'] }).end(page);
    return;
  }
  const prefixes = Object.keys(folders).filter((prefix) => path.startsWith(prefix));
  const prefix = prefixes.sort((a, b) => b.length - a.length)[0];
  const rest = prefix === undefined ? '' : normalize(path.slice(prefix.length) || 'index.html');
  const file = prefix === undefined ? '' : resolve(WEB, folders[prefix], rest);
  if (prefix === undefined || rest.startsWith('..') || !isFile(file)) {
    response.writeHead(404, { 'content-type': TYPES['.html'] }).end('<h1>not found</h1>');
    return;
  }
  send(file, request, response);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** A file, or the part of it that is asked for, because videos are read in parts. */
function send(file: string, request: IncomingMessage, response: ServerResponse): void {
  const { size } = statSync(file);
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  const start = range === null ? 0 : Number(range[1]);
  const end = range?.[2] ? Number(range[2]) : size - 1;
  response.writeHead(range === null ? 200 : 206, {
    'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
    'content-length': end - start + 1,
    'accept-ranges': 'bytes',
    ...(range !== null && { 'content-range': `bytes ${start}-${end}/${size}` }),
  });
  createReadStream(file, { start, end }).pipe(response);
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((done) => server.close(() => done()));
}

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autofill-server-url=http://127.0.0.1:9', // which Chromium asks what fields are for
];

/** Start Chromium. */
export async function launch(args: readonly string[] = []): Promise<Browser> {
  if (CHROMIUM === null) throw new Error('There is no Chromium; CHROMIUM names one.');
  return chromium.launch({ executablePath: CHROMIUM, args: [...ARGUMENTS, ...args] });
}

/** Chromium and a site, open while the tests of a `describe` run. */
export function opened(openSite: () => Promise<Site>): { browser: Browser; site: Site } {
  const open = {} as { browser: Browser; site: Site };
  beforeAll(async () => {
    open.browser = await launch();
    open.site = await openSite();
  });
  afterAll(async () => {
    await open.browser?.close();
    await open.site?.close();
  });
  return open;
}

/** What a page has said and asked. */
export interface Watched {
  readonly page: Page;
  /** Lines of the console that are errors, and errors that nobody caught. */
  readonly errors: readonly string[];
}

/**
 * Open a page, let the test use it, and close it.
 *
 * Throws if anything in the page, its workers included, asked another host: all such requests go to
 * a proxy that writes them down and refuses them.
 * @param options of the browser's context, such as a phone's screen.
 * @param prepare called before the page is opened.
 */
export async function withPage<T>(
  browser: Browser,
  url: string,
  use: (watched: Watched) => Promise<T>,
  options: BrowserContextOptions = {},
  prepare: (page: Page) => Promise<unknown> = async () => {},
): Promise<T> {
  const foreign: string[] = [];
  const proxy = refusingProxy(foreign);
  const server = await listening(proxy);
  const context = await browser.newContext({ ...options, proxy: { server, bypass: '127.0.0.1' } });
  try {
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    page.on('pageerror', (error) => errors.push(String(error)));
    await prepare(page);
    await page.goto(url);
    const result = await use({ page, errors });
    if (foreign.length > 0) throw new Error(`The page asked other hosts: ${foreign.join(', ')}`);
    return result;
  } finally {
    await context.close();
    await closed(proxy);
  }
}

/** A proxy that refuses everything. Requests to this machine go past it. */
function refusingProxy(foreign: string[]): Server {
  const proxy = createServer((request, response) => {
    foreign.push(request.url ?? '');
    response.writeHead(403).end();
  });
  proxy.on('connect', (request, socket) => {
    foreign.push(request.url ?? '');
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  return proxy;
}

/** Run it in a page before the page asks for a camera: the sample clip plays as the camera's stream. */
export function useClipAsCamera(): void {
  navigator.mediaDevices.getUserMedia = async () => {
    const clip: HTMLVideoElement & { captureStream?: () => MediaStream } =
      document.createElement('video');
    Object.assign(clip, { src: '/samples/two_hands.mp4', loop: true, muted: true });
    await clip.play();
    if (clip.captureStream === undefined) throw new Error('no captureStream');
    return clip.captureStream();
  };
}
