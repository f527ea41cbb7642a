/** Details: of a node, of a stream, or of the graph as a whole. */

import { type Child, h, type Tree } from '../../page/view/tree';
import { tagOf } from '../layout/sizes';
import type { GraphNode, Port, Problem } from '../model';
import type { Stream } from '../scene/catalogue';
import type { Kind } from '../scene/ways';
import type { Message, State, Thing } from '../state/state';
import { icon } from './icons';
import { nodeTimes, slowest, streamCounts } from './times';

type View = Tree<Message>;

export function panel(state: State, thing: Thing): View {
  const entry = state.catalogue.nodes.get(thing.id);
  const stream = state.catalogue.streams.get(thing.id);
  if (thing.kind === 'node' && entry !== undefined)
    return nodePanel(state, entry.node, entry.around);
  if (thing.kind === 'way' && stream !== undefined) return streamPanel(state, stream);
  return frame('Details', [h('p', { class: 'soft' }, 'It is not in this graph.')]);
}

function frame(title: string, children: Child<Message>[], above: Child<Message> = null): View {
  return h<Message>(
    'aside',
    { key: 'panel', class: 'panel', 'aria-label': 'Details' },
    h(
      'div',
      { class: 'panel-head' },
      h('div', {}, above, h<Message>('h2', {}, title)),
      h(
        'button',
        {
          class: 'tool',
          type: 'button',
          'aria-label': 'Close the details',
          title: 'Close the details (Esc)',
          on: { click: { type: 'selected', thing: null } },
        },
        icon('cross'),
      ),
    ),
    h(
      'div',
      { class: 'panel-body', tabindex: 0, role: 'region', 'aria-label': title },
      ...children,
    ),
  );
}

function nodePanel(state: State, node: GraphNode, around: readonly string[]): View {
  const problems = state.drawing.problems.filter((problem) => problem.node === node.id);
  const isOpen = state.open.has(node.id);
  const file = node.file.split(/[\\/]/).at(-1) ?? '';
  const place = node.line > 0 ? `${file === '' ? 'line ' : `${file}:`}${node.line}` : file;
  return frame(
    node.name,
    [
      node.name !== node.calculator && h('p', { class: 'mono' }, node.calculator),
      node.isUnknown &&
        problems.length === 0 &&
        h('p', { class: 'wrong' }, 'knuckle does not know this calculator.'),
      ...problems.map(problemTree),
      node.about !== '' && h('p', { class: 'about' }, node.about),
      node.graph !== null &&
        h(
          'button',
          { class: 'button', type: 'button', on: { click: { type: 'toggled', id: node.id } } },
          isOpen ? 'Close the subgraph' : `Open the subgraph (${node.graph.nodes.length} nodes)`,
        ),
      state.hasTrace && nodeTimes(state.drawing, node.id),
      ...ports(state, node.id, 'Inputs', 'stream', node.inputs),
      ...ports(state, node.id, 'Outputs', 'stream', node.outputs),
      ...ports(state, node.id, 'Side packets in', 'side', node.sideInputs),
      ...ports(state, node.id, 'Side packets out', 'side', node.sideOutputs),
      ...node.options.flatMap(({ type, text }) => [
        h<Message>('h3', {}, 'Options'),
        h<Message>('p', { class: 'mono soft' }, type),
        h<Message>('pre', { tabindex: 0 }, text),
      ]),
      place !== '' && h('h3', {}, 'Where'),
      place !== '' && h('p', { class: 'mono', title: node.file }, place),
    ],
    around.length > 0 && crumbs(state, around),
  );
}

/** A name that breaks after its underscores, and before the ending that calculators have. */
function breakable(name: string): Child<Message>[] {
  const parts = name
    .replaceAll('_', '_\n')
    .replace(/(?=Calculator)/, '\n')
    .split('\n');
  return parts.flatMap((part, i) => (i === 0 ? [part] : [h<Message>('wbr'), part]));
}

/** What is around a node, to go there. */
function crumbs(state: State, around: readonly string[]): View {
  return h(
    'p',
    { class: 'crumbs' },
    ...around.flatMap((id, i): Child<Message>[] => [
      i > 0 && ' › ',
      link(state.catalogue.nodes.get(id)?.node.name ?? id, { kind: 'node', id }),
    ]),
  );
}

function link(text: string, thing: Thing, kind = ''): View {
  return h(
    'button',
    { class: `link ${kind}`.trim(), type: 'button', on: { click: { type: 'jumped', thing } } },
    ...breakable(text),
  );
}

function ports(
  { catalogue, drawing, hasTrace }: State,
  node: string,
  title: string,
  kind: Kind,
  list: readonly Port[],
): View[] {
  if (list.length === 0) return [];
  const rows = list.map((port) => {
    const way = catalogue.wayOf(node, kind, port.stream);
    const isAlone = !catalogue.streams.get(way.id)?.ends.some(({ isSource }) => isSource);
    return h<Message>(
      'li',
      {},
      h('span', { class: 'port-tag' }, ...breakable(tagOf(port) || '–')),
      h(
        'span',
        { class: 'port-stream' },
        link(port.stream, { kind: 'way', id: way.id }, kind === 'side' ? 'link--side' : ''),
        port.backEdge && h<Message>('span', { class: 'note note--back' }, 'back edge'),
        isAlone && h<Message>('span', { class: 'note note--wrong' }, 'nothing makes it'),
        h<Message>('span', { class: 'port-type' }, port.type || way.type),
        hasTrace && streamCounts(drawing.trace, way),
      ),
    );
  });
  return [h('h3', {}, title), h('ul', { class: 'ports' }, ...rows)];
}

