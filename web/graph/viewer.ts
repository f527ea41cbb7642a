/**
 * The script of the viewer. Python calls `svgOf`; in a page with a drawing in it, the viewer starts;
 * in a worker, the layout library listens.
 */

import type { Drawing } from './model';
import { messagesOf } from './run/address';
import { createEngine } from './run/engine';
import { createViewer, type Viewer } from './run/viewer';
import './styles/viewer.css';

export { svgOf } from './drawing/svg';

/** Start a viewer in an element of this page. */
export function start(
  root: HTMLElement,
  drawing: Drawing,
  follow?: Parameters<typeof createViewer>[0]['follow'],
): Viewer {
  return createViewer({ root, drawing, layOut: createEngine(thisScript()), follow });
}

/** The page holds this script within itself, or loads it from an address. */
function thisScript(): { text: string } | { address: string } | null {
  const script = document.getElementById('knuckle-graph-script');
  if (!(script instanceof HTMLScriptElement)) return null;
  return script.src === '' ? { text: script.text } : { address: script.src };
}

/** Links with `#node=ID` and the like lead there. */
function followAddress(viewer: Viewer): void {
  const go = () => {
    const streams = [...viewer.state().catalogue.streams.values()];
    const wayOf = (name: string) =>
      streams.find(({ way }) => way.name === name || way.names.includes(name))?.way.id;
    for (const message of messagesOf(location.hash, wayOf)) viewer.send(message);
  };
  window.addEventListener('hashchange', go);
  go();
}

if (typeof document !== 'undefined') {
  const root = document.getElementById('graph');
  const data = document.getElementById('drawing')?.textContent;
  if (root !== null && data) followAddress(start(root, JSON.parse(data) as Drawing));
}
