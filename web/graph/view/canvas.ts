/** The graph itself: what is drawn, and what a pointer and the keyboard may do with it. */

import { h, type Props, type Tree } from '../../page/view/tree';
import { draw } from '../drawing/draw';
import type { PlacedBox } from '../layout/layout';
import { isSame } from '../state/reduce';
import { type Message, type State, shown, type Thing, themeOf } from '../state/state';

export const CANVAS = 'canvas';
/** What pans and zooms; its place is kept past the state. */
export const STAGE = 'canvas-stage';
const HELP = 'canvas-help';

export function canvas(state: State): Tree<Message> {
  const { layout, drawing } = state;
  const lit = litBy(state);
  const isFound = state.isSearching && state.hits.length > 0;
  const isDim = isFound || (state.hovered ?? state.selected)?.kind === 'way';
  const parts =
    layout === null
      ? []
      : draw<Message>(
          { drawing: shown(state), layout, theme: themeOf(state) },
          {
            box: (box, base) => boxProps(state, box, base, lit),
            way: (id, base) => ({ class: lit.ways.has(id) ? `${base} is-lit` : base }),
            opener: ({ box }, base) => ({
              class: base,
              'aria-hidden': 'true',
              on: { click: toggle(box.id), dblclick: unheard },
            }),
          },
        );
  return h(
    'svg',
    {
      id: CANVAS,
      class: isDim ? 'canvas has-lit' : 'canvas',
      role: 'group',
      'aria-roledescription': 'graph',
      'aria-label': `Graph ${drawing.title}`,
      'aria-describedby': HELP,
    },
    h('desc', { id: HELP }, KEYS),
    h('g', { id: STAGE }, ...parts),
  );
}

const KEYS =
  'Arrow keys go from node to node. Enter shows the details of a node, space opens and closes a subgraph, slash searches, plus and minus zoom.';

/** Whatever the thing that is pointed at, or else selected, has to do with. */
interface Lit {
  readonly ways: ReadonlySet<string>;
  readonly boxes: ReadonlySet<string>;
}

function litBy({ hovered, selected, catalogue, isSearching, hits }: State): Lit {
  const thing = hovered ?? selected;
  const ways = new Set<string>();
  const boxes = new Set<string>();
  if (isSearching && hits.length > 0) {
    for (const { kind, id } of hits) (kind === 'node' ? boxes : ways).add(id);
    return { ways, boxes };
  }
  if (thing?.kind === 'way') {
    ways.add(thing.id);
    for (const { node, port } of catalogue.streams.get(thing.id)?.ends ?? []) {
      boxes.add(node);
      if (node === '') for (const kind of OUTSIDE) boxes.add(`${kind}|${port.stream}`);
    }
  } else if (thing?.kind === 'node') {
    const node = catalogue.nodes.get(thing.id)?.node;
    for (const port of [...(node?.inputs ?? []), ...(node?.outputs ?? [])]) {
      ways.add(catalogue.wayOf(thing.id, 'stream', port.stream).id);
    }
    for (const port of [...(node?.sideInputs ?? []), ...(node?.sideOutputs ?? [])]) {
      ways.add(catalogue.wayOf(thing.id, 'side', port.stream).id);
    }
  }
  return { ways, boxes };
}

const OUTSIDE = ['input', 'output', 'sideInput', 'sideOutput'];

function boxProps(state: State, { box }: PlacedBox, base: string, lit: Lit): Props<Message> {
  const thing: Thing =
    box.node === null ? { kind: 'way', id: box.ports[0].way.id } : { kind: 'node', id: box.id };
  const isSelected = isSame(state.selected, thing);
  const isPointed = isSame(state.hovered, thing);
  const marks = [
    isSelected && 'is-selected',
    isPointed && 'is-pointed',
    lit.boxes.has(box.id) && 'is-lit',
  ];
  const isSubgraph = box.node !== null && box.node.graph !== null;
  return {
    class: [base, ...marks].filter(Boolean).join(' '),
    role: 'button',
    tabindex: box.id === state.focus ? 0 : -1,
    'aria-pressed': isSelected,
    ...(isSubgraph && { 'aria-expanded': box.isOpen }),
    on: {
      click: { type: 'selected', thing },
      focus: { type: 'focused', id: box.id },
      ...(isSubgraph && { dblclick: { type: 'toggled', id: box.id } }),
    },
  };
}

/** Two clicks on it are two clicks. */
function unheard(event: Event): null {
  event.stopPropagation();
  return null;
}

function toggle(id: string) {
  return (event: Event): Message => {
    event.stopPropagation(); // it is not selected by that
    return { type: 'toggled', id };
  };
}