function streamPanel(state: State, { way, ends }: Stream): View {
  const side = (isSource: boolean) => ends.filter((end) => end.isSource === isSource);
  const users = (title: string, isSource: boolean): View[] =>
    side(isSource).length === 0
      ? []
      : [
          h('h3', {}, title),
          h(
            'ul',
            { class: 'ends' },
            ...side(isSource).map(({ node, port }) => endTree(state, node, port)),
          ),
        ];
  const names = way.names.filter((name) => name !== way.name);
  return frame(way.name, [
    h('p', { class: 'mono soft' }, way.kind === 'side' ? 'side packet' : 'stream'),
    way.type !== '' && h('p', { class: 'mono' }, way.type),
    state.hasTrace && streamCounts(state.drawing.trace, way),
    ...users('Made by', true),
    ...users('Read by', false),
    ...(names.length === 0
      ? []
      : [
          h<Message>('h3', {}, 'Also called'),
          ...names.map((name) => h<Message>('p', { class: 'mono' }, name)),
        ]),
  ]);
}

function endTree({ catalogue }: State, node: string, port: Port): View {
  const found = catalogue.nodes.get(node)?.node;
  const tag = tagOf(port);
  return h(
    'li',
    {},
    h(
      'span',
      { class: 'port-stream' },
      found === undefined
        ? h<Message>('span', {}, 'outside of the graph')
        : link(found.name, { kind: 'node', id: node }),
      port.backEdge && h<Message>('span', { class: 'note note--back' }, 'back edge'),
    ),
    tag !== '' && h<Message>('span', { class: 'port-tag' }, ...breakable(tag)),
  );
}

function problemTree({ line, text, isNote }: Problem): View {
  return h(
    'p',
    { class: isNote === true ? 'wrong wrong--note' : 'wrong' },
    line > 0 && h<Message>('b', {}, `Line ${line}: `),
    text,
  );
}

/** The graph as a whole. */
export function overview(state: State): View {
  const { drawing, catalogue } = state;
  const { graph, problems } = drawing;
  const all = [...catalogue.nodes.values()].filter(({ node }) => node.graph === null).length;
  const names = (list: readonly Port[], kind: Kind): View =>
    h(
      'ul',
      { class: 'ports' },
      ...list.map((port) =>
        h<Message>(
          'li',
          {},
          h('span', { class: 'port-tag' }, ...breakable(tagOf(port) || '–')),
          h(
            'span',
            { class: 'port-stream' },
            link(
              port.stream,
              { kind: 'way', id: catalogue.wayOf('', kind, port.stream).id },
              kind === 'side' ? 'link--side' : '',
            ),
            h<Message>('span', { class: 'port-type' }, port.type),
          ),
        ),
      ),
    );
  const section = (title: string, list: readonly Port[] = [], kind: Kind = 'stream'): View[] =>
    list.length === 0 ? [] : [h('h3', {}, title), names(list, kind)];
  const body: Child<Message>[] = [
    graph !== null && h('p', { class: 'soft' }, counted(graph.nodes.length, all)),
    problems.length > 0 && h('h3', {}, problemsTitle(problems)),
    ...problems.map((problem) =>
      h<Message>('div', { class: 'problem' }, problemTree(problem), nodeLink(state, problem)),
    ),
    state.hasTrace && slowest(state),
    ...section('Inputs', graph?.inputs),
    ...section('Outputs', graph?.outputs),
    ...section('Side packets in', graph?.sideInputs, 'side'),
    ...section('Side packets out', graph?.sideOutputs, 'side'),
  ];
  const view = frame(graph?.type || 'Overview', body);
  return withClose(view);
}

function problemsTitle(problems: readonly Problem[]): string {
  const wrong = problems.filter(({ isNote }) => isNote !== true).length;
  if (wrong === 0) return 'Notes';
  return wrong === 1 ? 'A problem' : `${wrong} problems`;
}

function counted(here: number, all: number): string {
  const nodes = `${here} node${here === 1 ? '' : 's'}`;
  return all <= here ? nodes : `${nodes}, ${all} when all subgraphs are open`;
}

function nodeLink({ catalogue }: State, { node }: Problem): Child<Message> {
  const found = catalogue.nodes.get(node)?.node;
  return found === undefined ? null : link(`show ${found.name}`, { kind: 'node', id: node });
}

/** The overview is closed by its switch. */
function withClose(view: View): View {
  const [head, body] = view.children as View[];
  const [titles, close] = head.children as View[];
  const other = h<Message>(
    'button',
    { ...close.props, on: { click: { type: 'overview-switched' } } },
    ...close.children,
  );
  return { ...view, children: [{ ...head, children: [titles, other] }, body] };
}
