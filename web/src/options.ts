/** Every option: its default and its check. An error names the value and the cure. */

import type { HandOptions, NetworkOptions, TrackerOptions } from './api';
import { checkedChoice, checkedCount, checkedNumber, shown } from './checks';
import type { Variant } from './networks/models';
import { MAX_HANDS, MIN_PALM_SCORE, MIN_PRESENCE } from './spec';
import { ADAPTIVE, checkedPolicy, type SearchPolicy } from './streams/search';
import { checkedSmoothing, SMOOTHING, type Smoothing } from './streams/smoothing';

/** `HandOptions`, complete. */
export interface HandSettings {
  readonly maxHands: number;
  readonly minPalmScore: number;
  readonly minPresence: number;
  readonly mirrored: boolean;
  readonly search: SearchPolicy;
  readonly smoothing: Smoothing | null;
}

/** `NetworkOptions`, complete. */
export interface NetworkSettings {
  readonly variant: Variant;
  readonly device: 'wasm' | 'webgpu';
  readonly threads: number | 'auto';
  readonly assets: { readonly models?: string; readonly wasm?: string };
}

export const HAND_DEFAULTS: HandSettings = {
  maxHands: MAX_HANDS,
  minPalmScore: MIN_PALM_SCORE,
  minPresence: MIN_PRESENCE,
  mirrored: false,
  search: ADAPTIVE,
  smoothing: SMOOTHING,
};

const HAND_CHECKS: {
  readonly [K in keyof HandSettings]: (name: string, value: HandSettings[K]) => HandSettings[K];
} = {
  maxHands: checkedCount,
  minPalmScore: checkedShare,
  minPresence: checkedShare,
  mirrored: checkedFlag,
  search: (_, policy) => checkedPolicy(policy),
  smoothing: (_, value) => checkedSmoothing(value),
};

const NETWORK_NAMES = ['variant', 'device', 'threads', 'assets', 'onProgress'];

/** What programs that come from MediaPipe may type. */
const MEDIAPIPE_NAMES: Readonly<Record<string, string>> = {
  numHands: 'maxHands',
  maxNumHands: 'maxHands',
  minHandDetectionConfidence: 'minPalmScore',
  minDetectionConfidence: 'minPalmScore',
  minHandPresenceConfidence: 'minPresence',
  minTrackingConfidence: 'minPresence',
  modelComplexity: 'variant',
  selfieMode: 'mirrored',
};

/** The settings, changed by options. Throws TypeError or RangeError. */
export function handSettings(options: HandOptions, before = HAND_DEFAULTS): HandSettings {
  refuseUnknown(options, Object.keys(HAND_CHECKS));
  return {
    maxHands: chosen('maxHands', options, before),
    minPalmScore: chosen('minPalmScore', options, before),
    minPresence: chosen('minPresence', options, before),
    mirrored: chosen('mirrored', options, before),
    search: chosen('search', options, before),
    smoothing: chosen('smoothing', options, before),
  };
}

function chosen<K extends keyof HandSettings>(
  name: K,
  options: Partial<HandSettings>,
  before: HandSettings,
): HandSettings[K] {
  const value = options[name];
  return value === undefined ? before[name] : HAND_CHECKS[name](name, value);
}

/** The settings of the networks. Throws TypeError or RangeError. */
export function networkSettings(options: NetworkOptions): NetworkSettings {
  const { variant = 'full', device = 'wasm', threads = 'auto', assets = {} } = options;
  return {
    variant: checkedChoice('variant', variant, ['full', 'lite']),
    device: checkedChoice('device', device, ['wasm', 'webgpu']),
    threads: threads === 'auto' ? threads : checkedCount('threads', threads),
    assets,
  };
}

/** The options of a tracker in their two halves. Throws TypeError or RangeError. */
export function trackerSettings(options: TrackerOptions): [NetworkSettings, HandSettings] {
  refuseUnknown(options, [...Object.keys(HAND_CHECKS), ...NETWORK_NAMES]);
  const { variant, device, threads, assets, onProgress, ...hands } = options;
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw new TypeError(`onProgress must be a function, not ${shown(onProgress)}`);
  }
  return [networkSettings({ variant, device, threads, assets }), handSettings(hands)];
}

function checkedShare(name: string, value: number): number {
  return checkedNumber(name, value, 0, 1);
}

function checkedFlag(name: string, value: boolean): boolean {
  if (typeof value !== 'boolean') {
    throw new TypeError(`${name} must be true or false, not ${shown(value)}`);
  }
  return value;
}

function refuseUnknown(options: object, names: readonly string[]): void {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`options must be an object, not ${shown(options)}`);
  }
  for (const name of Object.keys(options)) {
    if (names.includes(name)) continue;
    const ours = MEDIAPIPE_NAMES[name];
    const cure =
      ours === undefined ? `the options are ${names.join(', ')}` : `it is called ${ours}`;
    throw new TypeError(`there is no option ${name}: ${cure}`);
  }
}
