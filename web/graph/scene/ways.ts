/**
 * The whole way of each stream: from where it is made to all who read it, through the walls of
 * subgraphs, where it may have another name on each side.
 */

import type { Graph, GraphNode, Port } from '../model';

export type Kind = 'stream' | 'side';

export interface Way {
  /** Of the whole way, the same whatever is open. */
  readonly id: string;
  readonly kind: Kind;
  /** Its name in the outermost graph that it touches. */
  readonly name: string;
  readonly type: string;
  /** Its names with the prefixes of the graphs that they are in, outermost first. */
  readonly names: readonly string[];
}

/** Finds the way of a stream by the graph that it is in and its name there. */
export type Ways = (scope: string, kind: Kind, stream: string) => Way;

/** @param scope of a graph: the id of the node around it, empty for the outermost. */
function keyOf(scope: string, kind: Kind, stream: string): string {
  return `${scope}\n${kind}\n${stream}`;
}

export function waysOf(graph: Graph): Ways {
  const all = new Joined();
  collect(graph, '', '', all);
  const ways = new Map<string, Way>();
  return (scope, kind, stream) => {
    const first = all.firstOf(keyOf(scope, kind, stream));
    const known = ways.get(first);
    if (known !== undefined) return known;
    const members = all.members(first);
    const made: Way = {
      id: first.replaceAll('\n', '/'),
      kind,
      name: members[0]?.name ?? stream,
      type: members.find(({ type }) => type !== '')?.type ?? '',
      names: members.map(({ full }) => full),
    };
    ways.set(first, made);
    return made;
  };
}

interface Member {
  readonly name: string;
  readonly full: string;
  type: string;
}

/** Streams that are the same, by the one that came first: graphs are read from the outermost in. */
class Joined {
  readonly #first = new Map<string, string>();
  readonly #members = new Map<string, Map<string, Member>>();

  add(scope: string, prefix: string, kind: Kind, { stream, type }: Port): void {
    const key = keyOf(scope, kind, stream);
    const first = this.firstOf(key);
    const members = this.#members.get(first) ?? new Map<string, Member>();
    this.#members.set(first, members);
    const known = members.get(key);
    if (known === undefined) members.set(key, { name: stream, full: `${prefix}${stream}`, type });
    else if (known.type === '') known.type = type;
  }

  join(outer: string, inner: string): void {
    const [a, b] = [this.firstOf(outer), this.firstOf(inner)];
    if (a !== b) this.#first.set(b, a);
  }

  firstOf(key: string): string {
    let at = key;
    for (let next = this.#first.get(at); next !== undefined; next = this.#first.get(at)) at = next;
    return at;
  }

  members(first: string): Member[] {
    const own = [...this.#members.entries()].filter(([key]) => this.firstOf(key) === first);
    return own.flatMap(([, members]) => [...members.values()]);
  }
}

function collect(graph: Graph, scope: string, prefix: string, all: Joined): void {
  const each = (kind: Kind, ports: readonly Port[]) => {
    for (const port of ports) all.add(scope, prefix, kind, port);
  };
  for (const part of [graph, ...graph.nodes]) {
    each('stream', part.inputs);
    each('stream', part.outputs);
    each('side', part.sideInputs);
    each('side', part.sideOutputs);
  }
  for (const node of graph.nodes) {
    if (node.graph === null) continue;
    for (const [kind, outer, inner] of wallsOf(node, node.graph)) {
      all.join(keyOf(scope, kind, outer.stream), keyOf(node.id, kind, inner.stream));
    }
    collect(node.graph, node.id, innerPrefix(node, prefix), all);
  }
}

/** Names of inner streams start as those of inner nodes do. */
function innerPrefix(node: GraphNode, prefix: string): string {
  const child = node.graph?.nodes.find(({ id, name }) => id.endsWith(name));
  if (child !== undefined && child.id !== child.name) return child.id.slice(0, -child.name.length);
  return `${prefix}${node.name.toLowerCase()}__`;
}

/** The ports of a subgraph's node with those of the graph inside that they join. */
export function wallsOf(node: GraphNode, graph: Graph): [Kind, Port, Port][] {
  const pairs = (kind: Kind, outer: readonly Port[], inner: readonly Port[]) =>
    outer.flatMap((port): [Kind, Port, Port][] => {
      const match = matching(port, inner);
      return match === undefined ? [] : [[kind, port, match]];
    });
  return [
    ...pairs('stream', node.inputs, graph.inputs),
    ...pairs('stream', node.outputs, graph.outputs),
    ...pairs('side', node.sideInputs, graph.sideInputs),
    ...pairs('side', node.sideOutputs, graph.sideOutputs),
  ];
}

export function matching(port: Port, ports: readonly Port[]): Port | undefined {
  return ports.find(({ tag, index }) => tag === port.tag && index === port.index);
}
