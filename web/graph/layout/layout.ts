/** Where everything stands: a scene, its words measured, and placed by elkjs in layers from top to bottom. */

import type { Drawing } from '../model';
import { type Box, boxesOf, type Scene, type Wire } from '../scene/scene';
import { totalsOf } from '../scene/totals';
import type { ElkEdge, ElkNode, ElkPort } from './elk';
import type { Measure } from './measure';
import { type BoxSize, type PortSize, SIDE_ROW, type Sizing, sizeOf } from './sizes';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Rectangle extends Point {
  readonly width: number;
  readonly height: number;
}

export interface PlacedPort extends PortSize, Point {}

export interface PlacedBox extends Rectangle {
  readonly box: Box;
  readonly size: BoxSize;
  readonly ports: readonly PlacedPort[];
  readonly boxes: readonly PlacedBox[];
}

export interface PlacedWire {
  readonly wire: Wire;
  readonly points: readonly Point[];
  /** Where it parts from another wire of its stream. */
  readonly junctions: readonly Point[];
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly PlacedBox[];
  readonly wires: readonly PlacedWire[];
}

const SIDES = { top: 'NORTH', bottom: 'SOUTH', left: 'WEST' } as const;
/** Within an open box. */
const PADDING = 18;
const MARGIN = 16;

const OPTIONS: Record<string, string> = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.json.shapeCoords': 'ROOT',
  'elk.json.edgeCoords': 'ROOT',
  'elk.padding': `[top=${MARGIN},left=${MARGIN},bottom=${MARGIN},right=${MARGIN}]`,
};

const SPACING: Record<string, string> = {
  'elk.spacing.nodeNode': '26',
  'elk.spacing.edgeNode': '16',
  'elk.spacing.edgeEdge': '11',
  'elk.spacing.portPort': '6',
  'elk.layered.spacing.nodeNodeBetweenLayers': '30',
  'elk.layered.spacing.edgeNodeBetweenLayers': '14',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '11',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
};

/** What the words of a scene need. */
export interface Measured {
  readonly scene: Scene;
  readonly sizes: ReadonlyMap<string, BoxSize>;
}

export function measured(scene: Scene, measure: Measure, drawing: Drawing): Measured {
  const totals = totalsOf(drawing).byNode;
  const sizing: Sizing = { measure, trace: drawing.trace, totals, lonely: scene.lonely };
  const sizes = new Map<string, BoxSize>();
  for (const box of boxesOf(scene.boxes)) sizes.set(box.id, sizeOf(box, sizing));
  return { scene, sizes };
}

/** The question that elkjs answers. */
export function questionOf({ scene, sizes }: Measured): ElkNode {
  return {
    id: 'root',
    layoutOptions: { ...OPTIONS, ...SPACING },
    children: scene.boxes.map((box) => elkNode(box, sizes)),
    edges: scene.wires.map(elkEdge),
  };
}

function elkNode(box: Box, sizes: ReadonlyMap<string, BoxSize>): ElkNode {
  const size = sizes.get(box.id) as BoxSize;
  const node: ElkNode = {
    id: box.id,
    width: size.width,
    height: size.height + size.below,
    ports: size.ports.map(elkPort),
    layoutOptions: {
      'elk.portConstraints': 'FIXED_SIDE',
      'elk.portAlignment.default': 'CENTER',
      'elk.spacing.portPort': '6',
      ...(box.kind !== 'node' && { 'elk.layered.layering.layerConstraint': edgeLayer(box) }),
    },
  };
  if (!box.isOpen) return node;
  const { title, topRow, bottomRow, below } = size;
  const [top, bottom] = [topRow + title.height + PADDING, bottomRow + below + PADDING];
  return {
    ...node,
    children: box.boxes.map((inner) => elkNode(inner, sizes)),
    layoutOptions: {
      ...node.layoutOptions,
      ...SPACING,
      'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
      'elk.nodeSize.constraints': 'PORTS MINIMUM_SIZE',
      'elk.nodeSize.minimum': `(${node.width},${node.height})`,
      'elk.padding': `[top=${top},left=${PADDING},bottom=${bottom},right=${PADDING}]`,
    },
  };
}

function edgeLayer({ kind }: Box): string {
  return kind === 'input' || kind === 'sideInput' ? 'FIRST' : 'LAST';
}

