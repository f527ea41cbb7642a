/** What is to be seen of a graph when some of its subgraphs are open: boxes, their ports, and wires. */

import type { Drawing, Graph, GraphNode, Port } from '../model';
import { type Kind, matching, type Way, type Ways, waysOf } from './ways';

/** What a box stands for: a node, or an input or output of the whole graph. */
export type BoxKind = 'node' | 'input' | 'output' | 'sideInput' | 'sideOutput';

/** Streams go from top to bottom; side packets come from the left where streams come from the top. */
export type Side = 'top' | 'bottom' | 'left';

export interface ScenePort {
  readonly id: string;
  readonly side: Side;
  readonly kind: Kind;
  readonly port: Port;
  readonly way: Way;
  readonly isBack: boolean;
  /** Whether the packets come out of the box here. */
  readonly isSource: boolean;
}

export interface Box {
  readonly id: string;
  readonly kind: BoxKind;
  /** null for inputs and outputs of the whole graph. */
  readonly node: GraphNode | null;
  readonly ports: readonly ScenePort[];
  /** What is inside an open subgraph; empty for all else. */
  readonly boxes: readonly Box[];
  readonly isOpen: boolean;
}

export interface Wire {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly kind: Kind;
  readonly isBack: boolean;
  readonly way: Way;
}

export interface Scene {
  readonly boxes: readonly Box[];
  readonly wires: readonly Wire[];
  /** Ports whose stream nothing makes, not even the outside. */
  readonly lonely: ReadonlySet<string>;
}

/** @param open ids of the subgraphs that are open. One inside a closed one stays unseen. */
export function sceneOf({ graph }: Drawing, open: ReadonlySet<string>): Scene {
  if (graph === null) return { boxes: [], wires: [], lonely: new Set() };
  const ways = waysOf(graph);
  const making = { open, ways, wires: [] as Wire[], lonely: new Set<string>() };
  const nodes = insideOf(graph, '', making);
  const outside = outsideOf(graph, ways);
  const boxes = [...outside, ...nodes];
  const wires = [...wiresOf(graph, '', boxes, null, making), ...making.wires];
  return { boxes, wires, lonely: making.lonely };
}

interface Making {
  readonly open: ReadonlySet<string>;
  readonly ways: Ways;
  readonly wires: Wire[];
  readonly lonely: Set<string>;
}

function insideOf(graph: Graph, scope: string, making: Making): Box[] {
  return graph.nodes.map((node) => {
    const isOpen = node.graph !== null && making.open.has(node.id);
    const boxes = isOpen && node.graph !== null ? insideOf(node.graph, node.id, making) : [];
    const ports = portsOf(node, scope, making.ways, isOpen);
    const box: Box = { id: node.id, kind: 'node', node, ports, boxes, isOpen };
    if (isOpen && node.graph !== null) {
      making.wires.push(...wiresOf(node.graph, node.id, boxes, box, making));
    }
    return box;
  });
}

function portsOf(node: GraphNode, scope: string, ways: Ways, isOpen: boolean): ScenePort[] {
  const isAside = node.inputs.length > 0 && !isOpen;
  const ports = (name: string, list: readonly Port[], side: Side, kind: Kind): ScenePort[] =>
    list.map((port, i) => ({
      id: `${node.id}|${name}|${i}`,
      side,
      kind,
      port,
      way: ways(scope, kind, port.stream),
      isBack: port.backEdge,
      isSource: side === 'bottom',
    }));
  return [
    ...ports('in', node.inputs, 'top', 'stream'),
    ...ports('out', node.outputs, 'bottom', 'stream'),
    ...ports('sideIn', node.sideInputs, isAside ? 'left' : 'top', 'side'),
    ...ports('sideOut', node.sideOutputs, 'bottom', 'side'),
  ];
}

/** The inputs and outputs of the whole graph, a box for each. */
function outsideOf(graph: Graph, ways: Ways): Box[] {
  const boxes = (kind: BoxKind, list: readonly Port[], side: Side, of: Kind): Box[] =>
    list.map((port, i) => {
      const isSecond = list.findIndex(({ stream }) => stream === port.stream) < i;
      const id = `${kind}|${port.stream}${isSecond ? `|${i}` : ''}`;
      const way = ways('', of, port.stream);
      const isSource = side === 'bottom';
      const only = { id: `${id}|0`, side, kind: of, port, way, isBack: false, isSource };
      return { id, kind, node: null, ports: [only], boxes: [], isOpen: false };
    });
  return [
    ...boxes('sideInput', graph.sideInputs, 'bottom', 'side'),
    ...boxes('input', graph.inputs, 'bottom', 'stream'),
    ...boxes('output', graph.outputs, 'top', 'stream'),
    ...boxes('sideOutput', graph.sideOutputs, 'top', 'side'),
  ];
}

interface End {
  readonly port: string;
  readonly kind: Kind;
  readonly stream: string;
  readonly isBack: boolean;
}

/**
 * The wires of one graph.
 *
 * @param around the open box that the graph is in; its ports are where the inner wires start and end.
 */
function wiresOf(
  graph: Graph,
  scope: string,
  boxes: readonly Box[],
  around: Box | null,
  { ways, lonely }: Making,
): Wire[] {
  const walls = around === null ? [] : wallEnds(around, graph);
  const ends = boxes.flatMap(({ ports }) =>
    ports.map((port) => ({ ...endOf(port), isSource: port.isSource })),
  );
  const sources = new Map<string, End>();
  for (const end of [...walls, ...ends]) {
    const key = `${end.kind} ${end.stream}`;
    if (end.isSource && !sources.has(key)) sources.set(key, end);
  }
  return [...ends, ...walls].flatMap((end): Wire[] => {
    const source = end.isSource ? undefined : sources.get(`${end.kind} ${end.stream}`);
    if (source === undefined) {
      if (!end.isSource && !isGiven(graph, end)) lonely.add(end.port);
      return [];
    }
    const { kind, isBack } = end;
    const way = ways(scope, kind, end.stream);
    const id = `${scope}>${source.port}>${end.port}`;
    return [{ id, from: source.port, to: end.port, kind, isBack, way }];
  });
}

/** Whether a stream comes from outside of a graph; there, it may be left out. */
function isGiven({ inputs, sideInputs }: Graph, { kind, stream }: End): boolean {
  return (kind === 'side' ? sideInputs : inputs).some((port) => port.stream === stream);
}

function endOf({ id, kind, port, isBack }: ScenePort): End {
  return { port: id, kind, stream: port.stream, isBack };
}

/** The ports of an open box as its inside sees them: what comes in is a source there. */
function wallEnds({ ports }: Box, graph: Graph): (End & { isSource: boolean })[] {
  return ports.flatMap((outer) => {
    const { id, kind, isSource } = outer;
    const inner =
      kind === 'stream' ? [graph.inputs, graph.outputs] : [graph.sideInputs, graph.sideOutputs];
    const match = matching(outer.port, inner[isSource ? 1 : 0]);
    if (match === undefined) return [];
    return [{ port: id, kind, stream: match.stream, isBack: false, isSource: !isSource }];
  });
}

/** Every box of a scene, outer ones first. */
export function* boxesOf(boxes: readonly Box[]): Generator<Box> {
  for (const box of boxes) {
    yield box;
    yield* boxesOf(box.boxes);
  }
}
