/** The panel of hands: a card for each, and the speed. */

import type { StageTimes } from '@knuckle/web';
import type { FingerAngles, HandCard, Message, State } from '../state/state';
import { h, type Tree } from './tree';

type View = Tree<Message>;

export function hands(state: State): View {
  const { findings, settings, source } = state;
  const cards = findings.palms === null ? findings.hands.map(card) : findings.palms.map(palm);
  const what = settings.find === 'palms' ? 'palms' : 'hands';
  return h<Message>(
    'div',
    {
      key: 'hands',
      class: 'panel-body',
      role: 'tabpanel',
      id: 'panel-hands',
      'aria-labelledby': 'tab-hands',
      tabindex: 0,
    },
    ...cards,
    cards.length === 0 &&
      h<Message>(
        'p',
        { key: 'none', class: 'nothing' },
        source === null ? `The ${what} will be listed here.` : `No ${what} in view.`,
      ),
    speed(state),
  );
}

function card(hand: HandCard, index: number): View {
  const side = hand.handedness === 'left' ? 'Left hand' : 'Right hand';
  return h<Message>(
    'article',
    { key: `hand-${hand.id ?? `at-${index}`}`, class: 'hand', 'aria-label': side },
    h(
      'header',
      {},
      h('h3', {}, side),
      hand.id !== null && h('span', { class: 'tag', title: 'Number of the track' }, `#${hand.id}`),
      h('span', { class: 'status' }, hand.status),
    ),
    meter('Presence', hand.presence),
    meter('Handedness', hand.handednessScore),
    meter('Confidence', hand.confidence),
    h('div', { class: 'fingers' }, ...hand.fingers.map(finger)),
    details(hand),
  );
}

function meter(label: string, value: number): View {
  return h<Message>(
    'div',
    { class: 'meter' },
    h('span', {}, label),
    h('meter', { min: 0, max: 1, value, 'aria-label': label }),
    h('b', {}, value.toFixed(2)),
  );
}

/** A finger's flexion as a bar of 12 steps, and in degrees. */
function finger({ name, flexion }: FingerAngles): View {
  const share = Math.min(Math.max(flexion / MOST_FLEXION, 0), 1);
  return h<Message>(
    'div',
    { class: `finger finger--${name}` },
    h(
      'svg',
      { viewBox: '0 0 10 60', 'aria-hidden': 'true', focusable: 'false' },
      h('rect', { class: 'track', x: 1, y: 0, width: 8, height: 60, rx: 4 }),
      h('rect', {
        class: 'fill',
        x: 1,
        y: (1 - share) * 52,
        width: 8,
        height: 8 + share * 52,
        rx: 4,
      }),
    ),
    h('b', {}, `${Math.round(flexion)}°`),
    h('span', {}, name),
  );
}

const MOST_FLEXION = 240; // degrees, about that of a closed fist

function details(hand: HandCard): View {
  return h<Message>(
    'details',
    { class: 'joints' },
    h('summary', {}, 'Angles of the joints'),
    h(
      'table',
      {},
      h(
        'tbody',
        {},
        ...hand.fingers.map(({ name, joints }) =>
          h<Message>(
            'tr',
            {},
            h('th', { scope: 'row' }, name),
            ...joints.map((joint) =>
              h<Message>('td', {}, h('small', {}, joint.name), `${Math.round(joint.degrees)}°`),
            ),
          ),
        ),
      ),
    ),
  );
}

function palm(score: number, index: number): View {
  return h<Message>(
    'article',
    { key: `palm-${index}`, class: 'hand', 'aria-label': `Palm ${index + 1}` },
    h('header', {}, h('h3', {}, `Palm ${index + 1}`)),
    meter('Score', score),
  );
}

type Row = readonly [term: string, value: string];

/** Of a picture, and of palms only, just the whole is known. */
function stageRows({ picture, palm: palms, hand, total }: StageTimes): Row[] {
  const milliseconds = (time: number) => `${time.toFixed(1)} ms`;
  const all: Row = ['In all', milliseconds(total)];
  if (picture + palms + hand === 0) return [all];
  return [
    ['Picture', milliseconds(picture)],
    ['Palm network', milliseconds(palms)],
    ['Hand network', milliseconds(hand)],
    all,
  ];
}

function speed({ findings, engine, source }: State): View | false {
  const { times, rate } = findings;
  if (engine.kind !== 'ready' || times === null) return false;
  const { setup } = engine;
  const ofFrames: Row[] =
    source?.kind === 'picture' ? [] : [['Frames per second', rate.toFixed(1)]];
  const rows = [...ofFrames, ...stageRows(times)];
  const threads = setup.threads === 1 ? '1 thread' : `${setup.threads} threads`;
  const where = setup.device === 'webgpu' ? 'graphics card' : threads;
  return h<Message>(
    'section',
    { key: 'speed', class: 'speed', 'aria-label': 'Speed' },
    h('h3', {}, 'Speed'),
    h(
      'dl',
      {},
      ...rows.map(([term, value]) => h<Message>('div', {}, h('dt', {}, term), h('dd', {}, value))),
    ),
    h('p', {}, `${setup.variant === 'full' ? 'Full' : 'Lite'} model, ${where}.`),
  );
}