function elkPort({ port, room }: PortSize): ElkPort {
  const isAlong = port.side === 'top' || port.side === 'bottom';
  return {
    id: port.id,
    width: isAlong ? room : 0,
    height: isAlong ? 0 : room,
    layoutOptions: { 'elk.port.side': SIDES[port.side] },
  };
}

function elkEdge({ id, from, to, isBack, kind }: Wire): ElkEdge {
  const straight = kind === 'stream' && !isBack ? '3' : '1';
  return {
    id,
    // In layers from top to bottom, what goes back is as good as what comes down the other way.
    sources: [isBack ? to : from],
    targets: [isBack ? from : to],
    layoutOptions: {
      'elk.layered.priority.straightness': straight,
      'elk.layered.priority.shortness': straight,
    },
  };
}

/** What elkjs has answered, put together with what was asked. */
export function placed({ scene, sizes }: Measured, answer: ElkNode): Layout {
  const nodes = new Map(answer.children?.map((node) => [node.id, node]));
  const edges = new Map(allEdges(answer).map((edge) => [edge.id, edge]));
  const boxes = scene.boxes.map((box) => placedBox(box, sizes, nodes));
  const ports = placedPorts(boxes);
  return {
    width: Math.ceil(answer.width ?? 0),
    height: Math.ceil(answer.height ?? 0),
    boxes,
    wires: scene.wires.map((wire) => {
      const edge = edges.get(wire.id);
      const points = pointsOf(edge);
      if (wire.isBack) points.reverse();
      return {
        wire,
        points: moored(points, ports.get(wire.to)),
        junctions: edge?.junctionPoints ?? [],
      };
    }),
  };
}

function placedBox(
  box: Box,
  sizes: ReadonlyMap<string, BoxSize>,
  nodes: ReadonlyMap<string, ElkNode>,
): PlacedBox {
  const node = nodes.get(box.id) as Required<ElkNode>;
  const size = sizes.get(box.id) as BoxSize;
  const [width, height] = [node.width, node.height - size.below];
  const places = new Map(node.ports.map((port) => [port.id, port]));
  const inside = new Map(node.children?.map((child) => [child.id, child]));
  return {
    box,
    size,
    x: node.x,
    y: node.y,
    width,
    height,
    ports: size.ports.map((one) => {
      const { x = 0, y = 0 } = places.get(one.port.id) ?? {};
      const at = { x: x + one.room / 2, y };
      return { ...one, ...portPoint(one, at, { x: node.x, y: node.y, width, height }, size) };
    }),
    boxes: box.boxes.map((inner) => placedBox(inner, sizes, inside)),
  };
}

/** Where a port sits on the box that is drawn: at the left, in rows beside the title. */
function portPoint(
  { port }: PortSize,
  at: Point,
  box: Rectangle,
  { topRow, bottomRow, height, ports }: BoxSize,
): Point {
  if (port.side === 'top') return { x: at.x, y: box.y };
  if (port.side === 'bottom') return { x: at.x, y: box.y + box.height };
  const left = ports.filter((one) => one.port.side === 'left');
  const row = left.findIndex((one) => one.port.id === port.id) - (left.length - 1) / 2;
  return { x: box.x, y: box.y + topRow + (height - topRow - bottomRow) / 2 + row * SIDE_ROW };
}

function allEdges(node: ElkNode): ElkEdge[] {
  return [...(node.edges ?? []), ...(node.children ?? []).flatMap(allEdges)];
}

function pointsOf(edge: ElkEdge | undefined): Point[] {
  return (edge?.sections ?? []).flatMap(({ startPoint, bendPoints = [], endPoint }) => [
    startPoint,
    ...bendPoints,
    endPoint,
  ]);
}

/** The points of a wire that ends at the left of a box, its last piece moved to the port's row. */
function moored(points: readonly Point[], port: PlacedPort | undefined): readonly Point[] {
  if (port?.port.side !== 'left' || points.length < 3) return points;
  const last = points.slice(-2).map(({ x }) => ({ x, y: port.y }));
  return [...points.slice(0, -2), ...last];
}

/** Every placed box, outer ones first. */
export function* placedBoxes(boxes: readonly PlacedBox[]): Generator<PlacedBox> {
  for (const box of boxes) {
    yield box;
    yield* placedBoxes(box.boxes);
  }
}

/** A port where it was placed, by its id. */
export function placedPorts(boxes: readonly PlacedBox[]): Map<string, PlacedPort> {
  return new Map(
    [...placedBoxes(boxes)].flatMap(({ ports }) => ports.map((port) => [port.port.id, port])),
  );
}
