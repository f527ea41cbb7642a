import { expect, test } from 'vitest';
import { cardOf } from '../../page/run/findings';
import { PROBLEMS, type ProblemCode } from '../../page/state/problems';
import { reduce } from '../../page/state/reduce';
import {
  type Findings,
  isMirrored,
  type Message,
  NOTHING,
  START,
  type State,
} from '../../page/state/state';
import { shortcut } from '../../page/view/keys';
import { openHand } from './hands';

const CAMERA = {
  kind: 'camera',
  name: 'camera',
  size: { width: 640, height: 480 },
  isFront: true,
  paused: false,
} as const;
const SETUP = { variant: 'full', device: 'wasm', threads: 1, build: 'simd', note: null } as const;

const after = (...messages: Message[]): State => messages.reduce(reduce, START);

const found = (findings: Partial<Findings>, now: number): Message => ({
  type: 'found',
  findings: { ...NOTHING, ...findings },
  now,
});

test('a source replaces what was there, with its problem and its recording', () => {
  const state = after(
    { type: 'problem', code: 'no-camera' },
    { type: 'recording', seconds: 1, frames: 30 },
    { type: 'opening', opening: 'camera' },
    { type: 'opened', source: CAMERA },
  );
  expect(state).toMatchObject({
    source: CAMERA,
    opening: null,
    problem: null,
    recording: { kind: 'none' },
  });
});

test('loading the networks takes back what was wrong with them, not with a camera', () => {
  const during = (code: ProblemCode) => after({ type: 'problem', code }, { type: 'loading' });
  expect(during('camera-denied').problem).toBe('camera-denied');
  expect(during('offline').problem).toBeNull();
});

test('progress counts only while the networks load', () => {
  const progress = { loaded: 5, total: 10, file: 'x' };
  expect(after({ type: 'progress', progress }).engine).toEqual({ kind: 'off' });
  const loading = after({ type: 'loading' }, { type: 'progress', progress });
  expect(loading.engine).toEqual({ kind: 'loading', loaded: 5, total: 10 });
  expect(reduce(loading, { type: 'ready', setup: SETUP }).engine.kind).toBe('ready');
});

test('a graphics card that fails is told, left, and not offered again', () => {
  const state = after(
    { type: 'webgpu-found' },
    { type: 'set', key: 'device', value: 'webgpu' },
    { type: 'loading' },
    { type: 'ready', setup: SETUP },
  );
  expect(state).toMatchObject({
    problem: 'no-webgpu',
    hasWebGpu: false,
    settings: { device: 'wasm' },
  });
  expect(state.engine.kind).toBe('ready');
});

test('a dead worker leaves no networks; a missing camera leaves them', () => {
  const ready = after({ type: 'loading' }, { type: 'ready', setup: SETUP });
  expect(reduce(ready, { type: 'problem', code: 'worker-died' }).engine.kind).toBe('off');
  expect(reduce(ready, { type: 'problem', code: 'no-camera' }).engine.kind).toBe('ready');
});

test('every problem is a sentence with a cure and a button', () => {
  for (const { title, cure, button } of Object.values(PROBLEMS)) {
    expect(title).toMatch(/^[A-Z].*[^.]$/);
    expect(cure).toMatch(/\.$/);
    expect(button.length).toBeGreaterThan(3);
  }
});

test('a front camera is mirrored unless the user says otherwise', () => {
  const front = after({ type: 'opened', source: CAMERA });
  expect(isMirrored(front)).toBe(true);
  expect(isMirrored(after({ type: 'opened', source: { ...CAMERA, isFront: false } }))).toBe(false);
  expect(isMirrored(reduce(front, { type: 'set', key: 'mirror', value: 'off' }))).toBe(false);
});

test('the number of hands is said once it has held for a moment', () => {
  const hands = [cardOf(openHand()), cardOf(openHand({ handedness: 'left' }))];
  const start = after({ type: 'opened', source: CAMERA });
  const flicker = [found({ hands }, 1), found({}, 1.2), found({ hands }, 1.4), found({ hands }, 2)];
  const during = flicker.reduce(reduce, start);
  expect(during.announcement.said).toBe('');
  const later = reduce(during, found({ hands }, 2.3));
  expect(later.announcement.said).toBe('Two hands: right and left.');
  const palms = [3, 4].map((now) => found({ palms: [0.9] }, now)).reduce(reduce, later);
  expect(palms.announcement.said).toBe('One palm.');
});

test('keys work once there is a picture, and can be turned off', () => {
  const state = after({ type: 'opened', source: CAMERA });
  expect(shortcut(' ', START)).toBeNull();
  expect(shortcut(' ', state)).toEqual({ type: 'pause-toggled' });
  expect(shortcut('M', state)).toEqual({ type: 'set', key: 'mirror', value: 'off' });
  const off = reduce(state, { type: 'set', key: 'shortcuts', value: false });
  expect(shortcut('r', off)).toBeNull();
});
