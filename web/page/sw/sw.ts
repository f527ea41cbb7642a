/**
 * The service worker. It keeps every file of this version of the page, and the networks and the
 * wasm files once the page has loaded them, so that the page works without a connection.
 */

const worker = globalThis as unknown as ServiceWorkerGlobalScope;

/** Set by the build: the page's files, and a hash of their contents. */
declare const FILES: readonly string[];
declare const VERSION: string;

const PAGE = `knuckle-page-${VERSION}`;
const LARGE = `knuckle-large-${VERSION}`;
const FOLDERS = /\/(models|wasm)\/[^/]+$/;

worker.addEventListener('install', (event) => event.waitUntil(install()));
worker.addEventListener('activate', (event) => event.waitUntil(activate()));
worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const isOurs =
    url.origin === worker.location.origin && url.href.startsWith(worker.registration.scope);
  if (request.method !== 'GET' || !isOurs) return;
  event.respondWith(answer(request, url));
});
worker.addEventListener('message', (event) => {
  if (event.data === 'take-over') void worker.skipWaiting();
});

async function install(): Promise<void> {
  const cache = await caches.open(PAGE);
  await cache.addAll(FILES.map((file) => new Request(file, { cache: 'no-cache' })));
  await carryOver();
}

/** What an older version kept is asked for again, so that this one is complete offline, too. */
async function carryOver(): Promise<void> {
  const older = (await caches.keys()).filter((name) => name.startsWith('knuckle-large-'));
  const requests = await Promise.all(older.map(async (name) => (await caches.open(name)).keys()));
  const addresses = new Set(requests.flat().map((request) => request.url));
  const cache = await caches.open(LARGE);
  await Promise.all(
    [...addresses].map((url) => cache.add(new Request(url, { cache: 'no-cache' }))),
  );
}

async function activate(): Promise<void> {
  const names = await caches.keys();
  const older = names.filter(
    (name) => name.startsWith('knuckle-') && name !== PAGE && name !== LARGE,
  );
  await Promise.all(older.map((name) => caches.delete(name)));
  await worker.clients.claim();
}

async function answer(request: Request, url: URL): Promise<Response> {
  if (FOLDERS.test(url.pathname)) return large(request);
  const cache = await caches.open(PAGE);
  const isPage =
    request.mode === 'navigate' && url.href.split(/[?#]/)[0] === worker.registration.scope;
  const kept = await cache.match(isPage ? './' : request, { ignoreSearch: isPage });
  if (kept === undefined) return fetch(request);
  return request.headers.has('range') ? partOf(kept, request.headers.get('range') ?? '') : kept;
}

async function large(request: Request): Promise<Response> {
  const cache = await caches.open(LARGE);
  const kept = await cache.match(request);
  if (kept !== undefined) return kept;
  const response = await fetch(request);
  if (response.ok) await cache.put(request, response.clone());
  return response;
}

/** Players ask for clips in parts, and a cache keeps them whole. */
async function partOf(whole: Response, range: string): Promise<Response> {
  const bytes = await whole.blob();
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(range) ?? [];
  const start = first === '' ? Math.max(bytes.size - Number(last), 0) : Number(first);
  const end = first === '' || last === '' ? bytes.size - 1 : Math.min(Number(last), bytes.size - 1);
  if (start > end) {
    return new Response(null, {
      status: 416,
      headers: { 'content-range': `bytes */${bytes.size}` },
    });
  }
  const headers = new Headers(whole.headers);
  headers.set('content-range', `bytes ${start}-${end}/${bytes.size}`);
  headers.set('content-length', String(end - start + 1));
  headers.delete('content-encoding');
  return new Response(bytes.slice(start, end + 1), { status: 206, headers });
}
