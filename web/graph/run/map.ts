/** The small map: it shows where the window is, and takes the pointer there. */

import type { Layout } from '../layout/layout';
import { MAP, MAP_WINDOW } from '../view/map';
import type { Viewport } from './viewport';

/** Mark what of the drawing is in the window; without a need for the map, hide it. */
export function markWindow(root: ParentNode, viewport: Viewport, layout: Layout | null): void {
  const map = root.querySelector(`#${MAP}`);
  const mark = root.querySelector(`#${MAP_WINDOW}`);
  if (layout === null || map === null || mark === null) return;
  const { view, window } = { view: viewport.view(), window: viewport.window() };
  const [width, height] = [window.width / view.scale, window.height / view.scale];
  map.classList.toggle(
    'is-needless',
    width >= layout.width * 0.98 && height >= layout.height * 0.98,
  );
  const place = { x: -view.x / view.scale, y: -view.y / view.scale, width, height };
  for (const [name, value] of Object.entries(place)) mark.setAttribute(name, value.toFixed(1));
}

/** Let a pointer on the map move the window. */
export function listenToMap(
  root: HTMLElement,
  viewport: Viewport,
  layout: () => Layout | null,
): void {
  let pressed: number | null = null;
  const go = (event: PointerEvent, map: Element) => {
    const whole = layout();
    if (whole === null) return;
    const { left, top, width, height } = map.getBoundingClientRect();
    const { scale } = viewport.view();
    const window = viewport.window();
    const [x, y] = [(event.clientX - left) / width, (event.clientY - top) / height];
    viewport.set({
      scale,
      x: window.width / 2 - x * whole.width * scale,
      y: window.height / 2 - y * whole.height * scale,
    });
  };
  root.addEventListener('pointerdown', (event) => {
    const map = event.target instanceof Element ? event.target.closest(`#${MAP}`) : null;
    if (map === null) return;
    event.preventDefault();
    pressed = event.pointerId;
    map.setPointerCapture(pressed);
    go(event, map);
  });
  root.addEventListener('pointermove', (event) => {
    const map = pressed === event.pointerId ? root.querySelector(`#${MAP}`) : null;
    if (map !== null) go(event, map);
  });
  for (const end of ['pointerup', 'pointercancel'] as const) {
    root.addEventListener(end, () => {
      pressed = null;
    });
  }
}
