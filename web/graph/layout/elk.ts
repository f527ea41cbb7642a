/**
 * The layout library elkjs, called without its wrapper: here and now, or in a worker.
 *
 * The library's script answers messages. In a worker it listens by itself; elsewhere it exports a
 * stand-in for a worker that answers after a timeout, so the timeout it gets runs at once.
 */

import elk from 'elkjs/lib/elk-worker.min.js';

export interface ElkPort {
  id: string;
  x?: number;
  y?: number;
  width: number;
  height: number;
  layoutOptions?: Record<string, string>;
}

export interface ElkNode {
  id: string;
  x?: number;
  y?: number;
  width?: number;
  height?: number;
  ports?: ElkPort[];
  children?: ElkNode[];
  edges?: ElkEdge[];
  layoutOptions?: Record<string, string>;
}

export interface ElkEdge {
  id: string;
  sources: string[];
  targets: string[];
  layoutOptions?: Record<string, string>;
  sections?: ElkSection[];
  /** Where wires of one port part. */
  junctionPoints?: ElkPoint[];
}

export interface ElkPoint {
  x: number;
  y: number;
}

export interface ElkSection {
  startPoint: ElkPoint;
  endPoint: ElkPoint;
  bendPoints?: ElkPoint[];
}

/** What the library is asked and answers. */
export interface ElkRequest {
  readonly id: number;
  readonly cmd: 'register' | 'layout';
  readonly algorithms?: readonly string[];
  readonly graph?: ElkNode;
}

export interface ElkAnswer {
  readonly id: number;
  readonly data?: ElkNode;
  readonly error?: unknown;
}

export const REGISTER: ElkRequest = { id: 0, cmd: 'register', algorithms: ['layered'] };

interface StandIn {
  postMessage(request: ElkRequest): void;
  onmessage: (event: { data: ElkAnswer }) => void;
}

let standIn: StandIn | undefined;

/** Lay a graph out, now. Throws what the library reports. */
export function layOutNow(graph: ElkNode): ElkNode {
  if (standIn === undefined) {
    standIn = new elk.Worker() as StandIn;
    ask(standIn, REGISTER);
  }
  return resultOf(ask(standIn, { id: 1, cmd: 'layout', graph }), graph);
}

function ask(worker: StandIn, request: ElkRequest): ElkAnswer {
  let answer: ElkAnswer | undefined;
  worker.onmessage = ({ data }) => {
    answer = data;
  };
  worker.postMessage(request);
  if (answer === undefined) throw new Error('the layout library has not answered');
  return answer;
}

/** What was answered to a graph. Throws what the library reports. */
export function resultOf({ data, error }: ElkAnswer, graph: ElkNode): ElkNode {
  if (error === undefined && data !== undefined) return data;
  const message = messageOf(error);
  // The library goes along a chain of nodes by recursion; each engine words that in its own way.
  if (/call stack|recursion/i.test(message)) {
    throw new Error(
      `a drawing of ${boxesIn(graph)} boxes is more than the layout library can place: ` +
        'draw a part of the graph, close subgraphs, or write a Mermaid flowchart (.mmd)',
    );
  }
  throw new Error(`the layout library cannot place this graph: ${message}`);
}

function boxesIn({ children = [] }: ElkNode): number {
  return children.reduce((sum, child) => sum + 1 + boxesIn(child), 0);
}

function messageOf(error: unknown): string {
  return (error as { message?: string } | undefined)?.message ?? String(error);
}
