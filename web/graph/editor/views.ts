/** The editor's bar above the text, and what is wrong below it. */

import { h, type Tree } from '../../page/view/tree';
import { icon } from '../view/icons';
import type { Message, State } from './state';

type View = Tree<Message>;

export function bar({ name, graphs, isChanged }: State): View {
  return h<Message>(
    'div',
    { class: 'edit-bar' },
    h(
      'label',
      { class: 'pick' },
      h<Message>('span', { class: 'unseen' }, "One of knuckle's own graphs"),
      h(
        'select',
        {
          id: 'pick',
          value: '',
          on: {
            change: (event) => ({
              type: 'graph-wanted',
              name: (event.target as HTMLSelectElement).value,
            }),
          },
        },
        h<Message>('option', { value: '' }, 'Start from…'),
        ...graphs.map((graph) =>
          h<Message>('option', { value: graph.name, title: graph.about }, graph.name),
        ),
      ),
    ),
    h('span', { class: 'edit-name', title: name }, isChanged ? `${name} •` : name),
    action('Open a file', 'folder', { type: 'open-wanted' }),
    action('Save as a file', 'save', { type: 'save-wanted' }),
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
      return `${failure}: is knuckle graph edit still running?`;
    case 'unreadable':
      return 'cannot be read; the drawing shows what could be read last';
    case 'drawn':
      return count === 0 ? 'no problems' : `${count} problem${count === 1 ? '' : 's'}`;
  }
}

function wrong(problems: State['problems']): number {
  return problems.filter(({ isNote }) => isNote !== true).length;
}
