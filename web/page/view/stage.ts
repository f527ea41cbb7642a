/** The stage: the picture with its hands, the 3D view, and what lies over them. */

import type { Message, Recording, State } from '../state/state';
import { icon } from './icons';
import { h, type Tree } from './tree';
import { dropping, loading, opening, problem, welcome } from './welcome';

type View = Tree<Message>;

export function stage(state: State): View {
  const { source, is3d, isDropping } = state;
  const shows = source !== null;
  const kind = shows && is3d ? 'stage stage--split' : 'stage';
  return h<Message>(
    'section',
    { class: kind, 'aria-label': 'Stage' },
    h('video', {
      key: 'video',
      id: 'source-video',
      class: 'unseen',
      playsinline: true,
      muted: true,
      'aria-hidden': 'true',
      tabindex: -1,
    }),
    h(
      'div',
      { class: 'pane', hidden: !shows },
      h('canvas', {
        key: 'picture',
        id: 'picture',
        class: 'picture',
        role: 'img',
        'aria-label': pictureLabel(state),
      }),
      rateChip(state),
      recordingChip(state.recording),
      timeline(state),
    ),
    h(
      'div',
      { class: 'pane', hidden: !(shows && is3d) },
      h('canvas', {
        key: 'space',
        id: 'space',
        class: 'space',
        tabindex: 0,
        role: 'application',
        'aria-roledescription': '3D view',
        'aria-label': 'Hands in 3D. Arrow keys turn them, plus and minus zoom, Home resets.',
      }),
      h(
        'button',
        { type: 'button', class: 'chip chip--button', on: { click: { type: '3d-reset' } } },
        icon('again'),
        'Reset view',
      ),
      h('p', { class: 'space-hint', 'aria-hidden': 'true' }, 'Drag to turn'),
    ),
    over(state),
    saved(state),
    isDropping && dropping(),
  );
}

function pictureLabel({ source }: State): string {
  if (source === null) return 'No picture';
  const what = {
    camera: 'Camera picture',
    clip: `Clip ${source.name}`,
    picture: `Picture ${source.name}`,
  };
  return `${what[source.kind]} with the hands drawn on it`;
}

function over(state: State): View | false {
  if (state.problem !== null) return problem(state.problem);
  if (state.opening !== null) return opening(state.opening);
  if (state.source === null) return welcome(state);
  return state.engine.kind === 'loading' && loading(state.engine);
}

function rateChip({ findings, source, engine }: State): View | false {
  if (engine.kind !== 'ready' || findings.times === null) return false;
  const time = `${Math.round(findings.times.total)} ms`;
  const words = source?.kind === 'picture' ? time : `${Math.round(findings.rate)} fps · ${time}`;
  return h<Message>('p', { key: 'rate', class: 'chip chip--rate' }, words);
}

function recordingChip(recording: Recording): View | false {
  if (recording.kind !== 'running') return false;
  const { seconds, frames } = recording;
  return h<Message>(
    'p',
    { key: 'recording', class: 'chip chip--recording' },
    h('span', { class: 'dot' }),
    `${clock(seconds)} · ${frames} frames`,
  );
}

export function clock(seconds: number): string {
  const whole = Math.max(Math.floor(seconds), 0);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

function timeline({ source, findings }: State): View | false {
  if (source?.kind !== 'clip' || !Number.isFinite(source.duration)) return false;
  return h<Message>('input', {
    key: 'timeline',
    type: 'range',
    class: 'timeline',
    'aria-label': 'Position in the clip',
    'aria-valuetext': `${clock(findings.clock)} of ${clock(source.duration)}`,
    min: 0,
    max: source.duration,
    step: 0.01,
    value: Math.min(findings.clock, source.duration),
    on: {
      input: (event) => ({
        type: 'seek',
        seconds: Number((event.target as HTMLInputElement).value),
      }),
    },
  });
}

function saved({ recording, source }: State): View | false {
  if (recording.kind !== 'done') return false;
  const what = source?.kind === 'picture' ? 'picture' : 'recording';
  return h<Message>(
    'div',
    { key: 'saved', class: 'tray', role: 'region', 'aria-label': `Save the ${what}` },
    h('h2', {}, `Save the ${what}`),
    h(
      'div',
      { class: 'offers' },
      ...recording.offers.map((offer) =>
        h<Message>(
          'button',
          {
            key: offer.name,
            type: 'button',
            class: 'button offer',
            title: offer.name,
            on: { click: { type: 'save', name: offer.name } },
          },
          icon('save'),
          h('span', {}, offer.label),
          h('small', {}, size(offer.bytes)),
        ),
      ),
    ),
    h(
      'button',
      {
        type: 'button',
        class: 'icon-button',
        'aria-label': 'Close',
        on: { click: { type: 'recording-closed' } },
      },
      icon('close'),
    ),
  );
}

export function size(bytes: number): string {
  if (bytes < 1e6) return `${Math.max(Math.round(bytes / 1e3), 1)} kB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
