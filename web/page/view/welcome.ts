/** What lies over the stage while it shows no picture. */

import { PROBLEMS, type ProblemCode } from '../state/problems';
import type { Engine, Message, Opening, State } from '../state/state';
import { type Icon, icon, mark } from './icons';
import { h, type Tree } from './tree';

type View = Tree<Message>;

export function welcome(state: State): View {
  return h<Message>(
    'div',
    { key: 'welcome', class: 'welcome' },
    mark(),
    h('h1', {}, 'Hand tracking, on your device'),
    h('p', { class: 'lead' }, '21 points on every hand, in 3D, as fast as your camera.'),
    h(
      'div',
      { class: 'choices' },
      bigButton('camera', 'Use the camera', { type: 'camera-wanted' }, true),
      bigButton('sample', 'Play the sample clip', { type: 'sample-wanted' }),
      bigButton('file', 'Open a file', { type: 'file-wanted' }),
    ),
    h('p', { class: 'drop-hint' }, 'Or drop a picture or a video here, or paste one.'),
    readiness(state),
  );
}

function bigButton(name: Icon, label: string, message: Message, isPrimary = false): View {
  const kind = isPrimary ? 'button button--primary' : 'button';
  return h<Message>(
    'button',
    { type: 'button', class: kind, on: { click: message } },
    icon(name),
    label,
  );
}

/** How far the networks are. The line keeps its place when they are ready. */
function readiness({ engine, isKept }: State): View {
  const done = isKept ? 'Ready. It works offline from now on.' : 'Ready.';
  const words = engine.kind === 'ready' ? done : loadingWords(engine);
  return h<Message>('div', { class: 'readiness' }, bar(engine), h('p', {}, words || '\u00a0'));
}

function loadingWords(engine: Engine): string {
  if (engine.kind !== 'loading') return '';
  const { loaded, total } = engine;
  if (total === 0 || loaded >= total) return 'Starting the networks';
  return `Loading the networks: ${megabytes(loaded)} of ${megabytes(total)} MB`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

function bar(engine: Engine): View {
  const hidden = engine.kind !== 'loading';
  const label = { 'aria-label': 'Loading the networks' };
  if (engine.kind !== 'loading' || engine.total === 0) {
    return h<Message>('progress', { key: 'unknown', class: 'progress', ...label, hidden });
  }
  const value = Math.min(engine.loaded / engine.total, 1);
  return h<Message>('progress', {
    key: 'known',
    class: 'progress',
    ...label,
    hidden,
    max: 1,
    value,
  });
}

const OPENING: Readonly<Record<Opening, readonly [string, string]>> = {
  camera: ['Waiting for the camera', 'Allow it when the browser asks. The picture stays here.'],
  clip: ['Opening the clip', 'One moment.'],
  picture: ['Opening the picture', 'One moment.'],
};

export function opening(what: Opening): View {
  const [title, words] = OPENING[what];
  return h<Message>(
    'div',
    { key: 'opening', class: 'card' },
    h('div', { class: 'pulse' }, icon(what === 'camera' ? 'camera' : 'file')),
    h('h2', {}, title),
    h('p', {}, words),
    h('button', { type: 'button', class: 'button', on: { click: { type: 'closed' } } }, 'Cancel'),
  );
}

/** Over a picture that waits for the networks. */
export function loading(engine: Engine): View {
  return h<Message>(
    'div',
    { key: 'loading', class: 'card card--small' },
    bar(engine),
    h('p', {}, loadingWords(engine)),
  );
}

export function problem(code: ProblemCode): View {
  const { title, cure, button, message } = PROBLEMS[code];
  return h<Message>(
    'div',
    { key: `problem-${code}`, class: 'card', role: 'alert' },
    h('div', { class: 'pulse pulse--warning' }, icon('warning')),
    h('h2', {}, `${title}.`),
    h('p', {}, cure),
    h(
      'div',
      { class: 'choices' },
      h(
        'button',
        { type: 'button', class: 'button button--primary', on: { click: message } },
        button,
      ),
      h(
        'button',
        { type: 'button', class: 'button', on: { click: { type: 'problem-dismissed' } } },
        'Dismiss',
      ),
    ),
  );
}

export function dropping(): View {
  return h<Message>(
    'div',
    { key: 'dropping', class: 'dropping' },
    icon('save'),
    h('p', {}, 'Drop it to find the hands'),
  );
}
