/** What the lines mean. */

import { type Child, h, type Tree } from '../../page/view/tree';
import { pathThrough, tipOf } from './lines';
import { type PaintName, paint, type Theme } from './paint';

export const LEGEND_HEIGHT = 34;
export const LEGEND_WIDTH = 480;

const LINES: readonly (readonly [string, '' | '-side' | '-back', number])[] = [
  ['stream', '', 0],
  ['side packet', '-side', 105],
  ['back edge', '-back', 232],
];

/** A sample of a line, 34 pixels wide. */
export function sample<M>(suffix: '' | '-side' | '-back', theme: Theme): Child<M>[] {
  const points = [
    { x: 0, y: 8 },
    { x: 34, y: 8 },
  ];
  return [
    h<M>('path', {
      ...paint(`wire${suffix}` as PaintName, theme),
      d: pathThrough([points[0], { x: 28, y: 8 }]),
    }),
    h<M>('path', { ...paint(`tip${suffix}` as PaintName, theme), d: tipOf(points) }),
  ];
}

export function legend<M>(theme: Theme): Tree<M>[] {
  const entry = (x: number, name: string, ...sign: Child<M>[]) =>
    h<M>(
      'g',
      { transform: `translate(${x} 4)` },
      ...sign,
      h('text', { ...paint('small', theme), x: 42, y: 12 }, name),
    );
  return [
    ...LINES.map(([name, suffix, x]) => entry(x, name, ...sample<M>(suffix, theme))),
    entry(
      350,
      'subgraph',
      h('rect', { ...paint('box-under', theme), x: 7, y: 3, width: 26, height: 13, rx: 4 }),
      h('rect', { ...paint('box', theme), x: 4, y: 0, width: 26, height: 13, rx: 4 }),
    ),
  ];
}
