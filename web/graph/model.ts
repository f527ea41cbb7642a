/**
 * What is drawn: the JSON that Python writes (`knuckle/graph/drawings/picture.py`).
 *
 * Nodes have their full name as `id`. Inside a subgraph, streams have the subgraph's own names; its
 * ports join those of the node around it by tag and index.
 */

export interface Drawing {
  readonly title: string;
  readonly file: string;
  /** null where a text cannot be read at all. */
  readonly graph: Graph | null;
  readonly problems: readonly Problem[];
  readonly trace: Trace | null;
}

export interface Graph {
  readonly type: string;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly sideInputs: readonly Port[];
  readonly sideOutputs: readonly Port[];
  readonly nodes: readonly GraphNode[];
}

export interface Port {
  readonly tag: string;
  readonly index: number;
  /** Name of the stream or side packet. */
  readonly stream: string;
  /** Name of the packets' type; empty if nobody knows. */
  readonly type: string;
  readonly backEdge: boolean;
}

export interface GraphNode {
  /** Full name, such as `handlandmarkcpu__ImageToTensorCalculator`. */
  readonly id: string;
  readonly name: string;
  readonly calculator: string;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly sideInputs: readonly Port[];
  readonly sideOutputs: readonly Port[];
  readonly options: readonly NodeOptions[];
  /** What the calculator does, one sentence. */
  readonly about: string;
  readonly file: string;
  readonly line: number;
  /** Its inside, when it is a subgraph. */
  readonly graph: Graph | null;
  readonly isUnknown: boolean;
}

export interface NodeOptions {
  readonly type: string;
  readonly text: string;
}

export interface Problem {
  readonly file: string;
  /** 1 is the first; 0 if the problem has no line. */
  readonly line: number;
  /** The node's full name, or empty. */
  readonly node: string;
  readonly text: string;
  /** Whether it is only worth knowing: the graph runs. */
  readonly isNote?: boolean;
}

/** What a run has measured; milliseconds. */
export interface Trace {
  readonly duration: number;
  readonly nodes: Readonly<Record<string, NodeTrace>>;
  /** By the stream's full name. */
  readonly streams: Readonly<Record<string, StreamTrace>>;
}

export interface NodeTrace {
  readonly calls: number;
  readonly total: number;
  readonly mean: number;
  readonly longest: number;
}

export interface StreamTrace {
  readonly packets: number;
  readonly drops: number;
}

/** A node and the nodes inside it, outermost first. */
export function* nodesOf(graph: Graph | null): Generator<GraphNode> {
  for (const node of graph?.nodes ?? []) {
    yield node;
    yield* nodesOf(node.graph);
  }
}
