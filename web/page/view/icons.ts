/** Icons, drawn for this page: strokes on a grid of 24 by 24. */

import type { Message } from '../state/state';
import { h, type Tree } from './tree';

const PATHS = {
  camera:
    'M4 8.5A2.5 2.5 0 0 1 6.5 6h6A2.5 2.5 0 0 1 15 8.5v7a2.5 2.5 0 0 1-2.5 2.5h-6A2.5 2.5 0 0 1 4 15.5zM15 11l5-3v8l-5-3',
  file: 'M4 17.5v-11A1.5 1.5 0 0 1 5.5 5h3.7l2 2.5h7.3A1.5 1.5 0 0 1 20 9v8.5a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 17.5z',
  sample: 'M12 4l1.9 5.1L19 11l-5.1 1.9L12 18l-1.9-5.1L5 11l5.1-1.9zM19 16.5v4M17 18.5h4',
  pause: 'M8.5 6v12M15.5 6v12',
  play: 'M8 5.5v13l10.5-6.5z',
  flip: 'M4.5 11A7.6 7.6 0 0 1 18 7.5L20 9.5M20 5v4.5h-4.5M19.5 13A7.6 7.6 0 0 1 6 16.5L4 14.5M4 19v-4.5h4.5',
  cube: 'M12 3.5l7.5 4.200v8.600L12 20.5l-7.5-4.200V7.700zM12 12l7.5-4.300M12 12v8.5M12 12L4.5 7.7',
  record: 'M12 6.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 1 1 0-11z',
  stop: 'M7.5 7.5h9v9h-9z',
  save: 'M12 4v10.5M7.5 10.5L12 15l4.5-4.5M5 19.5h14',
  close: 'M6.5 6.5l11 11M17.5 6.5l-11 11',
  lock: 'M6.5 10.5h11v9h-11zM8.5 10.5V8a3.5 3.5 0 0 1 7 0v2.5',
  home: 'M4.5 11.5L12 5l7.5 6.5M6.5 10v9h11v-9',
  warning: 'M12 4.5l8.5 15h-17zM12 10v4.5M12 17v.1',
  again: 'M5.5 12a6.5 6.5 0 1 0 2.2-4.900L5.5 9M5.5 4.5V9H10',
} as const;

export type Icon = keyof typeof PATHS;

/** Icons that are filled, not drawn as lines. */
const SOLID: ReadonlySet<Icon> = new Set(['play', 'record', 'stop']);

export function icon(name: Icon): Tree<Message> {
  const props = { viewBox: '0 0 24 24', 'aria-hidden': 'true', focusable: 'false' };
  const kind = SOLID.has(name) ? 'icon icon--solid' : 'icon';
  return h<Message>('svg', { key: name, class: kind, ...props }, h('path', { d: PATHS[name] }));
}

/** The mark: an open hand of lines and joints, each finger in its colour. */
const FINGERS = [
  [
    'thumb',
    [
      [24, 55],
      [16, 47],
      [10, 39],
      [6, 32],
    ],
  ],
  [
    'index',
    [
      [26, 33],
      [23, 22],
      [21.5, 14],
      [20.5, 7],
    ],
  ],
  [
    'middle',
    [
      [34, 31],
      [34, 19],
      [34, 11],
      [34, 3.5],
    ],
  ],
  [
    'ring',
    [
      [42, 33],
      [44.5, 22],
      [46, 14],
      [47, 7.5],
    ],
  ],
  [
    'pinky',
    [
      [49, 38],
      [53.5, 30],
      [56, 24],
      [58, 18],
    ],
  ],
] as const;

export function mark(): Tree<Message> {
  const wrist = [35, 61];
  const palm = [wrist, [24, 55], [26, 33], [34, 31], [42, 33], [49, 38], wrist];
  return h<Message>(
    'svg',
    { class: 'mark', viewBox: '0 0 64 66', 'aria-hidden': 'true', focusable: 'false' },
    h('path', { class: 'mark-palm', d: line(palm) }),
    ...FINGERS.map(([name, points]) =>
      h<Message>('path', { class: `mark-${name}`, d: line(points) }),
    ),
    ...FINGERS.flatMap(([name, points]) =>
      points.map(([cx, cy]) =>
        h<Message>('circle', { class: `mark-dot mark-${name}`, cx, cy, r: 2.6 }),
      ),
    ),
    h('circle', { class: 'mark-dot mark-palm', cx: 35, cy: 61, r: 2.6 }),
  );
}

function line(points: readonly (readonly number[])[]): string {
  return `M${points.map((point) => point.join(' ')).join('L')}`;
}
