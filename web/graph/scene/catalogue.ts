/** Everything of a drawing by its name: nodes with what is around them, streams with who uses them. */

import type { Drawing, Graph, GraphNode, Port } from '../model';
import { type Kind, type Way, type Ways, waysOf } from './ways';

export interface Entry {
  readonly node: GraphNode;
  /** Ids of the subgraphs around it, outermost first. */
  readonly around: readonly string[];
}

/** Who makes or reads the packets of a stream. */
export interface End {
  /** A node's id; empty for the outside of the whole graph. */
  readonly node: string;
  readonly port: Port;
  readonly isSource: boolean;
}

export interface Stream {
  readonly way: Way;
  readonly ends: readonly End[];
}

export interface Catalogue {
  readonly nodes: ReadonlyMap<string, Entry>;
  readonly streams: ReadonlyMap<string, Stream>;
  /** The way of a port of a node; of the whole graph's if the id is empty. */
  wayOf(node: string, kind: Kind, stream: string): Way;
}

const EMPTY: Graph = {
  type: '',
  inputs: [],
  outputs: [],
  sideInputs: [],
  sideOutputs: [],
  nodes: [],
};

export function catalogueOf({ graph }: Drawing): Catalogue {
  const whole = graph ?? EMPTY;
  const ways = waysOf(whole);
  const nodes = new Map<string, Entry>();
  const streams = new Map<string, { way: Way; ends: End[] }>();
  const note = (
    scope: string,
    node: string,
    kind: Kind,
    ports: readonly Port[],
    isSource: boolean,
  ) => {
    for (const port of ports) {
      const way = ways(scope, kind, port.stream);
      const stream = streams.get(way.id) ?? { way, ends: [] };
      streams.set(way.id, stream);
      stream.ends.push({ node, port, isSource });
    }
  };
  // To the graph inside it, an input of the whole graph is a source.
  note('', '', 'stream', whole.inputs, true);
  note('', '', 'side', whole.sideInputs, true);
  visit(whole, [], (node, around) => {
    const scope = around.at(-1) ?? '';
    nodes.set(node.id, { node, around });
    note(scope, node.id, 'stream', node.outputs, true);
    note(scope, node.id, 'side', node.sideOutputs, true);
    note(scope, node.id, 'stream', node.inputs, false);
    note(scope, node.id, 'side', node.sideInputs, false);
  });
  note('', '', 'stream', whole.outputs, false);
  note('', '', 'side', whole.sideOutputs, false);
  return { nodes, streams, wayOf: wayFinder(nodes, ways) };
}

function wayFinder(nodes: ReadonlyMap<string, Entry>, ways: Ways): Catalogue['wayOf'] {
  return (node, kind, stream) => ways(nodes.get(node)?.around.at(-1) ?? '', kind, stream);
}

function visit(
  graph: Graph,
  around: readonly string[],
  see: (node: GraphNode, around: readonly string[]) => void,
): void {
  for (const node of graph.nodes) {
    see(node, around);
    if (node.graph !== null) visit(node.graph, [...around, node.id], see);
  }
}
