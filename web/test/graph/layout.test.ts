/** Where boxes, ports and wires of a graph stand. */

import { describe, expect, test } from 'vitest';
import { openIn } from '../../graph/drawing/open';
import { layoutOf } from '../../graph/drawing/svg';
import {
  type Layout,
  type PlacedBox,
  type PlacedPort,
  placedBoxes,
  placedPorts,
  type Rectangle,
} from '../../graph/layout/layout';
import { measureByTable } from '../../graph/layout/measure';
import { TITLE, TITLE_END } from '../../graph/layout/sizes';
import type { Drawing } from '../../graph/model';
import { catalogueOf } from '../../graph/scene/catalogue';
import { BROKEN, DESKTOP, TRACKING, traced } from './fixtures';

const CASES: readonly (readonly [string, Drawing, 'all' | 'none' | string[]])[] = [
  ['tracking, closed', TRACKING, 'none'],
  ['tracking, one open', TRACKING, ['HandLandmarkCpu']],
  ['tracking, open', TRACKING, 'all'],
  ['desktop, open', DESKTOP, 'all'],
  ['tracking with times', traced(TRACKING), 'none'],
  ['broken', BROKEN, 'none'],
];

describe.each(CASES)('%s', (_, drawing, open) => {
  const layout = layoutOf(drawing, openIn(drawing, open), measureByTable);
  const boxes = [...placedBoxes(layout.boxes)];

  test('boxes of one graph do not overlap', () => {
    const overlaps = [layout.boxes, ...boxes.map((box) => box.boxes)].flatMap(overlapping);

    expect(overlaps).toEqual([]);
  });

  test('boxes are inside what is around them', () => {
    const outside = boxes.flatMap((box) => box.boxes.filter((inner) => !isInside(inner, box)));

    expect(outside.map(({ box }) => box.id)).toEqual([]);
  });

  test('every port is on the edge of its box', () => {
    const astray = boxes.flatMap((box) => box.ports.filter((port) => !isOnEdge(port, box)));

    expect(astray.map(({ port }) => port.id)).toEqual([]);
  });

  test('every wire goes from its source to its target', () => {
    const ports = placedPorts(layout.boxes);
    const wrong = layout.wires.filter(({ wire, points }) => {
      const [from, to] = [ports.get(wire.from), ports.get(wire.to)];
      return !isAt(points[0], from, boxes) || !isAt(points.at(-1), to, boxes);
    });

    expect(wrong.map(({ wire }) => wire.id)).toEqual([]);
  });

  test('wires have right angles only', () => {
    const slanted = layout.wires.filter(({ points }) =>
      points.some((point, i) => {
        const next = points[i + 1] ?? point;
        return Math.min(Math.abs(next.x - point.x), Math.abs(next.y - point.y)) > 0.6;
      }),
    );

    expect(slanted.map(({ wire }) => wire.id)).toEqual([]);
  });

  test('labels of one box do not touch, and titles fit', () => {
    const crowded = boxes.filter(({ ports, box, size, width }) => {
      const labels = ports.filter(({ label }) => label !== null).sort((a, b) => a.x - b.x);
      const isTouching = labels.some((one, i) => {
        const next = labels[i + 1];
        return next !== undefined && next.x - one.x < (widthOf(one) + widthOf(next)) / 2 + 4;
      });
      const { stem, end } = size.title;
      const title = measureByTable(stem, TITLE) + measureByTable(end, TITLE_END);
      return isTouching || (box.kind === 'node' && title > width - size.leftColumn);
    });

    expect(crowded.map(({ box }) => box.id)).toEqual([]);
  });
});

test('every stream that is to be seen has a wire or a label', () => {
  const layout = layoutOf(TRACKING, openIn(TRACKING, 'all'), measureByTable);
  const drawn = new Set(layout.wires.map(({ wire }) => wire.way.id));
  for (const { ports } of placedBoxes(layout.boxes))
    for (const { port } of ports) drawn.add(port.way.id);
  const missing = [...catalogueOf(TRACKING).streams.keys()].filter((id) => !drawn.has(id));

  expect(missing).toEqual([]);
});

test('a box keeps its id when others open and close', () => {
  const ids = (open: string[]) => idsOf(layoutOf(TRACKING, openIn(TRACKING, open), measureByTable));
  const [closed, open] = [ids([]), ids(['PalmDetectionCpu'])];

  expect(closed.every((id) => open.includes(id))).toBe(true);
  expect(
    open.filter((id) => !closed.includes(id)).every((id) => id.startsWith('palmdetectioncpu__')),
  ).toBe(true);
});

test('what has no times is laid out the same each time', () => {
  const [one, two] = [0, 1].map(() => layoutOf(TRACKING, new Set(), measureByTable));

  expect(two).toEqual(one);
});

test('a back edge goes up, all else down', () => {
  const layout = layoutOf(TRACKING, new Set(), measureByTable);
  const rises = layout.wires.filter(({ points }) => (points.at(-1)?.y ?? 0) < points[0].y);

  expect(rises.map(({ wire }) => [wire.way.name, wire.isBack])).toEqual([
    ['hand_rects_from_landmarks', true],
  ]);
});

test('a graph without nodes is laid out, too', () => {
  const graph = { type: '', inputs: [], outputs: [], sideInputs: [], sideOutputs: [], nodes: [] };
  const layout = layoutOf({ ...BROKEN, graph, problems: [] }, new Set(), measureByTable);

  expect(layout.boxes).toEqual([]);
});

function idsOf(layout: Layout): string[] {
  return [...placedBoxes(layout.boxes)].map(({ box }) => box.id);
}

function widthOf({ label }: PlacedPort): number {
  return label?.width ?? 0;
}

function overlapping(boxes: readonly PlacedBox[]): string[] {
  return boxes.flatMap((a, i) =>
    boxes.slice(i + 1).flatMap((b) => {
      const isApart =
        a.x + a.width <= b.x ||
        b.x + b.width <= a.x ||
        a.y + a.height <= b.y ||
        b.y + b.height <= a.y;
      return isApart ? [] : [`${a.box.id} and ${b.box.id}`];
    }),
  );
}

function isInside(inner: Rectangle, outer: Rectangle): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}

function isOnEdge({ port, x, y }: PlacedPort, box: Rectangle): boolean {
  const [right, bottom] = [box.x + box.width, box.y + box.height];
  if (port.side === 'left') return x === box.x && y > box.y && y < bottom;
  return x >= box.x && x <= right && Math.abs(y - (port.side === 'top' ? box.y : bottom)) < 0.01;
}

/** A wire meets a port, or the label below it, from where a stroke leads up to the port. */
function isAt(
  point: { x: number; y: number } | undefined,
  port: PlacedPort | undefined,
  boxes: readonly PlacedBox[],
): boolean {
  if (point === undefined || port === undefined) return false;
  const below = boxes.find(({ ports }) => ports.includes(port))?.size.below ?? 0;
  const y = port.port.side === 'bottom' ? port.y + below : port.y;
  return Math.abs(point.x - port.x) < 0.6 && Math.abs(point.y - y) < 0.6;
}
