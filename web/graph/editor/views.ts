/** The editor's bar above the text, and what is wrong below it. */

import { h, type Tree } from '../../page/view/tree';
import { icon } from '../view/icons';
import type { Packaged } from './server';
import type { Message, State } from './state';

type View = Tree<Message>;

/** A list of its own, because browsers ask their makers what the fields of forms are for. */
export function bar({ name, graphs, isChanged, isPicking }: State): View {
  return h<Message>(
    'div',
    { class: 'edit-bar' },
    h(
      'div',
      { class: 'pick' },
      h<Message>(
        'button',
        {
          class: 'pick-button',
          type: 'button',
          'aria-expanded': isPicking,
          'aria-controls': 'pick-list',
          on: { click: { type: 'picking-switched' } },
        },
        'Start from',
        icon('close'),
      ),
      h('ul', { id: 'pick-list', class: 'pick-list', hidden: !isPicking }, ...graphs.map(choice)),
    ),
    h('span', { class: 'edit-name', title: name }, isChanged ? `${name} •` : name),
    action('Open a file', 'folder', { type: 'open-wanted' }),
    action('Save as a file', 'save', { type: 'save-wanted' }),
  );
}

function choice({ name, about }: Packaged): View {
  return h<Message>(
    'li',
    {},
    h(
      'button',
      { type: 'button', on: { click: { type: 'graph-wanted', name } } },
      h<Message>('b', {}, name),
      h<Message>('span', {}, about),
    ),
  );
}

function action(name: string, sign: Parameters<typeof icon>[0], message: Message): View {
  return h(
    'button',
    { class: 'tool', type: 'button', 'aria-label': name, title: name, on: { click: message } },
    icon(sign),
  );
}

export function findings(state: State): View {
  const { problems, isDropping } = state;
  return h<Message>(
    'div',
    { class: 'findings' },
    h('p', { class: `standing standing--${tone(state)}`, role: 'status' }, said(state)),
    problems.length > 0 &&
      h(
        'ul',
        { class: 'finding-list' },
        ...problems.map(({ line, text, isNote, file }) =>
          h<Message>(
            'li',
            {},
            h(
              'button',
              {
                type: 'button',
                class: isNote === true ? 'finding finding--note' : 'finding',
                on: { click: { type: 'line-wanted', line } },
              },
              h<Message>('b', {}, line > 0 ? `${file === '' ? '' : `${file}:`}${line}` : '–'),
              h<Message>('span', {}, text),
            ),
          ),
        ),
      ),
    isDropping && h<Message>('p', { class: 'dropping' }, 'Drop the file to open it'),
  );
}

function tone({ standing, problems }: State): 'calm' | 'good' | 'bad' {
  if (standing === 'checking') return 'calm';
  return standing === 'drawn' && wrong(problems) === 0 ? 'good' : 'bad';
}

function said({ standing, problems, failure }: State): string {
  const count = wrong(problems);
  switch (standing) {
    case 'checking':
      return 'checking …';
    case 'unreachable':
      return failure;
    case 'unreadable':
      return 'cannot be read; the drawing shows what could be read last';
    case 'drawn':
      return count === 0 ? 'no problems' : `${count} problem${count === 1 ? '' : 's'}`;
  }
}

function wrong(problems: State['problems']): number {
  return problems.filter(({ isNote }) => isNote !== true).length;
}
