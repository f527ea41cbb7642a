/// <reference types="vite/client" />

/** The service worker: it keeps the page for use offline, and tells when there is a newer one. */

import type { Send } from './store';

/** Milliseconds to wait for the service worker, so that it keeps what the page loads. */
const PATIENCE = 3000;

/** Returns once the service worker sees all that the page loads, and has said so, or cannot. */
export async function keepOffline(send: Send): Promise<void> {
  const container = navigator.serviceWorker;
  if (container === undefined || import.meta.env.MODE === 'development') return;
  const tellKept = () => send({ type: 'offline-kept' });
  try {
    const registration = await container.register('sw.js');
    watch(registration, send);
    if (container.controller !== null) return tellKept();
    await Promise.race([
      controlled(container).then(tellKept),
      new Promise((resolve) => setTimeout(resolve, PATIENCE)),
    ]);
  } catch (error) {
    console.warn('The page will not work offline:', error);
  }
}

function controlled(container: ServiceWorkerContainer): Promise<void> {
  return new Promise((resolve) => {
    container.addEventListener('controllerchange', () => resolve());
  });
}

function watch(registration: ServiceWorkerRegistration, send: Send): void {
  const tell = (worker: ServiceWorker | null) => {
    // The first of all is no update.
    if (worker === null || navigator.serviceWorker.controller === null) return;
    if (worker.state === 'installed') send({ type: 'update-found' });
    else worker.addEventListener('statechange', () => tell(worker));
  };
  tell(registration.waiting);
  registration.addEventListener('updatefound', () => tell(registration.installing));
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') registration.update().catch(() => undefined); // offline
  });
}

/** Let a newer version take over, and show it. */
export async function reload(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration();
  const waiting = registration?.waiting;
  if (waiting == null) {
    location.reload();
    return;
  }
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload());
  waiting.postMessage('take-over');
}
