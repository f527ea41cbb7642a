/** The field that finds nodes and streams. */

import { h, type Tree } from '../../page/view/tree';
import { type Hit, thingOf } from '../state/search';
import type { Message, State } from '../state/state';
import { icon } from './icons';

export const SEARCH = 'search';
const LIST = 'search-hits';

export function searchBox(state: State): Tree<Message> {
  const { query, hits, hit, isSearching } = state;
  const isOpen = isSearching && query.trim() !== '';
  return h<Message>(
    'div',
    { class: 'search', role: 'search' },
    icon('search'),
    h('input', {
      id: SEARCH,
      type: 'search',
      value: query,
      placeholder: 'Search nodes and streams',
      autocomplete: 'off',
      spellcheck: 'false',
      role: 'combobox',
      'aria-label': 'Search nodes and streams',
      'aria-expanded': isOpen,
      'aria-controls': LIST,
      'aria-autocomplete': 'list',
      ...(isOpen && hits.length > 0 && { 'aria-activedescendant': `hit-${hit}` }),
      on: {
        input: (event) => ({ type: 'typed', query: (event.target as HTMLInputElement).value }),
        focus: (event) => ({ type: 'typed', query: (event.target as HTMLInputElement).value }),
        blur: { type: 'search-left' },
        keydown: (event) => keyMessage(event as KeyboardEvent),
      },
    }),
    h('kbd', { 'aria-hidden': 'true' }, '/'),
    h(
      'ul',
      { id: LIST, class: 'hits', role: 'listbox', 'aria-label': 'Results', hidden: !isOpen },
      ...hits.map((one, i) => hitTree(one, i, i === hit)),
      hits.length === 0 &&
        h<Message>(
          'li',
          { class: 'no-hit', role: 'option', 'aria-disabled': true },
          'nothing of that name',
        ),
    ),
  );
}

function hitTree(hit: Hit, index: number, isBest: boolean): Tree<Message> {
  return h(
    'li',
    {
      id: `hit-${index}`,
      class: `hit hit--${hit.kind}`,
      role: 'option',
      'aria-selected': isBest,
      on: {
        // Before the field loses the focus, which closes the list.
        pointerdown: (event) => {
          event.preventDefault();
          return { type: 'jumped', thing: thingOf(hit) };
        },
      },
    },
    h('span', { class: 'hit-mark', 'aria-hidden': 'true' }),
    h('b', {}, hit.name),
    h('span', { class: 'hit-detail' }, hit.detail),
  );
}

function keyMessage(event: KeyboardEvent): Message | null {
  switch (event.key) {
    case 'ArrowDown':
    case 'ArrowUp':
      event.preventDefault();
      return { type: 'hit-moved', by: event.key === 'ArrowDown' ? 1 : -1 };
    case 'Enter':
      return { type: 'hit-taken' };
    case 'Escape':
      (event.target as HTMLElement).blur();
      return { type: 'typed', query: '' };
    default:
      return null;
  }
}
