/** The buttons under the stage. */

import type { Message, Source, State } from '../state/state';
import { type Icon, icon } from './icons';
import { h, type Tree } from './tree';

type View = Tree<Message>;

export function dock(state: State): View {
  const { source, recording, is3d } = state;
  const hasStage = source !== null;
  return h<Message>(
    'nav',
    { class: 'dock', 'aria-label': 'Controls', hidden: !hasStage },
    dockButton(
      'camera',
      'Camera',
      { type: 'camera-wanted' },
      { pressed: source?.kind === 'camera' },
    ),
    dockButton('file', 'File', { type: 'file-wanted' }),
    dockButton('sample', 'Sample', { type: 'sample-wanted' }, { pressed: isSample(source) }),
    h('span', { class: 'dock-gap' }),
    flip(state),
    pauseButton(source),
    dockButton('cube', '3D', { type: '3d-toggled' }, { pressed: is3d }),
    recordButton(source, recording),
  );
}

function isSample(source: Source | null): boolean {
  return source?.kind === 'clip' && source.isSample;
}

interface Extras {
  readonly pressed?: boolean;
  readonly kind?: string;
  readonly name?: string;
}

function dockButton(name: Icon, label: string, message: Message, extras: Extras = {}): View {
  return h<Message>(
    'button',
    {
      type: 'button',
      class: `dock-button ${extras.kind ?? ''}`.trim(),
      'aria-pressed': extras.pressed,
      'aria-label': extras.name,
      on: { click: message },
    },
    icon(name),
    h('span', {}, label),
  );
}

/** Phones have a camera on each side. */
function flip({ source, cameras, settings }: State): View | false {
  if (source?.kind !== 'camera' || cameras.length < 2) return false;
  const value = source.isFront && settings.camera !== 'environment' ? 'environment' : 'user';
  return dockButton(
    'flip',
    'Flip',
    { type: 'set', key: 'camera', value },
    { name: 'Other camera' },
  );
}

function pauseButton(source: Source | null): View | false {
  if (source === null || source.kind === 'picture') return false;
  return source.paused
    ? dockButton('play', 'Play', { type: 'pause-toggled' })
    : dockButton('pause', 'Pause', { type: 'pause-toggled' });
}

function recordButton(source: Source | null, recording: State['recording']): View {
  if (source?.kind === 'picture') return dockButton('save', 'Save', { type: 'save-wanted' });
  return recording.kind === 'running'
    ? dockButton(
        'stop',
        'Stop',
        { type: 'record-toggled' },
        { kind: 'dock-button--recording', name: 'Stop recording' },
      )
    : dockButton('record', 'Record', { type: 'record-toggled' }, { kind: 'dock-button--record' });
}
