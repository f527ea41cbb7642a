/** A viewer in a page: state, views and viewport put together. */

import { patch } from '../../page/view/tree';
import { svgOf } from '../drawing/svg';
import {
  type Layout,
  measured,
  type PlacedBox,
  placed,
  placedBoxes,
  questionOf,
  type Rectangle,
} from '../layout/layout';
import { type Measure, measureByTable, SANS } from '../layout/measure';
import type { Drawing } from '../model';
import { sceneOf } from '../scene/scene';
import { reduce } from '../state/reduce';
import { type Message, type State, shown, startOf, type Thing, themeOf } from '../state/state';
import { app } from '../view/app';
import { CANVAS, STAGE } from '../view/canvas';
import { SEARCH } from '../view/search';
import type { LayOut } from './engine';
import { isEmbedded, listen } from './gestures';
import { keyMessage } from './keys';
import { listenToMap, markWindow } from './map';
import {
  anchored,
  createViewport,
  fitted,
  revealed,
  started,
  type View,
  type Viewport,
} from './viewport';

export interface Viewer {
  /** Show another drawing, or a newer one of the same graph. */
  give(drawing: Drawing): void;
  send(message: Message): void;
  state(): State;
}

export interface ViewerOptions {
  readonly root: HTMLElement;
  readonly drawing: Drawing;
  readonly layOut: LayOut;
  /** Called after each change. */
  readonly follow?: (state: State, message: Message) => void;
}

export function createViewer({ root, drawing, layOut, follow }: ViewerOptions): Viewer {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const isNarrow = matchMedia('(max-width: 720px)').matches;
  const isLow = matchMedia('(max-height: 640px)').matches;
  let state = startOf({ drawing, prefersDark: dark.matches, isNarrow, isLow });
  const canvas = () => root.querySelector<SVGSVGElement>(`#${CANVAS}`);
  const viewport: Viewport = createViewport(
    canvas,
    () => root.querySelector(`#${STAGE}`),
    () => markWindow(root, viewport, state.layout),
  );
  const measure = pageMeasure();
  /** The last view that nobody but this has chosen. */
  let own: View | null = null;
  let serial = 0;
  let isAsked = false;

  function show(): void {
    isAsked = false;
    patch(root, [app(state)], send);
    markWindow(root, viewport, state.layout);
  }

  function send(message: Message): void {
    const before = state;
    state = reduce(state, message);
    if (message.type === 'zoomed') viewport.zoom(message.by);
    if (message.type === 'fitted' && state.layout !== null) {
      viewport.set(fitted(state.layout, viewport.window(), viewport.covers()), true);
    }
    if (message.type === 'svg-wanted') saveSvg(state);
    if (needsLayout(before, state)) void update(message, before);
    else if (isJump(message) && state.selected !== null) reveal(state.selected);
    if (message.type === 'focused') focusOn(message.id);
    if (message.type === 'selected' && message.thing !== null) uncover(message.thing);
    if (state !== before) {
      if (!isAsked) requestAnimationFrame(show);
      isAsked = true;
    }
    follow?.(state, message);
  }

  /** Make a new layout, and keep what the reader looks at where it is. */
  async function update(cause: Message, before: State): Promise<void> {
    const mine = ++serial;
    send({ type: 'layout-asked' });
    try {
      const words = measured(sceneOf(state.drawing, state.open), measure, shown(state));
      const layout = placed(words, await layOut(questionOf(words)));
      if (mine !== serial) return;
      const old = state.layout;
      send({ type: 'laid-out', layout });
      show();
      settle(cause, old, layout, before);
    } catch (error) {
      if (mine === serial) send({ type: 'layout-failed', text: (error as Error).message });
    }
  }

  function settle(cause: Message, old: Layout | null, layout: Layout, before: State): void {
    if (old === null || before.drawing.title !== state.drawing.title) {
      restart(layout, false);
      if (isJump(cause) && state.selected !== null) reveal(state.selected);
    } else if (cause.type === 'drawing-given' && isSameView(viewport.view(), own)) {
      restart(layout, true);
    } else if (cause.type === 'all-opened' || cause.type === 'all-closed') {
      restart(layout, true);
    } else if (isJump(cause) && state.selected !== null) {
      reveal(state.selected);
    } else {
      const [was, is] = [boxOf(old, state.focus), boxOf(layout, state.focus)];
      if (was !== undefined && is !== undefined) viewport.set(anchored(viewport.view(), was, is));
    }
    if (cause.type === 'toggled') focusOn(state.focus);
  }

  function restart(layout: Layout, isSmooth: boolean): void {
    own = started(layout, viewport.window(), viewport.covers());
    viewport.set(own, isSmooth);
  }

  /** The panel may have come over what was selected. */
  function uncover(thing: Thing): void {
    show();
    const place = state.layout === null ? null : placeOf(state, state.layout, thing);
    if (place === null || thing.kind === 'way') return;
    viewport.set(revealed(viewport.view(), place, viewport.window(), false), true);
  }

  function reveal(thing: Thing): void {
    const place = state.layout === null ? null : placeOf(state, state.layout, thing);
    if (place !== null) viewport.set(revealed(viewport.view(), place, viewport.window()), true);
    if (thing.kind === 'node') focusOn(thing.id);
    else root.querySelector<HTMLElement>(`#${SEARCH}`)?.blur();
  }

  function focusOn(id: string): void {
    show();
    const element = root.querySelector<SVGElement>(`[data-id="${CSS.escape(id)}"]`);
    if (element === null || document.activeElement === element) return;
    element.focus({ preventScroll: true });
    const box = state.layout === null ? undefined : boxOf(state.layout, id);
    if (box !== undefined) viewport.set(revealed(viewport.view(), box, viewport.window()), true);
  }

  dark.addEventListener('change', ({ matches }) =>
    send({ type: 'dark-preferred', isDark: matches }),
  );
  root.classList.toggle('is-embedded', isEmbedded());
  show();
  attend(root, viewport, () => state, send);
  listenToMap(root, viewport, () => state.layout);
  new ResizeObserver(() => markWindow(root, viewport, state.layout)).observe(root);
  if (drawing.graph !== null) void update({ type: 'fitted' }, state);
  return {
    give: (next) => send({ type: 'drawing-given', drawing: next }),
    send,
    state: () => state,
  };
}

