/** How long each node took in a run, subgraphs by what is in them. */

import type { Drawing, Graph } from '../model';

export interface Totals {
  /** Milliseconds by the node's id; what has not run is not in it. */
  readonly byNode: ReadonlyMap<string, number>;
  /** Of the whole graph; milliseconds. */
  readonly whole: number;
}

export function totalsOf({ graph, trace }: Drawing): Totals {
  const byNode = new Map<string, number>();
  const visit = (inside: Graph | null): number => {
    let sum = 0;
    for (const { id, graph: inner } of inside?.nodes ?? []) {
      const within = visit(inner);
      const total = trace?.nodes[id]?.total ?? within;
      if (total > 0) byNode.set(id, total);
      sum += total;
    }
    return sum;
  };
  return { whole: trace === null ? 0 : visit(graph), byNode };
}
