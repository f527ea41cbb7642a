/** A small map of a drawing that is larger than the window; a pointer on it goes there. */

import { h, type Tree } from '../../page/view/tree';
import { COLOURS } from '../drawing/paint';
import { placedBoxes } from '../layout/layout';
import { type Message, type State, themeOf } from '../state/state';

export const MAP = 'map';
/** What of the drawing is in the window; its place is kept past the state. */
export const MAP_WINDOW = 'map-window';
const [WIDEST, HIGHEST] = [190, 230];

export function map(state: State): Tree<Message> | null {
  const { layout, selected, isSearching, hits } = state;
  if (layout === null || layout.boxes.length === 0) return null;
  const colours = COLOURS[themeOf(state)];
  const scale = Math.min(WIDEST / layout.width, HIGHEST / layout.height);
  const boxes = [...placedBoxes(layout.boxes)].map(({ box, x, y, width, height }) => {
    const fill = box.isOpen
      ? colours.inside
      : box.node === null
        ? colours.inputLine
        : colours.stream;
    const isSelected = selected?.kind === 'node' && selected.id === box.id;
    const isFound = isSearching && hits.some(({ kind, id }) => kind === 'node' && id === box.id);
    return h<Message>('rect', {
      key: box.id,
      ...{ x, y, width, height, rx: 10 },
      fill: isSelected || isFound ? colours.accent : fill,
      stroke: box.isOpen ? colours.line : 'none',
      'stroke-width': 1 / scale,
    });
  });
  return h<Message>(
    'svg',
    {
      id: MAP,
      class: 'map',
      key: 'map',
      'aria-hidden': 'true',
      width: Math.round(layout.width * scale),
      height: Math.round(layout.height * scale),
      viewBox: `0 0 ${layout.width} ${layout.height}`,
    },
    ...boxes,
    h<Message>('rect', {
      key: 'window',
      id: MAP_WINDOW,
      class: 'map-window',
      stroke: colours.accent,
      'stroke-width': 1.6 / scale,
      fill: colours.accent,
      'fill-opacity': 0.1,
    }),
  );
}
