/** What fingers, mouse and wheel do to the viewport. */

import type { Point } from '../layout/layout';
import { type Viewport, zoomedAt } from './viewport';

/** Pixels that a press may stray and still be a click. */
const STRAY = 5;

/** Listen on an element that holds the canvas. @param isCanvas whether an event is on the canvas. */
export function listen(
  element: HTMLElement,
  viewport: Viewport,
  isCanvas: (target: EventTarget | null) => boolean,
): void {
  const pointers = new Map<number, Point>();
  let isDragged = false;
  const place = (event: MouseEvent): Point => {
    const { left, top } = element.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  element.addEventListener('pointerdown', (event) => {
    if (!isCanvas(event.target) || event.button > 1) return;
    pointers.set(event.pointerId, place(event));
    if (pointers.size === 1) isDragged = false;
  });
  element.addEventListener('pointermove', (event) => {
    const before = pointers.get(event.pointerId);
    if (before === undefined) return;
    const now = place(event);
    if (!isDragged && Math.hypot(now.x - before.x, now.y - before.y) < STRAY) return;
    if (!isDragged) capture(element, pointers.keys());
    isDragged = true;
    moved(viewport, pointers, event.pointerId, now);
    pointers.set(event.pointerId, now);
  });
  const end = (event: PointerEvent) => void pointers.delete(event.pointerId);
  element.addEventListener('pointerup', end);
  element.addEventListener('pointercancel', end);
  // A drag ends with a click that nobody means.
  element.addEventListener(
    'click',
    (event) => {
      if (isDragged) event.stopPropagation();
      isDragged = false;
    },
    { capture: true },
  );
  element.addEventListener(
    'wheel',
    (event) => {
      if (!isCanvas(event.target)) return;
      const isZoom = event.ctrlKey || event.metaKey;
      // Within another page, the wheel goes on to scroll that page.
      if (isEmbedded() && !isZoom) return;
      event.preventDefault();
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 18 : 1;
      const [dx, dy] = [event.deltaX * unit, event.deltaY * unit];
      if (isZoom) {
        const by = Math.exp(-Math.max(-60, Math.min(60, dy)) * 0.01);
        viewport.set(zoomedAt(viewport.view(), by, place(event)));
      } else if (event.shiftKey && dx === 0) viewport.pan(-dy, 0);
      else viewport.pan(-dx, -dy);
    },
    { passive: false },
  );
}

/** Whether this page is shown within another one. */
export function isEmbedded(): boolean {
  return window.self !== window.top;
}

function capture(element: HTMLElement, ids: Iterable<number>): void {
  for (const id of ids) {
    try {
      element.setPointerCapture(id);
    } catch {
      // The pointer may be gone already.
    }
  }
}

/** One pointer pans; two zoom about the middle between them. */
function moved(
  viewport: Viewport,
  pointers: ReadonlyMap<number, Point>,
  id: number,
  now: Point,
): void {
  const before = pointers.get(id) as Point;
  const other = [...pointers].find(([one]) => one !== id)?.[1];
  if (other === undefined) {
    viewport.pan(now.x - before.x, now.y - before.y);
    return;
  }
  const far = (a: Point, b: Point) => Math.max(1, Math.hypot(a.x - b.x, a.y - b.y));
  const middle = (a: Point, b: Point) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
  const [was, is] = [middle(before, other), middle(now, other)];
  const zoomed = zoomedAt(viewport.view(), far(now, other) / far(before, other), was);
  viewport.set({ ...zoomed, x: zoomed.x + is.x - was.x, y: zoomed.y + is.y - was.y });
}
