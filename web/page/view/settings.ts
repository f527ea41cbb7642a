/** The panel of settings, from the table of settings. */

import {
  type Choice,
  GROUPS,
  type Group,
  type Option,
  type Range,
  type Segments,
  type Setting,
  type Toggle,
} from '../state/settings';
import type { Message, State } from '../state/state';
import { h, type Tree } from './tree';

type View = Tree<Message>;

export function settings(state: State): View {
  return h<Message>(
    'div',
    {
      key: 'settings',
      class: 'panel-body',
      role: 'tabpanel',
      id: 'panel-settings',
      'aria-labelledby': 'tab-settings',
      tabindex: 0,
    },
    ...GROUPS.map((group) => groupOf(group, state)),
  );
}

function groupOf({ title, settings: shown }: Group, state: State): View {
  return h<Message>(
    'section',
    { class: 'group' },
    h('h3', {}, title),
    ...shown.filter((setting) => isOffered(setting, state)).map((setting) => row(setting, state)),
  );
}

/** What this device cannot do is not offered. */
function isOffered({ key }: Setting, state: State): boolean {
  return key === 'device' ? state.hasWebGpu || state.settings.device === 'webgpu' : true;
}

function row(setting: Setting, state: State): View {
  const hint = hintOf(setting, state);
  const described = hint === '' ? undefined : `hint-${setting.key}`;
  return h<Message>(
    'div',
    { key: setting.key, class: `setting setting--${setting.kind}` },
    ...control(setting, state, described),
    hint !== '' && h('p', { class: 'hint', id: described }, hint),
  );
}

function hintOf({ key, hint = '' }: Setting, state: State): string {
  if (key === 'threads' && !state.canThread) {
    return 'This server does not send the headers that threads need, so one is used.';
  }
  return hint;
}

function control(setting: Setting, state: State, described: string | undefined): View[] {
  switch (setting.kind) {
    case 'toggle':
      return toggle(setting, state, described);
    case 'range':
      return range(setting, state, described);
    case 'choice':
      return choice(setting, state, described);
    case 'segments':
      return segments(setting, state, described);
  }
}

function toggle({ key, label }: Toggle, { settings: values }: State, described?: string): View[] {
  const input = h<Message>('input', {
    type: 'checkbox',
    role: 'switch',
    id: `set-${key}`,
    checked: values[key],
    'aria-describedby': described,
    on: {
      change: (event) => ({ type: 'set', key, value: (event.target as HTMLInputElement).checked }),
    },
  });
  return [h<Message>('label', { for: `set-${key}` }, label), input];
}

function range(setting: Range, { settings: values }: State, described?: string): View[] {
  const { key, label, least, most, step } = setting;
  const input = h<Message>('input', {
    type: 'range',
    class: 'slider',
    id: `set-${key}`,
    min: least,
    max: most,
    step,
    value: values[key],
    'aria-describedby': described,
    on: {
      change: (event) => ({
        type: 'set',
        key,
        value: Number((event.target as HTMLInputElement).value),
      }),
    },
  });
  return [
    h<Message>('label', { for: `set-${key}` }, label),
    h('output', {}, values[key].toFixed(2)),
    input,
  ];
}

function choice({ key, label, options }: Choice, state: State, described?: string): View[] {
  const select = h<Message>(
    'select',
    {
      id: `set-${key}`,
      value: state.settings[key],
      'aria-describedby': described,
      on: {
        change: (event) => ({ type: 'set', key, value: (event.target as HTMLSelectElement).value }),
      },
    },
    ...[...options, ...devices(key, state)].map(({ value, label: words }) =>
      h<Message>('option', { key: value, value }, words),
    ),
  );
  return [
    h<Message>('label', { for: `set-${key}` }, label),
    h('span', { class: 'select' }, select),
  ];
}

/** Cameras by name, beside the front and the back. */
function devices(key: string, { cameras }: State): Option[] {
  if (key !== 'camera') return [];
  return cameras.map(({ id, label }) => ({ value: id, label }));
}

function segments({ key, label, options }: Segments, state: State, described?: string): View[] {
  const choices = options.map(({ value, label: words }) =>
    h<Message>(
      'label',
      { class: 'segment' },
      h('input', {
        type: 'radio',
        class: 'unseen',
        name: key,
        id: `set-${key}-${value}`,
        disabled: key === 'threads' && !state.canThread,
        checked: state.settings[key] === value,
        on: { change: { type: 'set', key, value } },
      }),
      h('span', {}, words),
    ),
  );
  const name = { 'aria-labelledby': `label-${key}`, 'aria-describedby': described };
  return [
    h<Message>('span', { id: `label-${key}`, class: 'label' }, label),
    h<Message>('div', { class: 'segments', role: 'radiogroup', ...name }, ...choices),
  ];
}
