/** State -> the whole page. */

import type { Message, State } from '../state/state';
import { dock } from './dock';
import { hands } from './hands';
import { icon, mark } from './icons';
import { settings } from './settings';
import { stage } from './stage';
import { h, type Tree } from './tree';

type View = Tree<Message>;

export const PRIVACY = 'Nothing leaves this device';
const ACCEPTED = 'image/*,video/*';

export function app(state: State): View {
  const kind = state.source === null ? 'app app--welcome' : 'app';
  return h<Message>(
    'div',
    { class: kind },
    bar(state),
    h('main', { class: 'main' }, stage(state), dock(state)),
    panel(state),
    h(
      'p',
      { class: 'unseen', role: 'status', 'aria-live': 'polite' },
      state.source === null ? '' : state.announcement.said,
    ),
    filePicker(),
  );
}

function bar({ source, hasUpdate }: State): View {
  const brand = [mark(), h<Message>('span', {}, 'knuckle')];
  return h<Message>(
    'header',
    { class: 'bar' },
    source === null
      ? h('div', { key: 'brand', class: 'brand' }, ...brand)
      : h(
          'button',
          {
            key: 'home',
            type: 'button',
            class: 'brand',
            'aria-label': 'knuckle: back to the start',
            on: { click: { type: 'closed' } },
          },
          ...brand,
        ),
    hasUpdate &&
      h<Message>(
        'button',
        {
          key: 'update',
          type: 'button',
          class: 'button button--small',
          on: { click: { type: 'reload-wanted' } },
        },
        icon('again'),
        'Update',
      ),
    h('p', { class: 'privacy' }, icon('lock'), h('span', {}, PRIVACY)),
  );
}

function panel(state: State): View {
  return h<Message>(
    'aside',
    { class: 'panel', 'aria-label': 'Details', hidden: false },
    h(
      'div',
      { class: 'tabs', role: 'tablist', 'aria-label': 'Details' },
      tab('hands', 'Hands', state),
      tab('settings', 'Settings', state),
    ),
    state.panel === 'hands' ? hands(state) : settings(state),
  );
}

function tab(name: State['panel'], label: string, state: State): View {
  const isSelected = state.panel === name;
  return h<Message>(
    'button',
    {
      type: 'button',
      id: `tab-${name}`,
      class: 'tab',
      role: 'tab',
      'aria-selected': isSelected,
      'aria-controls': isSelected ? `panel-${name}` : undefined,
      tabindex: isSelected ? 0 : -1,
      on: { click: { type: 'panel', panel: name }, keydown: otherTab },
    },
    label,
  );
}

/** Arrow keys move between tabs, as tab lists do. */
function otherTab(event: Event): Message | null {
  const { key, currentTarget } = event as KeyboardEvent;
  if (key !== 'ArrowLeft' && key !== 'ArrowRight') return null;
  const isHands = (currentTarget as HTMLElement).id === 'tab-hands';
  const panelName = isHands ? 'settings' : 'hands';
  document.getElementById(`tab-${panelName}`)?.focus();
  return { type: 'panel', panel: panelName };
}

function filePicker(): View {
  return h<Message>('input', {
    type: 'file',
    id: 'file',
    class: 'unseen',
    accept: ACCEPTED,
    tabindex: -1,
    'aria-hidden': 'true',
    on: {
      change: (event) => {
        const input = event.target as HTMLInputElement;
        const file = input.files?.[0];
        input.value = '';
        return file === undefined ? null : { type: 'file-given', file };
      },
    },
  });
}
