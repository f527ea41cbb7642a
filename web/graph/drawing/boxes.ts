/** Nodes, inputs and outputs as SVG: closed boxes, and open ones as a frame and a head. */

import { type Child, h, type Props, type Tree } from '../../page/view/tree';
import type { PlacedBox, PlacedPort } from '../layout/layout';
import { EDGE, LINE, SMALL_LINE, TITLE_LINE } from '../layout/sizes';
import type { GraphNode, Problem } from '../model';
import type { Totals } from '../scene/totals';
import type { Extras } from './draw';
import { type PaintName, paint, type Theme } from './paint';

export interface BoxParts {
  readonly theme: Theme;
  /** By the node's id, without what is only a note. */
  readonly problems: ReadonlyMap<string, readonly Problem[]>;
  readonly totals: Totals;
  readonly depths: ReadonlyMap<string, number>;
}

const ROUND = 9;
const OPENER = 18;

export function boxTree<M>(placed: PlacedBox, parts: BoxParts, extras: Extras<M>): Tree<M> {
  const { box, x, y, width, height } = placed;
  const { theme } = parts;
  const base = box.node === null ? 'g-node g-end' : 'g-node';
  const props = { key: box.id, class: base, 'data-id': box.id, ...extras.box?.(placed, base) };
  if (box.node === null) return h('g', props, tooltip<M>(placed, parts), ...pill<M>(placed, theme));
  return h<M>(
    'g',
    props,
    tooltip<M>(placed, parts),
    box.node.graph !== null && under<M>(placed, theme),
    h('rect', {
      ...paint(boxPaint(box.node, parts), theme),
      x,
      y,
      width,
      height,
      rx: ROUND,
    }),
    heat<M>(placed, parts),
    ...titleOf<M>(placed, theme),
    box.node.graph !== null && opener<M>(placed, theme, extras),
    ...portsOf<M>(placed, theme),
    badge<M>(placed, parts),
  );
}

/** The ground of an open box. */
export function frameTree<M>(placed: PlacedBox, parts: BoxParts): Tree<M> {
  const { box, x, y, width, height } = placed;
  const name = isDeep(parts, box.id) ? 'frame-deep' : 'frame';
  return h('rect', {
    key: box.id,
    ...paint(name, parts.theme),
    x,
    y,
    width,
    height,
    rx: ROUND + 4,
  });
}

export function isDeep({ depths }: BoxParts, id: string): boolean {
  return (depths.get(id) ?? 0) % 2 === 1;
}

/** What stands on an open box: its title, its ports, and what closes it. */
export function headTree<M>(placed: PlacedBox, parts: BoxParts, extras: Extras<M>): Tree<M> {
  const { box, size, x, y } = placed;
  const { theme } = parts;
  if (box.node === null) throw new Error('only nodes open');
  const chip = isDeep(parts, box.id) ? 'chip-deep' : 'chip-inside';
  const base = 'g-node g-open';
  return h<M>(
    'g',
    { key: box.id, class: base, 'data-id': box.id, ...extras.box?.(placed, base) },
    tooltip<M>(placed, parts),
    h('rect', {
      ...paint(chip, theme),
      x: x + 8,
      y: y + size.topRow + 1,
      width: size.title.width + OPENER + 22,
      height: size.title.height + 4,
      rx: 6,
    }),
    ...titleOf<M>(placed, theme),
    opener<M>(placed, theme, extras),
    ...portsOf<M>(placed, theme, chip),
    badge<M>(placed, parts),
  );
}

function boxPaint({ id, isUnknown }: GraphNode, { problems }: BoxParts): PaintName {
  if (isUnknown) return 'box-unknown';
  return problems.has(id) ? 'box-wrong' : 'box';
}

/** A second sheet below a closed subgraph: there is more in it. */
function under<M>({ x, y, width, height }: PlacedBox, theme: Theme): Tree<M> {
  return h('rect', { ...paint('box-under', theme), x: x + 4, y: y + 4, width, height, rx: ROUND });
}

