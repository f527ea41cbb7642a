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
/** A window that is no wider, such as a phone's, rather shows small words than half a graph. */
const NARROW = 720;
/** But no smaller than this: on a phone's dense screen, titles can just be read. */
const SMALLEST = 0.28;

export function zoomedAt(view: View, by: number, at: Point): View {
  const scale = Math.min(MOST, Math.max(LEAST, view.scale * by));
  const factor = scale / view.scale;
  return { scale, x: at.x - (at.x - view.x) * factor, y: at.y - (at.y - view.y) * factor };
}

/**
 * All of it, as large as can be, where nothing covers it.
 *
 * @param covers what lies over the window's lower corners, such as the legend.
 */
export function fitted(layout: Layout, window: Rectangle, covers: readonly Rectangle[] = []): View {
  const whole = centred(layout, window);
  if (!covers.some((cover) => isOver(cover, layout, whole))) return whole;
  return roomsBeside(window, covers)
    .map((room) => centred(layout, room))
    .reduce((best, view) => (view.scale > best.scale ? view : best));
}

function centred({ width, height }: Layout, window: Rectangle): View {
  const room = { width: window.width - 2 * MARGIN, height: window.height - 2 * MARGIN };
  const scale = Math.max(LEAST, Math.min(1.15, room.width / width, room.height / height));
  return {
    scale,
    x: window.x + (window.width - width * scale) / 2,
    y: window.y + (window.height - height * scale) / 2,
  };
}

/** Whether a rectangle of the window is over a box, its words or a wire. */
function isOver(cover: Rectangle, { boxes, wires }: Layout, { x, y, scale }: View): boolean {
  const left = (cover.x - x) / scale;
  const top = (cover.y - y) / scale;
  const [right, bottom] = [left + cover.width / scale, top + cover.height / scale];
  return (
    boxes.some(
      (box) =>
        box.x < right &&
        box.x + box.width > left &&
        box.y < bottom &&
        box.y + box.height + box.size.below > top,
    ) ||
    wires.some(({ points }) =>
      points.slice(1).some((to, i) => {
        const from = points[i];
        return (
          Math.min(from.x, to.x) < right &&
          Math.max(from.x, to.x) > left &&
          Math.min(from.y, to.y) < bottom &&
          Math.max(from.y, to.y) > top
        );
      }),
    )
  );
}

/** What is left of a window that ends above each cover, or beside it. */
function roomsBeside(window: Rectangle, covers: readonly Rectangle[]): readonly Rectangle[] {
  return covers.reduce<readonly Rectangle[]>(
    (rooms, cover) => rooms.flatMap((room) => [above(room, cover), beside(room, cover)]),
    [window],
  );
}

function above(room: Rectangle, cover: Rectangle): Rectangle {
  return { ...room, height: Math.min(room.height, cover.y - room.y) };
}

function beside(room: Rectangle, cover: Rectangle): Rectangle {
  const right = room.x + room.width;
  const isAtLeft = cover.x + cover.width / 2 < room.x + room.width / 2;
  if (!isAtLeft) return { ...room, width: Math.min(room.width, cover.x - room.x) };
  const x = Math.max(room.x, cover.x + cover.width);
  return { ...room, x, width: right - x };
}

/**
 * At first: all of it if it can be read so; else its width if a narrow window has room for that;
 * else from its top, or in the middle if it is low, and from its left if an input is there.
 */
export function started(
  layout: Layout,
  window: Rectangle,
  covers: readonly Rectangle[] = [],
): View {
  const all = fitted(layout, window, covers);
  if (all.scale >= READABLE) return all;
  const wide = (window.width - 2 * MARGIN) / layout.width;
  const isNarrow = window.width <= NARROW && wide >= SMALLEST;
  const scale = Math.min(1, isNarrow ? wide : Math.max(READABLE, wide));
  return {
    scale,
    x: window.x + startX(layout, window.width, scale),
    y: window.y + Math.max(8, (window.height - layout.height * scale) / 2),
  };
}

function startX(layout: Layout, room: number, scale: number): number {
  const width = layout.width * scale;
  if (width <= room) return (room - width) / 2;
  const inputs = layout.boxes.filter(({ box }) => box.kind === 'input');
  const first = inputs.toSorted((a, b) => a.x - b.x)[0];
  if (first === undefined || (first.x + first.width) * scale <= room - 2 * MARGIN) return MARGIN;
  const x = room / 2 - (first.x + first.width / 2) * scale;
  return Math.min(MARGIN, Math.max(room - width - MARGIN, x));
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
  /** The canvas. */
  window(): Rectangle;
  /** What lies over the canvas: the legend and the buttons. */
  covers(): readonly Rectangle[];
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
    covers: () => coversOf(canvas()),
    pan: (dx, dy) => set({ ...view, x: view.x + dx, y: view.y + dy }),
    zoom: (by) => {
      const { width, height } = window();
      set(zoomedAt(view, by, { x: width / 2, y: height / 2 }), true);
    },
  };
}

function coversOf(canvas: SVGSVGElement | null): readonly Rectangle[] {
  const origin = canvas?.getBoundingClientRect();
  if (canvas == null || origin === undefined) return [];
  return [...(canvas.parentElement?.querySelectorAll('.key, .zoom') ?? [])].map((element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    return { x: left - origin.left, y: top - origin.top, width, height };
  });
}
