/** The only function that changes the state. */

import { openIn } from '../drawing/open';
import { catalogueOf } from '../scene/catalogue';
import { search, thingOf } from './search';
import type { Message, State, Thing } from './state';

export function reduce(state: State, message: Message): State {
  switch (message.type) {
    case 'drawing-given':
      return withDrawing(state, message.drawing);
    case 'toggled':
      return toggled(state, message.id);
    case 'all-opened':
      return { ...state, open: openIn(state.drawing, 'all'), said: 'all subgraphs are open' };
    case 'all-closed':
      return closedAll(state);
    case 'layout-asked':
      return { ...state, isBusy: true };
    case 'laid-out':
      return { ...state, layout: message.layout, isBusy: false, failure: '' };
    case 'layout-failed':
      return { ...state, isBusy: false, failure: message.text };
    case 'selected':
      return withSelected(state, message.thing);
    case 'hovered':
      return isSame(state.hovered, message.thing) ? state : { ...state, hovered: message.thing };
    case 'focused':
      return state.focus === message.id ? state : { ...state, focus: message.id };
    case 'jumped':
      return jumped(state, message.thing);
    case 'typed':
      return withQuery(state, message.query);
    case 'hit-moved': {
      const count = state.hits.length;
      return count === 0 ? state : { ...state, hit: (state.hit + message.by + count) % count };
    }
    case 'hit-taken': {
      const found = state.hits[state.hit];
      return found === undefined ? state : jumped(state, thingOf(found));
    }
    case 'search-left':
      return { ...state, isSearching: false };
    case 'look-chosen':
      return { ...state, look: message.look ?? nextLook(state) };
    case 'dark-preferred':
      return { ...state, prefersDark: message.isDark };
    case 'trace-switched':
      return { ...state, hasTrace: !state.hasTrace };
    case 'overview-switched':
      return { ...state, isOverviewShown: !state.isOverviewShown, selected: null };
    case 'legend-switched':
      return { ...state, isLegendShown: !state.isLegendShown };
    case 'zoomed':
    case 'fitted':
    case 'svg-wanted':
      return state; // the view is kept past the state, and files are written there
  }
}

/** What is selected, open and searched stays, where it is still there. */
function withDrawing(state: State, drawing: State['drawing']): State {
  const catalogue = catalogueOf(drawing);
  const isThere = (thing: Thing | null) =>
    thing !== null && (thing.kind === 'node' ? catalogue.nodes : catalogue.streams).has(thing.id);
  return {
    ...state,
    drawing,
    catalogue,
    open: new Set([...state.open].filter((id) => catalogue.nodes.get(id)?.node.graph)),
    selected: isThere(state.selected) ? state.selected : null,
    hovered: null,
    focus: catalogue.nodes.has(state.focus) ? state.focus : (drawing.graph?.nodes[0]?.id ?? ''),
    hits: search(catalogue, state.query),
    hit: 0,
    hasTrace: drawing.trace !== null,
  };
}

function toggled(state: State, id: string): State {
  const entry = state.catalogue.nodes.get(id);
  if (entry?.node.graph == null) return state;
  const open = new Set(state.open);
  const isOpen = !open.delete(id);
  if (isOpen) open.add(id);
  const said = `${entry.node.name} is ${isOpen ? 'open' : 'closed'}`;
  return visible({ ...state, open, focus: id, said });
}

function closedAll(state: State): State {
  return visible({ ...state, open: new Set(), said: 'all subgraphs are closed' });
}

/** The keyboard is never at a node that is not to be seen. */
function visible(state: State): State {
  const around = state.catalogue.nodes.get(state.focus)?.around ?? [];
  const closed = around.find((id) => !state.open.has(id));
  return closed === undefined ? state : { ...state, focus: closed };
}

function withSelected(state: State, thing: Thing | null): State {
  const said = thing === null ? '' : `${nameOf(state, thing)} is selected`;
  const focus = thing?.kind === 'node' ? thing.id : state.focus;
  return { ...state, selected: thing, focus, said };
}

/** Select a thing and open what is around it. */
function jumped(state: State, thing: Thing): State {
  const { nodes, streams } = state.catalogue;
  if (!(thing.kind === 'node' ? nodes : streams).has(thing.id)) return state;
  const id = thing.kind === 'node' ? thing.id : (streams.get(thing.id)?.ends[0]?.node ?? '');
  const around = nodes.get(id)?.around ?? [];
  const isSeen = around.every((one) => state.open.has(one));
  const open = isSeen ? state.open : new Set([...state.open, ...around]);
  return withSelected({ ...state, open, isSearching: false }, thing);
}

function withQuery(state: State, query: string): State {
  const hits = search(state.catalogue, query);
  const count = `${hits.length} result${hits.length === 1 ? '' : 's'}`;
  const said = query.trim() === '' ? '' : count;
  return { ...state, query, hits, hit: 0, isSearching: true, said };
}

function nextLook({ look, prefersDark }: State): State['look'] {
  const other = prefersDark ? 'light' : 'dark';
  return look === 'auto' ? other : 'auto';
}

function nameOf({ catalogue }: State, { kind, id }: Thing): string {
  if (kind === 'node') return catalogue.nodes.get(id)?.node.name ?? id;
  return catalogue.streams.get(id)?.way.name ?? id;
}

export function isSame(a: Thing | null, b: Thing | null): boolean {
  return a === b || (a !== null && b !== null && a.kind === b.kind && a.id === b.id);
}
