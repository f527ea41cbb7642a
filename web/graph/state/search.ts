/** What a few letters find: nodes by name or calculator, streams by name or tag. */

import type { Catalogue } from '../scene/catalogue';
import type { Thing } from './state';

export interface Hit {
  readonly kind: 'node' | 'stream' | 'side';
  /** Of the node, or of the stream's way. */
  readonly id: string;
  readonly name: string;
  /** What is said beside the name. */
  readonly detail: string;
}

export function thingOf({ kind, id }: Hit): Thing {
  return kind === 'node' ? { kind, id } : { kind: 'way', id };
}

const MOST = 60;

/** The best first; nothing for no letters. */
export function search({ nodes, streams }: Catalogue, query: string): Hit[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const found: (Hit & { rank: number })[] = [];
  for (const [id, { node, around }] of nodes) {
    const rank = rankOf([node.name, node.calculator, id], words);
    const inside = around.map((one) => nodes.get(one)?.node.name ?? one).join(' › ');
    const detail =
      inside !== '' ? `in ${inside}` : node.name === node.calculator ? 'node' : node.calculator;
    if (rank > 0) found.push({ kind: 'node', id, name: node.name, detail, rank: rank + 0.5 });
  }
  for (const [id, { way, ends }] of streams) {
    const tags = [...new Set(ends.map(({ port }) => port.tag))].filter(Boolean);
    const rank = rankOf([way.name, ...way.names, ...tags], words);
    const kind = way.kind === 'side' ? 'side packet' : 'stream';
    const maker = ends.find(({ isSource }) => isSource)?.node ?? '';
    const from = maker === '' ? '' : ` from ${nodes.get(maker)?.node.name}`;
    const detail = `${kind}${from}${way.type === '' ? '' : `, ${way.type}`}`;
    if (rank > 0) found.push({ kind: way.kind, id, name: way.name, detail, rank });
  }
  found.sort((a, b) => b.rank - a.rank || a.name.length - b.name.length);
  return found.slice(0, MOST).map(({ rank: _, ...hit }) => hit);
}

/** How well the words fit the best of some names; 0 if one of the words is in none. */
function rankOf(names: readonly string[], words: readonly string[]): number {
  let sum = 0;
  for (const word of words) {
    const best = Math.max(...names.map((name) => rank(name, word)));
    if (best === 0) return 0;
    sum += best;
  }
  return sum / words.length;
}

function rank(name: string, word: string): number {
  const lower = name.toLowerCase();
  const at = lower.indexOf(word);
  if (at < 0) return 0;
  if (lower === word) return 4;
  if (at === 0) return 3;
  const isWordStart = /[A-Z]/.test(name[at]) || name[at - 1] === '_';
  return isWordStart ? 2 : 1;
}
