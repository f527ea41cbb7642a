/** State -> the whole viewer. */

import { type Child, h, type Tree } from '../../page/view/tree';
import { legend } from '../drawing/legend';
import type { Message, State } from '../state/state';
import { themeOf } from '../state/state';
import { canvas } from './canvas';
import { icon } from './icons';
import { map } from './map';
import { overview, panel } from './panel';
import { searchBox } from './search';

type View = Tree<Message>;

/** @param before what stands first in the bar, such as the editor's buttons. */
export function app(state: State): View {
  const { drawing, selected, isOverviewShown } = state;
  const isPanelShown = selected !== null || isOverviewShown;
  return h<Message>(
    'div',
    { class: isPanelShown ? 'viewer viewer--panel' : 'viewer', 'data-theme': themeOf(state) },
    h('header', { class: 'bar' }, names(state), searchBox(state), tools(state)),
    h(
      'main',
      { class: state.isBusy ? 'stage is-busy' : 'stage' },
      drawing.graph === null ? nothing(state) : canvas(state),
      drawing.graph !== null && map(state),
      drawing.graph !== null && zoomButtons(),
      drawing.graph !== null && key(state),
      state.failure !== '' && h('p', { class: 'failure', role: 'alert' }, state.failure),
    ),
    isPanelShown && (selected === null ? overview(state) : panel(state, selected)),
    h('p', { class: 'unseen', role: 'status', 'aria-live': 'polite' }, state.said),
  );
}

function names({ drawing }: State): View {
  const file = lastOf(drawing.file);
  const isSame = file === '' || file === drawing.title;
  return h(
    'div',
    { class: 'names' },
    h('h1', {}, drawing.title || 'graph'),
    !isSame && h<Message>('p', { title: drawing.file }, file),
  );
}

/** The name of a file without its folders. */
function lastOf(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? '';
}

function nothing({ drawing }: State): View {
  return h(
    'div',
    { class: 'nothing' },
    h('h2', {}, 'There is no graph to draw'),
    h('p', {}, drawing.problems[0]?.text ?? 'The text holds no graph yet.'),
  );
}

interface Button {
  readonly name: string;
  readonly icon: Parameters<typeof icon>[0];
  readonly message: Message;
  readonly isPressed?: boolean;
  readonly keys?: string;
}

export function button({ name, icon: sign, message, isPressed, keys }: Button): View {
  return h(
    'button',
    {
      class: 'tool',
      type: 'button',
      'aria-label': name,
      title: keys === undefined ? name : `${name} (${keys})`,
      ...(isPressed !== undefined && { 'aria-pressed': isPressed }),
      on: { click: message },
    },
    icon(sign),
  );
}

function tools(state: State): View {
  const { drawing, catalogue } = state;
  const hasSubgraphs = [...catalogue.nodes.values()].some(({ node }) => node.graph !== null);
  const buttons: Child<Message>[] = [
    hasSubgraphs &&
      button({ name: 'Open all', icon: 'open', message: { type: 'all-opened' }, keys: 'O' }),
    hasSubgraphs &&
      button({ name: 'Close all', icon: 'close', message: { type: 'all-closed' }, keys: 'C' }),
    drawing.trace !== null &&
      button({
        name: 'Times of the run',
        icon: 'clock',
        message: { type: 'trace-switched' },
        isPressed: state.hasTrace,
        keys: 'T',
      }),
    button({
      name: 'Overview',
      icon: 'info',
      message: { type: 'overview-switched' },
      isPressed: state.isOverviewShown,
      keys: 'I',
    }),
    drawing.graph !== null &&
      button({ name: 'Save as SVG', icon: 'save', message: { type: 'svg-wanted' } }),
    button({
      name: themeOf(state) === 'dark' ? 'Light colours' : 'Dark colours',
      icon: themeOf(state) === 'dark' ? 'sun' : 'moon',
      message: { type: 'look-chosen' },
    }),
  ];
  return h('div', { class: 'tools', role: 'group', 'aria-label': 'View' }, ...buttons);
}

function zoomButtons(): View {
  return h(
    'div',
    { class: 'zoom', role: 'group', 'aria-label': 'Zoom' },
    button({ name: 'Zoom in', icon: 'plus', message: { type: 'zoomed', by: 1.25 }, keys: '+' }),
    button({ name: 'Zoom out', icon: 'minus', message: { type: 'zoomed', by: 0.8 }, keys: '-' }),
    button({ name: 'Fit', icon: 'fit', message: { type: 'fitted' }, keys: '0' }),
  );
}

function key(state: State): View {
  return h(
    'div',
    { class: 'key' },
    button({
      name: 'Legend',
      icon: 'key',
      message: { type: 'legend-switched' },
      isPressed: state.isLegendShown,
      keys: 'L',
    }),
    state.isLegendShown &&
      h<Message>(
        'svg',
        {
          class: 'legend',
          viewBox: '0 0 460 28',
          width: 460,
          height: 28,
          role: 'img',
          'aria-label': LEGEND,
        },
        ...legend<Message>(themeOf(state)),
      ),
  );
}

const LEGEND =
  'Legend: streams are solid lines, side packets dashed ones, back edges thick ones with dots and dashes; subgraphs have a second sheet below them.';
