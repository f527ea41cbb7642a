/** The options of `HandLandmarker`: defaults, checks, and what they mean for the stages. */

import { checkedChoice, checkedCount, checkedNumber, shown } from '../checks';
import type { Variant } from '../networks/models';
import { ADAPTIVE, everyFrame } from '../streams/search';
import type { TasksFollower } from './loops';
import { sayOnce } from './say_once';

export type RunningMode = 'IMAGE' | 'VIDEO';

export interface BaseOptions {
  /**
   * "full" or "lite". Of another path, only whether its file's name contains "lite" counts: it is
   * not loaded.
   */
  modelAssetPath?: string | undefined;
  /** Not read: the networks are knuckle's own. */
  modelAssetBuffer?: Uint8Array | ReadableStreamDefaultReader | undefined;
  /** The networks always run on the processor, where they answer at once. */
  delegate?: 'CPU' | 'GPU' | undefined;
}

export interface HandLandmarkerOptions {
  baseOptions?: BaseOptions;
  /** Default "IMAGE". */
  runningMode?: RunningMode;
  /** How many hands to return at most. Default 1. */
  numHands?: number | undefined;
  /** 0 to 1: least score of the palm detector. Default 0.5. */
  minHandDetectionConfidence?: number | undefined;
  /** 0 to 1: least presence of a hand. Default 0.5. */
  minHandPresenceConfidence?: number | undefined;
  /** 0 to 1: a palm that overlaps a tracked hand by more counts as that hand. Default 0.5. */
  minTrackingConfidence?: number | undefined;
  /** Not needed: nothing is drawn. */
  canvas?: HTMLCanvasElement | OffscreenCanvas;
  /**
   * knuckle's own: look for new hands only when one may have appeared, not in every frame with a free
   * slot. Default false.
   */
  adaptiveSearch?: boolean;
}

export interface ImageProcessingOptions {
  /** Not supported for hands, as in MediaPipe. */
  regionOfInterest?: object;
  /** How far to turn the picture clockwise to make it upright: a multiple of 90. */
  rotationDegrees?: number;
}

/** The options, complete. */
export interface Settings {
  readonly variant: Variant;
  readonly runningMode: RunningMode;
  readonly numHands: number;
  readonly minHandDetectionConfidence: number;
  readonly minHandPresenceConfidence: number;
  readonly minTrackingConfidence: number;
  readonly adaptiveSearch: boolean;
}

export const DEFAULTS: Settings = {
  variant: 'full',
  runningMode: 'IMAGE',
  numHands: 1,
  minHandDetectionConfidence: 0.5,
  minHandPresenceConfidence: 0.5,
  minTrackingConfidence: 0.5,
  adaptiveSearch: false,
};

const MODES = ['IMAGE', 'VIDEO'] as const;

const CHECKS: {
  readonly [K in Exclude<keyof Settings, 'variant'>]: (name: string, value: unknown) => Settings[K];
} = {
  runningMode: (name, value) => checkedChoice(name, value, MODES),
  numHands: checkedCount,
  minHandDetectionConfidence: checkedShare,
  minHandPresenceConfidence: checkedShare,
  minTrackingConfidence: checkedShare,
  adaptiveSearch: (_, value) => value === true,
};

function checkedShare(name: string, value: unknown): number {
  return checkedNumber(name, value, 0, 1);
}

/** The settings after the options. Throws TypeError or RangeError. */
export function changed(before: Settings, options: HandLandmarkerOptions): Settings {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`options must be an object, not ${shown(options)}`);
  }
  return {
    variant: variantOf(before.variant, options.baseOptions),
    runningMode: chosen('runningMode', before, options),
    numHands: chosen('numHands', before, options),
    minHandDetectionConfidence: chosen('minHandDetectionConfidence', before, options),
    minHandPresenceConfidence: chosen('minHandPresenceConfidence', before, options),
    minTrackingConfidence: chosen('minTrackingConfidence', before, options),
    adaptiveSearch: chosen('adaptiveSearch', before, options),
  };
}

function chosen<K extends Exclude<keyof Settings, 'variant'>>(
  name: K,
  before: Settings,
  options: HandLandmarkerOptions,
): Settings[K] {
  if (!(name in options)) return before[name];
  const value = options[name];
  return value === undefined ? DEFAULTS[name] : CHECKS[name](name, value);
}

function variantOf(before: Variant, options: BaseOptions | undefined): Variant {
  const { modelAssetPath: path, modelAssetBuffer: buffer, delegate } = options ?? {};
  if (path !== undefined && buffer !== undefined) {
    throw new TypeError('give modelAssetPath or modelAssetBuffer, not both');
  }
  if (delegate === 'GPU') {
    sayOnce(
      'The networks run on the processor, not on the GPU, because they answer at once there.',
    );
  }
  if (buffer !== undefined) {
    sayOnce('modelAssetBuffer is not read: knuckle runs its own networks.');
    return 'full';
  }
  if (path === undefined) return before;
  if (path === 'full' || path === 'lite') return path;
  sayOnce(`${path} is not loaded: knuckle runs its own networks.`);
  return /lite[^/]*$/i.test(path) ? 'lite' : 'full';
}

/** The stages for these settings. */
export function followerOf(settings: Settings): TasksFollower {
  return {
    detector: {
      maxHands: settings.numHands,
      minPalmScore: settings.minHandDetectionConfidence,
      minPresence: settings.minHandPresenceConfidence,
      mirrored: false,
      secondLook: false,
    },
    search: settings.adaptiveSearch ? ADAPTIVE : everyFrame(),
    maxOverlap: settings.minTrackingConfidence,
  };
}

/** How far to turn the picture. Throws Error for what hands do not support. */
export function degreesOf({
  regionOfInterest,
  rotationDegrees = 0,
}: ImageProcessingOptions): number {
  if (regionOfInterest !== undefined) {
    throw new Error('regionOfInterest is not supported for hands: crop the picture instead');
  }
  if (rotationDegrees % 90 !== 0) {
    throw new RangeError(`rotationDegrees must be a multiple of 90, not ${shown(rotationDegrees)}`);
  }
  return rotationDegrees;
}
