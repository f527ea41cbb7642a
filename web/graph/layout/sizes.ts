/** How large a box must be, so that its words fit, and where in it they stand. */

import type { GraphNode, Port, Trace } from '../model';
import type { Box, ScenePort } from '../scene/scene';
import { broken, type Face, fitted, type Measure } from './measure';

export const TITLE: Face = { size: 13, weight: 600 };
export const TITLE_END: Face = { size: 13, weight: 400 };
export const SMALL: Face = { size: 11, weight: 400 };
export const TAG: Face = { size: 9.5, weight: 400 };
export const LABEL: Face = { size: 11, weight: 400 };
export const TYPE: Face = { size: 9.5, weight: 400 };

const LABEL_WIDTH = 138;
const LONGEST_TITLE = 330;
const LONGEST_TAG = 205;
export const SIDE_ROW = 18;
/** Beside the title. */
export const EDGE = 14;
const TAG_ROW = 19;
const NO_TAGS = 9;
/** From the box to its label, and from the label on. */
export const STUB = 7;
export const LINE = 13;
export const TITLE_LINE = 18;
export const SMALL_LINE = 15;

export interface Label {
  readonly lines: readonly string[];
  /** The type of the packets, perhaps with their number; a line of its own. */
  readonly notes: readonly string[];
  readonly width: number;
  readonly height: number;
}

export interface PortSize {
  readonly port: ScenePort;
  /** What stands at the port within the box. */
  readonly tag: string;
  readonly label: Label | null;
  /** Nothing makes what it reads; it says which stream that is. */
  readonly isLonely: boolean;
  /** Along the side of the box. */
  readonly room: number;
}

export interface Title {
  /** What the calculator does, and the soft ending that all of them have. */
  readonly stem: string;
  readonly end: string;
  /** A name of its own, the time that it took. */
  readonly below: readonly string[];
  readonly width: number;
  readonly height: number;
}

export interface BoxSize {
  readonly title: Title;
  readonly ports: readonly PortSize[];
  /** Of the box itself; an open box grows. */
  readonly width: number;
  readonly height: number;
  /** Under the box, for the labels of what comes out of it. */
  readonly below: number;
  /** Within the box, for the tags at its sides. */
  readonly topRow: number;
  readonly bottomRow: number;
  readonly leftColumn: number;
}

/** What is said at a port: nothing for the only one without a tag. */
export function tagOf({ tag, index }: Port): string {
  if (tag === '') return index === 0 ? '' : `:${index}`;
  return index === 0 ? tag : `${tag}:${index}`;
}

export interface Sizing {
  readonly measure: Measure;
  readonly trace: Trace | null;
  /** What nodes took in all, milliseconds by their ids. */
  readonly totals: ReadonlyMap<string, number>;
  /** Ports that nothing makes packets for; they say their stream. */
  readonly lonely: ReadonlySet<string>;
}

export function sizeOf(box: Box, sizing: Sizing): BoxSize {
  return box.node === null ? pillSize(box, sizing) : nodeSize(box, box.node, sizing);
}

/** The size of an input or output of the whole graph: its name, and its type below. */
function pillSize({ ports: [port] }: Box, { measure, trace }: Sizing): BoxSize {
  const label = labelOf(port, measure, trace, 220);
  const tag = tagOf(port.port);
  const shown = port.port.tag === '' || tag === (port.port.type || port.way.type) ? '' : tag;
  const tagWidth = measure(shown, TAG);
  const width = Math.ceil(Math.max(label.width, tagWidth) + 34);
  const below = [...(shown === '' ? [] : [shown]), ...label.notes];
  const height = label.lines.length * LINE + below.length * 12 + 13;
  const title = { stem: label.lines.join(''), end: '', below, width: label.width, height };
  const only: PortSize = { port, tag: '', label: null, isLonely: false, room: 10 };
  return {
    title,
    ports: [only],
    width,
    height,
    below: 0,
    topRow: 0,
    bottomRow: 0,
    leftColumn: 0,
  };
}

