/** Streams as SVG: for each whole way its lines and tips, and the labels where packets come out. */

import { h, type Tree } from '../../page/view/tree';
import type { PlacedBox, PlacedPort, PlacedWire } from '../layout/layout';
import { LINE, STUB } from '../layout/sizes';
import { type BoxParts, isDeep } from './boxes';
import type { Extras, Picture } from './draw';
import { pathThrough, shortened, simplified, tipOf } from './lines';
import { type PaintName, paint, type Theme } from './paint';

/** A group for each way, with all its wires that are to be seen. */
export function wireTrees<M>({ layout, theme }: Picture, extras: Extras<M>): Tree<M>[] {
  const ways = new Map<string, PlacedWire[]>();
  for (const one of layout.wires) {
    const { id } = one.wire.way;
    ways.set(id, [...(ways.get(id) ?? []), one]);
  }
  return [...ways].map(([id, wires]) =>
    h<M>(
      'g',
      { key: id, class: 'g-way', 'data-way': id, ...extras.way?.(id, 'g-way') },
      h('title', {}, titleOf(wires[0])),
      ...wires.flatMap((one) => wireTree<M>(one, theme)),
    ),
  );
}

function titleOf({ wire: { way } }: PlacedWire): string {
  return way.type === '' ? way.name : `${way.name}: ${way.type}`;
}

function wireTree<M>({ wire, points, junctions }: PlacedWire, theme: Theme): Tree<M>[] {
  const suffix = wire.isBack ? '-back' : wire.kind === 'side' ? '-side' : '';
  const through = simplified(points);
  const dotted = `dot${suffix}` as PaintName;
  return [
    // Broad and unseen: what a pointer meets.
    h('path', {
      key: `${wire.id}#`,
      class: 'g-reach',
      d: pathThrough(through),
      fill: 'none',
      stroke: 'none',
    }),
    h('path', {
      key: wire.id,
      ...paint(`wire${suffix}` as PaintName, theme),
      d: pathThrough(shortened(through)),
    }),
    h('path', {
      key: `${wire.id}>`,
      ...paint(`tip${suffix}` as PaintName, theme),
      d: tipOf(through),
    }),
    ...junctions.map(({ x, y }, i) =>
      h<M>('circle', {
        key: `${wire.id}.${i}`,
        ...paint(dotted, theme),
        'stroke-width': 0,
        cx: x,
        cy: y,
        r: 2.6,
      }),
    ),
  ];
}

/** The names of streams, below or beside the ports that they come out of. */
export function labelsOf<M>(
  boxes: readonly PlacedBox[],
  parts: BoxParts,
  extras: Extras<M>,
): Tree<M>[] {
  const around = new Map(
    boxes.flatMap(({ box, boxes: inner }) => inner.map((one) => [one.box.id, box.id])),
  );
  return boxes.flatMap((placed) => {
    const outer = around.get(placed.box.id);
    const ground =
      outer === undefined ? 'chip' : isDeep(parts, outer) ? 'chip-deep' : 'chip-inside';
    return placed.ports
      .filter(({ label }) => label !== null)
      .map((port) => labelTree<M>(port, placed, ground, parts.theme, extras));
  });
}

function labelTree<M>(
  placed: PlacedPort,
  box: PlacedBox,
  ground: PaintName,
  theme: Theme,
  extras: Extras<M>,
): Tree<M> {
  const { port, label, x, y } = placed;
  const { way } = port;
  const suffix = port.kind === 'side' ? '-side' : '';
  const { lines = [], notes = [], width = 0, height = 0 } = label ?? {};
  const end = { x, y: y + box.size.below };
  const top = y + STUB;
  const anchor = { 'text-anchor': 'middle', x };
  return h<M>(
    'g',
    { key: port.id, class: 'g-name', 'data-way': way.id, ...extras.way?.(way.id, 'g-name') },
    h('path', { ...paint(`wire${suffix}` as PaintName, theme), d: pathThrough([{ x, y }, end]) }),
    h('rect', {
      ...paint(ground, theme),
      x: x - width / 2 - 3,
      y: top,
      width: width + 6,
      height: height + 1,
      rx: 3,
    }),
    ...lines.map((line, i) =>
      h<M>(
        'text',
        { ...paint(`label${suffix}` as PaintName, theme), ...anchor, y: top + 10.5 + i * LINE },
        line,
      ),
    ),
    ...notes.map((note, i) =>
      h<M>(
        'text',
        {
          ...paint(note.includes('dropped') ? 'dropped' : 'type', theme),
          ...anchor,
          y: top + lines.length * LINE + 9 + i * 12,
        },
        note,
      ),
    ),
  );
}
