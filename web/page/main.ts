/** The page: it puts state, views and session together. */

import { keepOffline, reload } from './run/offline';
import { createSession } from './run/session';
import { createStore } from './run/store';
import { restored } from './state/settings';
import { START, type State } from './state/state';
import { createView3d } from './three/view';
import { app } from './view/app';
import { shortcut, takesKey } from './view/keys';
import { patch } from './view/tree';

const KEPT = 'knuckle-settings';

function kept(): unknown {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? 'null');
  } catch {
    return null; // storage may be blocked, or hold what is not ours
  }
}

function keep({ settings }: State): void {
  try {
    localStorage.setItem(KEPT, JSON.stringify(settings));
  } catch {
    // Storage may be blocked; then settings last as long as the page.
  }
}

function element<T extends Element>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no ${id}`);
  return found;
}

const root = element('app', HTMLDivElement);
const canThread = globalThis.crossOriginIsolated === true;
const store = createStore({ ...START, settings: restored(kept()), canThread });
const { send } = store;

const prefersDark = matchMedia('(prefers-color-scheme: dark)');
prefersDark.addEventListener('change', () => show());

function lookOf({ settings: { look } }: State): string {
  if (look !== 'auto') return look;
  return prefersDark.matches ? 'dark' : 'light';
}

let isAsked = false;
function show(): void {
  isAsked = false;
  const state = store.state();
  document.documentElement.dataset.look = lookOf(state);
  patch(root, [app(state)], send);
}

show();
const begin = createSession(store, {
  video: element('source-video', HTMLVideoElement),
  picture: element('picture', HTMLCanvasElement),
  space: createView3d(element('space', HTMLCanvasElement)),
  file: element('file', HTMLInputElement),
});
store.follow((state, message, before) => {
  if (message.type === 'reload-wanted') void reload();
  if (state.settings !== before.settings) keep(state);
  if (state === before || isAsked) return;
  isAsked = true;
  requestAnimationFrame(show);
});

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (takesKey(document.activeElement, event.key)) return;
  const message = shortcut(event.key, store.state());
  if (message === null) return;
  event.preventDefault();
  send(message);
});
document.addEventListener('paste', (event) => give(event.clipboardData));
document.addEventListener('dragover', (event) => {
  event.preventDefault();
  if (!store.state().isDropping) send({ type: 'dragging', isOver: true });
});
document.addEventListener('dragleave', (event) => {
  if (event.relatedTarget === null) send({ type: 'dragging', isOver: false });
});
document.addEventListener('drop', (event) => {
  event.preventDefault();
  send({ type: 'dragging', isOver: false });
  give(event.dataTransfer);
});

function give(data: DataTransfer | null): void {
  const file = data?.files[0];
  if (file !== undefined) send({ type: 'file-given', file });
}

void navigator.gpu?.requestAdapter().then((adapter) => {
  if (adapter !== null) send({ type: 'webgpu-found' });
});

// The networks are on their way while the user reads, unless the user saves data.
const { connection } = navigator as Navigator & { connection?: { saveData?: boolean } };
void keepOffline(send).then(() => {
  if (connection?.saveData !== true) begin();
});
