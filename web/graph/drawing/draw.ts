/** A layout as a tree of SVG elements: frames below, then wires, their labels, and boxes on top. */

import { type Child, h, type Props, type Tree } from '../../page/view/tree';
import type { Layout, PlacedBox } from '../layout/layout';
import { placedBoxes } from '../layout/layout';
import type { Drawing, Problem } from '../model';
import { totalsOf } from '../scene/totals';
import { type BoxParts, boxTree, frameTree, headTree } from './boxes';
import type { Theme } from './paint';
import { labelsOf, wireTrees } from './wires';

export interface Picture {
  readonly drawing: Drawing;
  readonly layout: Layout;
  readonly theme: Theme;
}

/** What a page adds to an element: its role, handlers, whether it is lit. Files add nothing. */
export interface Extras<M> {
  box?(box: PlacedBox, base: string): Props<M>;
  way?(id: string, base: string): Props<M>;
  opener?(box: PlacedBox, base: string): Props<M>;
}

export function draw<M>(picture: Picture, extras: Extras<M> = {}): Tree<M>[] {
  const { layout, theme, drawing } = picture;
  const all = [...placedBoxes(layout.boxes)];
  const depths = depthsOf(layout.boxes);
  const parts: BoxParts = {
    theme,
    problems: problemsByNode(drawing.problems),
    totals: totalsOf(drawing),
    depths,
  };
  const group = (name: string, children: Child<M>[]) =>
    h<M>('g', { key: name, class: `g-${name}` }, ...children);
  return [
    group(
      'frames',
      all.filter(({ box }) => box.isOpen).map((box) => frameTree<M>(box, parts)),
    ),
    group('wires', wireTrees<M>(picture, extras)),
    group('labels', labelsOf<M>(all, parts, extras)),
    group(
      'boxes',
      all.map((box) =>
        box.box.isOpen ? headTree<M>(box, parts, extras) : boxTree<M>(box, parts, extras),
      ),
    ),
  ];
}

/** How many open boxes are around each box. */
function depthsOf(boxes: readonly PlacedBox[], depth = 0): Map<string, number> {
  return new Map(
    boxes.flatMap(({ box, boxes: inner }) => [
      [box.id, depth] as const,
      ...depthsOf(inner, depth + 1),
    ]),
  );
}

function problemsByNode(problems: readonly Problem[]): Map<string, Problem[]> {
  const found = new Map<string, Problem[]>();
  for (const problem of problems) {
    if (problem.node !== '' && problem.isNote !== true)
      found.set(problem.node, [...(found.get(problem.node) ?? []), problem]);
  }
  return found;
}
