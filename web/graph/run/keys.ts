/** What keys do, away from fields of text. */

import { placedBoxes } from '../layout/layout';
import { neighbour, type Way } from '../state/neighbours';
import type { Message, State, Thing } from '../state/state';
import type { Viewport } from './viewport';

const SIMPLE: Readonly<Record<string, Message>> = {
  '+': { type: 'zoomed', by: 1.25 },
  '=': { type: 'zoomed', by: 1.25 },
  '-': { type: 'zoomed', by: 0.8 },
  '0': { type: 'fitted' },
  o: { type: 'all-opened' },
  c: { type: 'all-closed' },
  i: { type: 'overview-switched' },
  l: { type: 'legend-switched' },
  Escape: { type: 'selected', thing: null },
};
const PAN = 80;
const PANS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [0, PAN],
  ArrowDown: [0, -PAN],
  ArrowLeft: [PAN, 0],
  ArrowRight: [-PAN, 0],
};

/** The message of a key; null if it has none. @param isOnNode whether a node has the focus. */
export function keyMessage(
  event: KeyboardEvent,
  state: State,
  viewport: Viewport,
  isOnNode: boolean,
): Message | null {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  if (key in PANS) {
    if (isOnNode && !event.shiftKey) return moveTo(state, key as Way);
    viewport.pan(...PANS[key]);
    return null;
  }
  if (key === 't' && state.drawing.trace !== null) return { type: 'trace-switched' };
  if (isOnNode && key === 'Enter') return { type: 'selected', thing: thingAt(state) };
  if (isOnNode && key === ' ') return { type: 'toggled', id: state.focus };
  return SIMPLE[key] ?? null;
}

/** What the keyboard is at: a node, or the stream of an input or output of the whole graph. */
function thingAt({ focus, catalogue, layout }: State): Thing | null {
  if (catalogue.nodes.has(focus)) return { kind: 'node', id: focus };
  const end = layout?.boxes.find(({ box }) => box.id === focus);
  return end === undefined ? null : { kind: 'way', id: end.box.ports[0].way.id };
}

function moveTo({ layout, focus }: State, way: Way): Message | null {
  const boxes = [...placedBoxes(layout?.boxes ?? [])];
  const here = boxes.find(({ box }) => box.id === focus);
  const next = here === undefined ? boxes[0] : neighbour(boxes, here, way);
  return next === null || next === undefined ? null : { type: 'focused', id: next.box.id };
}
