/** Which part of the drawing is to be seen: panned and zoomed by mouse, touch and keyboard. */

import type { Layout, Point, Rectangle } from '../layout/layout';

/** Where the drawing's origin is in the window, and how large the drawing is. */
export interface View extends Point {
  readonly scale: number;
}

const LEAST = 0.08;
const MOST = 3;
/** No smaller than this at first: then it can be read. */
const READABLE = 0.62;
const MARGIN = 24;
const FAR = 0.42;

export function zoomedAt(view: View, by: number, at: Point): View {
  const scale = Math.min(MOST, Math.max(LEAST, view.scale * by));
  const factor = scale / view.scale;
  return { scale, x: at.x - (at.x - view.x) * factor, y: at.y - (at.y - view.y) * factor };
}

/** All of it in the middle of the window. */
export function fitted({ width, height }: Layout, window: Rectangle): View {
  const room = { width: window.width - 2 * MARGIN, height: window.height - 2 * MARGIN };
  const scale = Math.max(LEAST, Math.min(1.15, room.width / width, room.height / height));
  return {
    scale,
    x: window.x + (window.width - width * scale) / 2,
    y: window.y + (window.height - height * scale) / 2,
  };
}

/** At first: all of it if it can be read so, else from its top, or in the middle if it is low. */
export function started(layout: Layout, window: Rectangle): View {
  const all = fitted(layout, window);
  if (all.scale >= READABLE) return all;
  const wide = (window.width - 2 * MARGIN) / layout.width;
  const scale = Math.min(1, Math.max(READABLE, wide));
  const first = layout.boxes.find(({ box }) => box.kind === 'input') ?? layout.boxes[0];
  const middle = first === undefined ? layout.width / 2 : first.x + first.width / 2;
  const isWider = layout.width * scale > window.width;
  const x = isWider ? window.width / 2 - middle * scale : (window.width - layout.width * scale) / 2;
  const bounds = window.width - layout.width * scale - MARGIN;
  return {
    scale,
    x: window.x + (isWider ? Math.min(MARGIN, Math.max(bounds, x)) : x),
    y: window.y + Math.max(8, (window.height - layout.height * scale) / 2),
  };
}

/** The same view if a rectangle is in it, else one with the rectangle in the middle. */
export function revealed(view: View, of: Rectangle, window: Rectangle, mayZoom = true): View {
  const scale = mayZoom && view.scale < FAR ? 0.85 : view.scale;
  const [left, top] = [view.x + of.x * scale, view.y + of.y * scale];
  const isIn =
    scale === view.scale &&
    left >= window.x + 8 &&
    top >= window.y + 8 &&
    left + of.width * scale <= window.x + window.width - 8 &&
    top + Math.min(of.height, 120) * scale <= window.y + window.height - 8;
  if (isIn) return view;
  const height = Math.min(of.height * scale, window.height * 0.8);
  return {
    scale,
    x: window.x + window.width / 2 - (of.x + of.width / 2) * scale,
    y: window.y + window.height / 2 - of.y * scale - height / 2,
  };
}

/** The same place of the window for a box that has moved in the drawing. */
export function anchored(view: View, before: Point, after: Point): View {
  return {
    scale: view.scale,
    x: view.x + (before.x - after.x) * view.scale,
    y: view.y + (before.y - after.y) * view.scale,
  };
}

export interface Viewport {
  view(): View;
  set(view: View, isSmooth?: boolean): void;
  /** The part of the canvas that nothing covers. */
  window(): Rectangle;
  pan(dx: number, dy: number): void;
  zoom(by: number): void;
}

const SMOOTH_MS = 260;

/** @param stage what is moved; canvas what hears the pointer. @param moved called after each move. */
export function createViewport(
  canvas: () => SVGSVGElement | null,
  stage: () => Element | null,
  moved: () => void,
): Viewport {
  let view: View = { x: 0, y: 0, scale: 1 };
  let frame = 0;
  const show = () => {
    const { x, y, scale } = view;
    stage()?.setAttribute(
      'transform',
      `translate(${x.toFixed(2)} ${y.toFixed(2)}) scale(${scale.toFixed(4)})`,
    );
    canvas()?.classList.toggle('is-far', scale < FAR);
    moved();
  };
  const set = (next: View, isSmooth = false) => {
    cancelAnimationFrame(frame);
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    if (!isSmooth || still) {
      view = next;
      show();
      return;
    }
    const [from, start] = [view, performance.now()];
    const step = (now: number) => {
      const t = Math.min(1, (now - start) / SMOOTH_MS);
      const eased = 1 - (1 - t) ** 3;
      const mix = (a: number, b: number) => a + (b - a) * eased;
      const there = { x: mix(from.x, next.x), y: mix(from.y, next.y) };
      view = t === 1 ? next : { ...there, scale: mix(from.scale, next.scale) };
      show();
      if (t < 1) frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
  };
  const window = () => {
    const { width = 800, height = 600 } = canvas()?.getBoundingClientRect() ?? {};
    return { x: 0, y: 0, width, height };
  };
  return {
    view: () => view,
    set,
    window,
    pan: (dx, dy) => set({ ...view, x: view.x + dx, y: view.y + dy }),
    zoom: (by) => {
      const { width, height } = window();
      set(zoomedAt(view, by, { x: width / 2, y: height / 2 }), true);
    },
  };
}
