/** Which part of a drawing is to be seen first, and which when all of it is. */

import { describe, expect, test } from 'vitest';
import { openIn } from '../../graph/drawing/open';
import { layoutOf } from '../../graph/drawing/svg';
import type { Layout, Rectangle } from '../../graph/layout/layout';
import { measureByTable } from '../../graph/layout/measure';
import type { Drawing } from '../../graph/model';
import { fitted, started, type View } from '../../graph/run/viewport';
import { DESKTOP, graph, node, TRACKING } from './fixtures';

const WINDOW: Rectangle = { x: 0, y: 0, width: 1280, height: 744 };
const PHONE: Rectangle = { x: 0, y: 0, width: 390, height: 746 };
const LEGEND: Rectangle = { x: 14, y: 686, width: 518, height: 44 };
const ZOOM: Rectangle = { x: 1222, y: 610, width: 44, height: 120 };
const COVERS = [LEGEND, ZOOM];

const layoutFor = (drawing: Drawing, open: 'all' | 'none' = 'none'): Layout =>
  layoutOf(drawing, openIn(drawing, open), measureByTable);

/** As many nodes beside each other, each with an input of its own. */
const row = (count: number): Layout =>
  layoutFor({
    ...TRACKING,
    graph: graph(
      '',
      { inputs: Array.from({ length: count }, (_, i) => `in${i}`).join(' ') },
      Array.from({ length: count }, (_, i) => node('', `Step${i}Calculator`, { inputs: `in${i}` })),
    ),
  });

/** What a view shows of the outer boxes, in the window. */
const seen = ({ boxes }: Layout, { x, y, scale }: View): Rectangle[] =>
  boxes.map((box) => ({
    x: x + box.x * scale,
    y: y + box.y * scale,
    width: box.width * scale,
    height: (box.height + box.size.below) * scale,
  }));

const isApart = (a: Rectangle, b: Rectangle) =>
  a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;

const isIn = (a: Rectangle, b: Rectangle) =>
  a.x >= b.x && a.y >= b.y && a.x + a.width <= b.x + b.width && a.y + a.height <= b.y + b.height;

describe.each([
  ['tracking', layoutFor(TRACKING)],
  ['tracking, open', layoutFor(TRACKING, 'all')],
  ['desktop', layoutFor(DESKTOP)],
  ['a row', row(8)],
] as const)('all of %s', (_, layout) => {
  test('is in the window, and neither the legend nor the buttons cover any of it', () => {
    const places = seen(layout, fitted(layout, WINDOW, COVERS));

    expect(places.filter((place) => !isIn(place, WINDOW))).toEqual([]);
    expect(places.filter((place) => COVERS.some((cover) => !isApart(place, cover)))).toEqual([]);
  });
});

test('what the legend does not cover makes no room for it', () => {
  const layout = row(8);

  expect(fitted(layout, WINDOW, COVERS)).toEqual(fitted(layout, WINDOW));
});

test('a phone first shows the whole width where titles can be read then', () => {
  const layout = row(6);
  const { x, scale } = started(layout, PHONE);

  expect(layout.width * 0.62).toBeGreaterThan(PHONE.width);
  expect(x).toBeCloseTo(24);
  expect(x + layout.width * scale).toBeCloseTo(PHONE.width - 24);
});

test('a graph that is too wide for that starts at its left', () => {
  const { x, scale } = started(row(20), PHONE);

  expect([x, scale]).toEqual([24, 0.62]);
});