/** A glow, and a bar at the foot of a node: its share of the time of the whole graph. */
function heat<M>({ box, x, y, width, height }: PlacedBox, parts: BoxParts): Child<M> {
  const { byNode, whole } = parts.totals;
  const total = byNode.get(box.id);
  if (total === undefined) return null;
  const share = total / whole;
  const line = (name: PaintName, of: number) =>
    h<M>('rect', {
      ...paint(name, parts.theme),
      x: x + 10,
      y: y + height - 4,
      width: Math.max(1.5, (width - 20) * of),
      height: 2.6,
      rx: 1.3,
    });
  const glow = h<M>('rect', {
    ...paint('heat', parts.theme),
    'fill-opacity': Math.round(Math.sqrt(share) * 30) / 100, // small shares are to be seen, too
    x,
    y,
    width,
    height,
    rx: ROUND,
  });
  return h<M>('g', {}, glow, line('heat-ground', 1), line('heat', share));
}

/** The middle of what the tags on both sides leave. */
function titlePlace({ box, size, x, y, width }: PlacedBox): {
  x: number;
  y: number;
  anchor: string;
} {
  const { title, topRow, bottomRow, leftColumn, height } = size;
  if (box.isOpen) return { x: x + 16, y: y + topRow + 14, anchor: 'start' };
  const opener = box.node?.graph == null ? 0 : 26;
  const middle = height - topRow - bottomRow;
  return {
    x: x + leftColumn + (width - leftColumn - EDGE - opener) / 2,
    y: y + topRow + (middle - title.height) / 2 + 13.5,
    anchor: 'middle',
  };
}

function titleOf<M>(placed: PlacedBox, theme: Theme): Tree<M>[] {
  const { stem, end, below } = placed.size.title;
  const { x, y, anchor } = titlePlace(placed);
  const place = { x, 'text-anchor': anchor };
  const ending = end !== '' && h<M>('tspan', paint('title-end', theme), end);
  return [
    words<M>({ ...paint('title', theme), ...place, y }, stem, ending),
    ...below.map((line, i) =>
      words<M>(
        { ...paint('small', theme), ...place, y: y + TITLE_LINE - 2 + i * SMALL_LINE },
        line,
      ),
    ),
  ];
}

/** A piece of text; a space keeps it apart from the next for those who read it without its place. */
function words<M>(props: Props<M>, ...children: Child<M>[]): Tree<M> {
  return h<M>('text', props, ...children, ' ');
}

/** The button that opens or closes a subgraph; where nothing can be pressed there is none. */
function opener<M>(placed: PlacedBox, theme: Theme, extras: Extras<M>): Child<M> {
  if (extras.opener === undefined) return null;
  const { box, size, x, y, width } = placed;
  const title = titlePlace(placed);
  const half = OPENER / 2;
  const cx = box.isOpen ? x + 16 + size.title.width + 8 + half : x + width - EDGE - half - 2;
  const cy = box.isOpen
    ? title.y - 4.5
    : y + size.topRow + (size.height - size.topRow - size.bottomRow) / 2;
  const sign = box.isOpen ? `M${cx - 4} ${cy}h8` : `M${cx - 4} ${cy}h8M${cx} ${cy - 4}v8`;
  return h(
    'g',
    { class: 'g-toggle', ...extras.opener(placed, 'g-toggle') },
    h('rect', {
      ...paint('opener', theme),
      x: cx - half,
      y: cy - half,
      width: OPENER,
      height: OPENER,
      rx: 6,
    }),
    h('path', { ...paint('opener-sign', theme), d: sign }),
  );
}

function badge<M>({ box, x, y, width }: PlacedBox, { problems, theme }: BoxParts): Child<M> {
  const wrong = problems.has(box.id) || box.node?.isUnknown;
  if (!wrong) return null;
  return h<M>(
    'g',
    {},
    h('circle', { ...paint('badge', theme), cx: x + width - 2, cy: y + 2, r: 8 }),
    h('path', { ...paint('badge-sign', theme), d: `M${x + width - 2} ${y - 2}v5m0 3v0.2` }),
  );
}