/** The drawing as it is now, without the page around it. */
function saveSvg(state: State): void {
  const text = svgOf(shown(state), { theme: themeOf(state), open: [...state.open] });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }));
  link.download = `${state.drawing.title || 'graph'}.svg`;
  link.click();
  URL.revokeObjectURL(link.href);
}

function isSameView(a: View, b: View | null): boolean {
  return b !== null && a.x === b.x && a.y === b.y && a.scale === b.scale;
}

function isJump({ type }: Message): boolean {
  return type === 'jumped' || type === 'hit-taken';
}

function needsLayout(before: State, after: State): boolean {
  return (
    after.drawing.graph !== null &&
    (before.drawing !== after.drawing ||
      before.open !== after.open ||
      before.hasTrace !== after.hasTrace)
  );
}

/** Hear pointers and keys. */
function attend(
  root: HTMLElement,
  viewport: Viewport,
  state: () => State,
  send: (message: Message) => void,
): void {
  const isCanvas = (target: EventTarget | null) =>
    target instanceof Element && target.closest(`#${CANVAS}`) !== null;
  const stage = root.querySelector<HTMLElement>('.stage') ?? root;
  listen(stage, viewport, isCanvas);
  let last = '';
  stage.addEventListener('pointermove', (event) => {
    // What moves under a pointer that rests is not pointed at.
    const place = `${event.clientX} ${event.clientY}`;
    if (place === last || event.pointerType === 'touch' || event.buttons !== 0) return;
    last = place;
    send({ type: 'hovered', thing: thingUnder(event.target, state()) });
  });
  stage.addEventListener('pointerleave', () => send({ type: 'hovered', thing: null }));
  stage.addEventListener('click', (event) => {
    if (!isCanvas(event.target)) return;
    const thing = thingUnder(event.target, state());
    if (thing === null) send({ type: 'selected', thing: null });
    else if (thing.kind === 'way') send({ type: 'selected', thing });
  });
  root.ownerDocument.addEventListener('keydown', (event) => {
    const { activeElement } = document;
    if (activeElement?.closest('input, textarea, select, [contenteditable]')) return;
    if (event.key === '/' && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      root.querySelector<HTMLInputElement>(`#${SEARCH}`)?.focus();
      return;
    }
    const isOnNode = activeElement?.closest('.g-node') != null;
    if (activeElement?.closest('button, pre, .panel-body') && event.key !== 'Escape') return;
    const message = keyMessage(event, state(), viewport, isOnNode);
    if (message !== null) {
      event.preventDefault();
      send(message);
    }
  });
}

/** What lies under a pointer: a node, or a stream; an end of the graph is its stream. */
function thingUnder(target: EventTarget | null, { catalogue, layout }: State): Thing | null {
  if (!(target instanceof Element)) return null;
  const id = target.closest('[data-id]')?.getAttribute('data-id');
  if (id != null && catalogue.nodes.has(id)) return { kind: 'node', id };
  const end = layout?.boxes.find(({ box }) => box.id === id);
  if (end !== undefined) return { kind: 'way', id: end.box.ports[0].way.id };
  const way = target.closest('[data-way]')?.getAttribute('data-way');
  return way == null ? null : { kind: 'way', id: way };
}

function boxOf(layout: Layout, id: string): PlacedBox | undefined {
  for (const box of placedBoxes(layout.boxes)) if (box.box.id === id) return box;
  return undefined;
}

/** Where a thing is to be seen: a node, or the port where a stream starts. */
function placeOf(_: State, layout: Layout, { kind, id }: Thing): Rectangle | null {
  if (kind === 'node') return boxOf(layout, id) ?? null;
  for (const { ports } of placedBoxes(layout.boxes)) {
    const port = ports.find((one) => one.port.way.id === id && one.port.isSource);
    if (port !== undefined) return { x: port.x - 60, y: port.y - 20, width: 120, height: 60 };
  }
  return null;
}

/** The widths of texts in the fonts that this page has. */
function pageMeasure(): Measure {
  const context = document.createElement('canvas').getContext('2d');
  if (context === null) return measureByTable;
  const known = new Map<string, number>();
  return (text, { size, weight }) => {
    const name = `${weight} ${size} ${text}`;
    const found = known.get(name);
    if (found !== undefined) return found;
    context.font = `${weight} ${size}px ${SANS}`;
    const { width } = context.measureText(text);
    known.set(name, width);
    return width;
  };
}