function nodeSize(box: Box, node: GraphNode, sizing: Sizing): BoxSize {
  const ports = box.ports.map((port) => portSize(port, sizing));
  const on = (side: ScenePort['side']) => ports.filter(({ port }) => port.side === side);
  const [top, bottom, left] = [on('top'), on('bottom'), on('left')];
  const title = titleOf(node, sizing);
  const row = (list: readonly PortSize[]) =>
    list.some(({ tag }) => tag !== '') ? TAG_ROW : NO_TAGS;
  const leftColumn = Math.max(EDGE, ...left.map(({ tag }) => sizing.measure(tag, TAG) + 20));
  const along = (list: readonly PortSize[]) =>
    list.reduce((sum, { room }) => sum + room, 0) + 6 * Math.max(0, list.length - 1) + 16;
  const opener = node.graph === null ? 0 : 30;
  const middle = Math.max(title.height, SIDE_ROW * left.length);
  const labels = bottom.flatMap(({ label }) => label ?? []);
  return {
    title,
    ports,
    width: Math.ceil(
      Math.max(leftColumn + title.width + opener + EDGE, along(top), along(bottom), 96),
    ),
    height: Math.ceil(row(top) + middle + row(bottom)),
    below: Math.ceil(Math.max(0, ...labels.map(({ height }) => height + STUB + 3))),
    topRow: row(top),
    bottomRow: row(bottom),
    leftColumn,
  };
}

function portSize(port: ScenePort, { measure, trace, lonely }: Sizing): PortSize {
  const isLonely = lonely.has(port.id);
  const words = isLonely ? port.port.stream : tagOf(port.port);
  const tag = fitted(words, LONGEST_TAG, TAG, measure);
  const width = measure(tag, TAG) + 10;
  if (port.side === 'left') return { port, tag, label: null, isLonely, room: SIDE_ROW };
  if (port.side === 'top') return { port, tag, label: null, isLonely, room: Math.max(22, width) };
  const label = labelOf(port, measure, trace, LABEL_WIDTH);
  return { port, tag, label, isLonely, room: Math.max(22, width, label.width + 12) };
}

function labelOf(port: ScenePort, measure: Measure, trace: Trace | null, most: number): Label {
  const lines = broken(port.port.stream, most, LABEL, measure);
  const type = fitted(shortType(port.port.type || port.way.type), most, TYPE, measure);
  const notes = [type, packetsOf(port, trace)].filter((note) => note !== '');
  const widths = [...lines.map((l) => measure(l, LABEL)), ...notes.map((n) => measure(n, TYPE))];
  return {
    lines,
    notes,
    width: Math.ceil(Math.max(0, ...widths)),
    height: lines.length * LINE + notes.length * 12,
  };
}

/** A type as it is drawn: `std::vector<NormalizedRect>` is `NormalizedRect[]`. */
export function shortType(type: string): string {
  const list = /^(?:std::)?vector<(.+)>$/.exec(type);
  return list === null ? type.replace(/^(?:std|mediapipe)::/, '') : `${shortType(list[1])}[]`;
}

/** How many packets a stream had, if a trace says so. */
function packetsOf({ way }: ScenePort, trace: Trace | null): string {
  const name = way.names.find((full) => trace?.streams[full] !== undefined);
  const found = name === undefined ? undefined : trace?.streams[name];
  if (found === undefined) return '';
  const dropped = found.drops === 0 ? '' : `, ${found.drops} dropped`;
  return `${found.packets} packet${found.packets === 1 ? '' : 's'}${dropped}`;
}

const ENDING = /(Calculator|Subgraph)(_\d+)?$/;

function titleOf(node: GraphNode, { measure, trace, totals }: Sizing): Title {
  const ending = ENDING.exec(node.calculator)?.[1] ?? '';
  const stem = node.calculator.slice(0, node.calculator.length - ending.length);
  const shown = fitted(stem, LONGEST_TITLE, TITLE, measure);
  const below: string[] = [];
  if (node.name !== node.calculator && !ENDING.test(node.name.replace(node.calculator, ''))) {
    const own = node.name.startsWith(`${node.calculator}_`) ? '' : node.name;
    if (own !== '') below.push(fitted(own, LONGEST_TITLE, SMALL, measure));
  }
  const time = trace?.nodes[node.id];
  const total = totals.get(node.id);
  if (time === undefined && total !== undefined) below.push(`${milliseconds(total)} in all`);
  if (time !== undefined) below.push(`${milliseconds(time.mean)}, ${time.calls} calls`);
  const width = Math.max(
    measure(shown, TITLE) + measure(ending, TITLE_END),
    ...below.map((line) => measure(line, SMALL)),
  );
  const height = TITLE_LINE + below.length * SMALL_LINE;
  return { stem: shown, end: ending, below, width: Math.ceil(width), height };
}

export function milliseconds(time: number): string {
  if (time >= 100) return `${Math.round(time)} ms`;
  if (time >= 1) return `${time.toFixed(1)} ms`;
  return `${Math.round(time * 1000)} µs`;
}
