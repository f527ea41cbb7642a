/** Which subgraphs are to be open. */

import { type Drawing, nodesOf } from '../model';

/** @param open all, none, or those with these ids. */
export function openIn(
  drawing: Drawing,
  open: 'all' | 'none' | readonly string[] = 'none',
): Set<string> {
  if (open === 'none') return new Set();
  const inner = [...nodesOf(drawing.graph)].filter(({ graph }) => graph !== null);
  const ids = inner.map(({ id }) => id);
  return new Set(open === 'all' ? ids : ids.filter((id) => open.includes(id)));
}
