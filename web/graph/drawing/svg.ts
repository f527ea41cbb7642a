/** A drawing as the text of an SVG file, with its fonts and colours in it. */

import { h, type Tree } from '../../page/view/tree';
import { layOutNow } from '../layout/elk';
import { type Layout, measured, placed, questionOf } from '../layout/layout';
import { type Measure, measureByTable, SANS } from '../layout/measure';
import type { Drawing } from '../model';
import { sceneOf } from '../scene/scene';
import { draw } from './draw';
import { LEGEND_HEIGHT, LEGEND_WIDTH, legend } from './legend';
import { openIn } from './open';
import { darkRules, paint, type Theme } from './paint';

export interface SvgOptions {
  /** `auto` follows the reader's system, where the program that shows the file can. */
  readonly theme?: Theme | 'auto';
  /** Which subgraphs are open: all, none, or those with these ids. Default none. */
  readonly open?: 'all' | 'none' | readonly string[];
}

export function layoutOf(drawing: Drawing, open: ReadonlySet<string>, measure: Measure): Layout {
  const words = measured(sceneOf(drawing, open), measure, drawing);
  return placed(words, layOutNow(questionOf(words)));
}

export function svgOf(drawing: Drawing, { theme = 'light', open }: SvgOptions = {}): string {
  const layout = layoutOf(drawing, openIn(drawing, open), measureByTable);
  const colours: Theme = theme === 'dark' ? 'dark' : 'light';
  const width = Math.max(layout.width, LEGEND_WIDTH);
  const height = layout.height + LEGEND_HEIGHT;
  const shift = (width - layout.width) / 2;
  const tree = h<never>(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      role: 'img',
      'aria-labelledby': 'graph-title graph-about',
      'font-family': SANS,
    },
    h('title', { id: 'graph-title' }, drawing.title),
    h('desc', { id: 'graph-about' }, about(drawing)),
    theme === 'auto' && h('style', {}, darkRules()),
    h('rect', { ...paint('ground', colours), width, height }),
    h(
      'g',
      shift > 0 ? { transform: `translate(${shift} 0)` } : {},
      ...draw<never>({ drawing, layout, theme: colours }),
    ),
    h('g', { transform: `translate(16 ${layout.height})` }, ...legend<never>(colours)),
  );
  return `${textOf(tree)}\n`;
}

/** What somebody who does not see the drawing is told. */
export function about({ graph, problems }: Drawing): string {
  if (graph === null) return 'The graph cannot be read.';
  const names = (ports: readonly { stream: string }[]) =>
    ports.map(({ stream }) => stream).join(', ') || 'nothing';
  const nodes = graph.nodes.map(({ name }) => name).join(', ');
  const wrong =
    problems.length === 0 ? '' : ` Problems: ${problems.map(({ text }) => text).join('; ')}.`;
  return `A graph of ${graph.nodes.length} nodes from ${names(graph.inputs)} to ${names(graph.outputs)}: ${nodes}.${wrong}`;
}

function textOf(tree: Tree<never>): string {
  const { key: _, on: __, ...attributes } = tree.props;
  const words = Object.entries(attributes)
    .filter(([, value]) => value !== undefined && value !== false)
    .map(([name, value]) => ` ${name}="${escaped(rounded(value))}"`);
  const inside = tree.children.map((child) =>
    typeof child === 'string' ? escaped(child) : textOf(child),
  );
  const start = `<${tree.tag}${words.join('')}`;
  return inside.length === 0 ? `${start}/>` : `${start}>${inside.join('')}</${tree.tag}>`;
}

function rounded(value: unknown): string {
  return typeof value === 'number' ? String(Math.round(value * 100) / 100) : String(value);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

function escaped(text: string): string {
  return [...text]
    .filter(isKnown)
    .map((letter) => ENTITIES[letter] ?? letter)
    .join('');
}

/** XML knows of the control characters only three; the others are left out, wherever they come from. */
function isKnown(letter: string): boolean {
  return letter >= ' ' || letter === '\n' || letter === '\t' || letter === '\r';
}
