/** What a run has measured, in the panel. */

import { type Child, h, type Tree } from '../../page/view/tree';
import { milliseconds } from '../layout/sizes';
import type { Drawing, Trace } from '../model';
import { totalsOf } from '../scene/totals';
import type { Way } from '../scene/ways';
import type { Message, State } from '../state/state';

const SHOWN = 8;

export function nodeTimes(drawing: Drawing, id: string): Child<Message> {
  const { trace } = drawing;
  const total = totalsOf(drawing).byNode.get(id);
  if (trace === null || total === undefined) return null;
  const time = trace.nodes[id];
  const share = trace.duration > 0 ? `, ${Math.round((100 * total) / trace.duration)} %` : '';
  const all = ['in all', `${milliseconds(total)}${share}`] as const;
  const rows: readonly (readonly [string, string])[] =
    time === undefined
      ? [all]
      : [
          ['calls', String(time.calls)],
          ['mean', milliseconds(time.mean)],
          ['longest', milliseconds(time.longest)],
          all,
        ];
  return h(
    'dl',
    { class: 'times' },
    ...rows.map(([name, value]) => h<Message>('div', {}, h('dt', {}, name), h('dd', {}, value))),
  );
}

export function streamCounts(trace: Trace | null, way: Way): Child<Message> {
  const name = way.names.find((full) => trace?.streams[full] !== undefined);
  const found = name === undefined ? undefined : trace?.streams[name];
  if (found === undefined) return null;
  return h(
    'span',
    { class: 'counts' },
    `${found.packets} packets`,
    found.drops > 0 && h<Message>('span', { class: 'note note--wrong' }, `${found.drops} dropped`),
  );
}

/** The nodes that took most of the time, as bars. */
export function slowest({ drawing, catalogue }: State): Child<Message> {
  const { trace } = drawing;
  if (trace === null) return null;
  const leaves = [...catalogue.nodes.values()].filter(({ node }) => node.graph === null);
  const times = leaves
    .map(({ node, around }) => ({
      node,
      inside: catalogue.nodes.get(around.at(-1) ?? '')?.node.name,
      total: trace.nodes[node.id]?.total ?? 0,
    }))
    .filter(({ total }) => total > 0)
    .sort((a, b) => b.total - a.total)
    .slice(0, SHOWN);
  if (times.length === 0) return null;
  const most = times[0].total;
  const rows = times.map(({ node, inside, total }): Tree<Message> => {
    const share = Math.round((100 * total) / Math.max(trace.duration, 1e-9));
    return h(
      'li',
      {},
      h(
        'button',
        {
          class: 'link',
          type: 'button',
          on: { click: { type: 'jumped', thing: { kind: 'node', id: node.id } } },
        },
        node.name,
        inside !== undefined && h<Message>('small', {}, ` in ${inside}`),
      ),
      h('span', {}, `${milliseconds(total)}, ${share} %`),
      h(
        'svg',
        { viewBox: '0 0 100 4', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
        h('rect', { class: 'bar-ground', width: 100, height: 4, rx: 2 }),
        h('rect', { class: 'bar-share', width: (100 * total) / most, height: 4, rx: 2 }),
      ),
    );
  });
  return h(
    'section',
    {},
    h('h3', {}, 'Where the time goes'),
    h('ul', { class: 'slowest' }, ...rows),
  );
}
