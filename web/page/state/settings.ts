/** What the user can choose: the values, and a table that says how each is shown. */

import { type HandOptions, type NetworkOptions, smoothing } from '@knuckle/web';

export interface Settings {
  readonly find: 'hands' | 'palms';
  readonly variant: 'full' | 'lite';
  readonly maxHands: '1' | '2' | '3' | '4';
  readonly smoothing: boolean;
  readonly isMirrorImage: boolean;
  readonly minPalmScore: number;
  readonly minPresence: number;
  readonly device: 'wasm' | 'webgpu';
  readonly threads: 'auto' | '1' | '2' | '4';
  readonly style: 'fingers' | 'depth';
  readonly labels: boolean;
  readonly score: boolean;
  readonly palmBox: boolean;
  readonly roi: boolean;
  readonly confidence: boolean;
  readonly mirror: 'auto' | 'on' | 'off';
  readonly camera: string; // a device's id; "user" and "environment" are the front and the back
  readonly resolution: '640x480' | '1280x720' | '1920x1080';
  readonly look: 'auto' | 'light' | 'dark';
  readonly shortcuts: boolean;
}

export const DEFAULTS: Settings = {
  find: 'hands',
  variant: 'full',
  maxHands: '2',
  smoothing: true,
  isMirrorImage: false,
  minPalmScore: 0.5,
  minPresence: 0.5,
  device: 'wasm',
  threads: 'auto',
  style: 'fingers',
  labels: true,
  score: false,
  palmBox: false,
  roi: false,
  confidence: false,
  mirror: 'auto',
  camera: 'user',
  resolution: '1280x720',
  look: 'auto',
  shortcuts: true,
};

export type Key = keyof Settings;
type KeyOf<T> = { [K in Key]: Settings[K] extends T ? K : never }[Key];

export interface Option {
  readonly value: string;
  readonly label: string;
}

interface Shown<K extends Key> {
  readonly key: K;
  readonly label: string;
  readonly hint?: string;
}

export interface Choice extends Shown<KeyOf<string>> {
  readonly kind: 'choice';
  readonly options: readonly Option[];
}
/** A choice of few words, shown side by side. */
export interface Segments extends Shown<KeyOf<string>> {
  readonly kind: 'segments';
  readonly options: readonly Option[];
}
export interface Toggle extends Shown<KeyOf<boolean>> {
  readonly kind: 'toggle';
}
export interface Range extends Shown<KeyOf<number>> {
  readonly kind: 'range';
  readonly least: number;
  readonly most: number;
  readonly step: number;
}
export type Setting = Choice | Segments | Toggle | Range;

export interface Group {
  readonly title: string;
  readonly settings: readonly Setting[];
}

const segments = (
  key: KeyOf<string>,
  label: string,
  options: readonly (readonly [string, string])[],
  hint?: string,
): Segments => ({ kind: 'segments', key, label, options: options.map(asOption), hint });

const choice = (
  key: KeyOf<string>,
  label: string,
  options: readonly (readonly [string, string])[],
  hint?: string,
): Choice => ({ kind: 'choice', key, label, options: options.map(asOption), hint });

const toggle = (key: KeyOf<boolean>, label: string, hint?: string): Toggle => ({
  kind: 'toggle',
  key,
  label,
  hint,
});

const share = (key: KeyOf<number>, label: string, hint: string): Range => ({
  kind: 'range',
  key,
  label,
  hint,
  least: 0.1,
  most: 0.9,
  step: 0.05,
});

function asOption([value, label]: readonly [string, string]): Option {
  return { value, label };
}