const ENDS = {
  input: 'input of the graph',
  output: 'output of the graph',
  sideInput: 'side packet into the graph',
  sideOutput: 'side packet out of the graph',
} as const;

/** What a pointer that rests on a box shows, and what is said of it: also what only its look tells. */
function tooltip<M>({ box }: PlacedBox, { problems }: BoxParts): Tree<M> {
  const { node, kind } = box;
  if (node === null || kind !== 'node') {
    return h('title', {}, `${box.ports[0].port.stream}, ${kind === 'node' ? '' : ENDS[kind]}`);
  }
  const wrong = (problems.get(node.id) ?? []).map(({ text }) => text);
  const first = [
    node.name === node.calculator ? node.name : `${node.name}, ${node.calculator}`,
    node.graph === null ? '' : 'subgraph',
    node.isUnknown ? 'unknown calculator' : '',
  ];
  const lines = [first.filter(Boolean).join(', '), node.about, ...wrong];
  return h('title', {}, lines.filter(Boolean).join('\n'));
}

/** An input or output of the whole graph. */
function pill<M>({ box, size, x, y, width, height, ports }: PlacedBox, theme: Theme): Tree<M>[] {
  const isSide = box.kind === 'sideInput' || box.kind === 'sideOutput';
  const { title } = size;
  const place = { 'text-anchor': 'middle', x: x + width / 2 };
  const top = y + (height - LINE - title.below.length * 12) / 2 + 10;
  return [
    h('rect', {
      ...paint(isSide ? 'pill-side' : 'pill', theme),
      ...{ x, y, width, height, rx: Math.min(17, height / 2) },
    }),
    words<M>({ ...paint(isSide ? 'label-side' : 'label', theme), ...place, y: top }, title.stem),
    ...title.below.map((line, i) =>
      words<M>({ ...paint('type', theme), ...place, y: top + 12 + i * 12 }, line),
    ),
    ...ports.filter(({ port }) => port.isSource).map((port) => dot<M>(port, theme)),
  ];
}

/** @param ground of an open box, to set its tags off from the wires below them. */
function portsOf<M>({ ports }: PlacedBox, theme: Theme, ground?: PaintName): Tree<M>[] {
  return ports.flatMap((placed) => {
    const { port, tag, room, x, y } = placed;
    const trees: Tree<M>[] = [];
    // Where a wire ends at a closed box, its tip is enough.
    if (port.isSource || placed.isLonely || ground !== undefined) {
      trees.push(dot<M>(placed, theme, placed.isLonely));
    }
    if (tag !== '') {
      if (ground !== undefined) {
        const top = port.side === 'top' ? y + 5 : y - 16;
        const [left, width] = [x - room / 2 + 2, room - 4];
        trees.push(
          h('rect', { ...paint(ground, theme), x: left, y: top, width, height: 11, rx: 3 }),
        );
      }
      const name = placed.isLonely ? 'tag-lonely' : port.kind === 'side' ? 'tag-side' : 'tag';
      trees.push(words<M>({ ...paint(name, theme), ...tagPlace(placed) }, tag));
    }
    return trees;
  });
}

function tagPlace({ port, x, y }: PlacedPort): Record<string, string | number> {
  switch (port.side) {
    case 'top':
      return { x, y: y + 13.5, 'text-anchor': 'middle' };
    case 'bottom':
      return { x, y: y - 7.5, 'text-anchor': 'middle' };
    case 'left':
      return { x: x + 9, y: y + 3.5, 'text-anchor': 'start' };
  }
}

function dot<M>({ port, x, y }: PlacedPort, theme: Theme, isLonely = false): Tree<M> {
  if (port.kind === 'side') {
    const d = `M${x - 4} ${y}L${x} ${y - 4}L${x + 4} ${y}L${x} ${y + 4}Z`;
    return h('path', { ...paint(isLonely ? 'dot-lonely' : 'dot-side', theme), d });
  }
  const name = isLonely ? 'dot-lonely' : port.isBack ? 'dot-back' : 'dot';
  return h('circle', { ...paint(name, theme), cx: x, cy: y, r: 3.2 });
}