export const GROUPS: readonly Group[] = [
  {
    title: 'Tracking',
    settings: [
      segments('find', 'Find', [
        ['hands', 'Hands'],
        ['palms', 'Palms only'],
      ]),
      segments('maxHands', 'Hands at most', [
        ['1', '1'],
        ['2', '2'],
        ['3', '3'],
        ['4', '4'],
      ]),
      segments(
        'variant',
        'Model',
        [
          ['full', 'Full'],
          ['lite', 'Lite'],
        ],
        'Full is more accurate. Lite is faster.',
      ),
      toggle('smoothing', 'Smoothing', 'Hands at rest stay still.'),
      toggle(
        'isMirrorImage',
        'File is a mirror image',
        'For selfies that were saved mirrored: swaps left and right.',
      ),
      share('minPalmScore', 'Palm score at least', 'Lower finds more hands, and more mistakes.'),
      share('minPresence', 'Presence above', 'Drop a hand when its presence falls to this.'),
    ],
  },
  {
    title: 'Overlay',
    settings: [
      segments('style', 'Style', [
        ['fingers', 'Fingers'],
        ['depth', 'Depth'],
      ]),
      toggle('labels', 'Labels'),
      toggle('score', 'Presence on labels'),
      toggle('confidence', 'Fade uncertain joints'),
      toggle('palmBox', 'Palm boxes'),
      toggle('roi', 'Regions of interest'),
    ],
  },
  {
    title: 'Camera',
    settings: [
      choice('camera', 'Camera', [
        ['user', 'Front'],
        ['environment', 'Back'],
      ]),
      choice('resolution', 'Resolution', [
        ['640x480', '640 × 480'],
        ['1280x720', '1280 × 720'],
        ['1920x1080', '1920 × 1080'],
      ]),
      segments(
        'mirror',
        'Mirrored view',
        [
          ['auto', 'Auto'],
          ['on', 'On'],
          ['off', 'Off'],
        ],
        'Auto mirrors front cameras. Left and right stay true.',
      ),
    ],
  },
  {
    title: 'Engine',
    settings: [
      segments('device', 'Device', [
        ['wasm', 'Processor'],
        ['webgpu', 'Graphics card'],
      ]),
      segments('threads', 'Threads', [
        ['auto', 'Auto'],
        ['1', '1'],
        ['2', '2'],
        ['4', '4'],
      ]),
    ],
  },
  {
    title: 'Page',
    settings: [
      segments('look', 'Appearance', [
        ['auto', 'Auto'],
        ['light', 'Light'],
        ['dark', 'Dark'],
      ]),
      toggle(
        'shortcuts',
        'Keyboard shortcuts',
        'Space: pause. R: record. M: mirror. V: 3D. P: palms only.',
      ),
    ],
  },
];

/** Settings that need the networks to be opened anew. */
const NETWORK: readonly Key[] = ['variant', 'device', 'threads'];
const HAND: readonly Key[] = [
  'maxHands',
  'smoothing',
  'isMirrorImage',
  'minPalmScore',
  'minPresence',
];
const CAMERA: readonly Key[] = ['camera', 'resolution'];

/** What has to follow when a setting changes. */
export type Consequence = 'networks' | 'hands' | 'camera' | 'find' | 'picture';

export function consequence(key: Key): Consequence {
  if (NETWORK.includes(key)) return 'networks';
  if (HAND.includes(key)) return 'hands';
  if (CAMERA.includes(key)) return 'camera';
  return key === 'find' ? 'find' : 'picture';
}

export function networkOptions(settings: Settings): NetworkOptions {
  const { variant, device, threads } = settings;
  return { variant, device, threads: threads === 'auto' ? 'auto' : Number(threads) };
}

/** @param isFile a camera's picture is never a mirror image; only its view is. */
export function handOptions(settings: Settings, isFile: boolean): HandOptions {
  const { maxHands, minPalmScore, minPresence } = settings;
  const options = { minPalmScore, minPresence, maxHands: Number(maxHands) };
  const mirrored = isFile && settings.isMirrorImage;
  return { ...options, mirrored, smoothing: settings.smoothing ? smoothing() : null };
}

/** The settings with one changed; unchanged where the value does not fit the setting. */
export function changed(settings: Settings, key: Key, value: unknown): Settings {
  return typeof value === typeof DEFAULTS[key] && isOffered(key, value)
    ? { ...settings, [key]: value }
    : settings;
}

/** Settings from what was stored, for example by an older version of the page. */
export function restored(stored: unknown): Settings {
  const known = typeof stored === 'object' && stored !== null ? Object.entries(stored) : [];
  return known
    .filter(([key]) => key in DEFAULTS)
    .reduce((settings, [key, value]) => changed(settings, key as Key, value), DEFAULTS);
}

function isOffered(key: Key, value: unknown): boolean {
  const setting = GROUPS.flatMap((group) => group.settings).find((one) => one.key === key);
  if (setting === undefined || key === 'camera' || setting.kind === 'toggle') return true;
  if (setting.kind === 'range') {
    return typeof value === 'number' && value >= setting.least && value <= setting.most;
  }
  return setting.options.some((option) => option.value === value);
}
