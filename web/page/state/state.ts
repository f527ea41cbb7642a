/** All that the page knows, as one value, and the messages that change it. */

import type { Progress, Setup, Size, StageTimes } from '@knuckle/web';
import type { ProblemCode } from './problems';
import { DEFAULTS, type Key, type Settings } from './settings';

export interface CameraSource {
  readonly kind: 'camera';
  readonly name: string;
  readonly size: Size;
  readonly isFront: boolean;
  readonly paused: boolean;
}

export interface ClipSource {
  readonly kind: 'clip';
  readonly name: string;
  readonly size: Size;
  readonly isSample: boolean;
  readonly paused: boolean;
  readonly duration: number; // seconds
}

export interface PictureSource {
  readonly kind: 'picture';
  readonly name: string;
  readonly size: Size;
}

export type Source = CameraSource | ClipSource | PictureSource;
export type Opening = 'camera' | 'clip' | 'picture';

/** The networks: not wanted yet, on their way, or ready. */
export type Engine =
  | { readonly kind: 'off' }
  | { readonly kind: 'loading'; readonly loaded: number; readonly total: number } // bytes
  | { readonly kind: 'ready'; readonly setup: Setup };

export interface FingerAngles {
  readonly name: string;
  readonly flexion: number; // degrees, the sum of the finger's joints
  readonly joints: readonly { readonly name: string; readonly degrees: number }[];
}

/** What the panel shows of a hand. */
export interface HandCard {
  readonly id: number | null;
  readonly handedness: 'left' | 'right';
  readonly handednessScore: number;
  readonly presence: number;
  readonly confidence: number; // mean over the landmarks
  readonly status: 'detected' | 'tracked';
  readonly fingers: readonly FingerAngles[];
}

/** What the last frame showed. */
export interface Findings {
  readonly hands: readonly HandCard[];
  readonly palms: readonly number[] | null; // scores, with palms only
  readonly times: StageTimes | null;
  readonly rate: number; // frames per second, 0 for a picture
  readonly clock: number; // seconds, of a clip
}

export const NOTHING: Findings = { hands: [], palms: null, times: null, rate: 0, clock: 0 };

export type Recording =
  | { readonly kind: 'none' }
  | { readonly kind: 'running'; readonly seconds: number; readonly frames: number }
  | { readonly kind: 'done'; readonly name: string; readonly offers: readonly Offer[] };

/** A file that can be saved. */
export interface Offer {
  readonly name: string;
  readonly label: string;
  readonly bytes: number;
}

/** What the screen reader is told: said once it has been true for a moment. */
export interface Announcement {
  readonly said: string;
  readonly pending: string;
  readonly since: number; // seconds
}

export interface State {
  readonly source: Source | null;
  readonly opening: Opening | null;
  readonly engine: Engine;
  readonly settings: Settings;
  readonly findings: Findings;
  readonly recording: Recording;
  readonly problem: ProblemCode | null;
  readonly cameras: readonly { readonly id: string; readonly label: string }[];
  readonly panel: 'hands' | 'settings';
  readonly is3d: boolean;
  readonly isDropping: boolean;
  readonly announcement: Announcement;
  readonly isKept: boolean; // by the service worker, for use offline
  readonly hasUpdate: boolean;
  readonly canThread: boolean;
  readonly hasWebGpu: boolean;
}

export const START: State = {
  source: null,
  opening: null,
  engine: { kind: 'off' },
  settings: DEFAULTS,
  findings: NOTHING,
  recording: { kind: 'none' },
  problem: null,
  cameras: [],
  panel: 'hands',
  is3d: false,
  isDropping: false,
  announcement: { said: '', pending: '', since: 0 },
  isKept: false,
  hasUpdate: false,
  canThread: false,
  hasWebGpu: false,
};

export type Message =
  // What the user wants.
  | { readonly type: 'camera-wanted' }
  | { readonly type: 'sample-wanted' }
  | { readonly type: 'file-wanted' }
  | { readonly type: 'file-given'; readonly file: File }
  | { readonly type: 'pause-toggled' }
  | { readonly type: 'seek'; readonly seconds: number }
  | { readonly type: 'closed' }
  | { readonly type: 'set'; readonly key: Key; readonly value: string | number | boolean }
  | { readonly type: 'panel'; readonly panel: 'hands' | 'settings' }
  | { readonly type: '3d-toggled' }
  | { readonly type: '3d-reset' }
  | { readonly type: 'record-toggled' }
  | { readonly type: 'save-wanted' }
  | { readonly type: 'save'; readonly name: string }
  | { readonly type: 'recording-closed' }
  | { readonly type: 'problem-dismissed' }
  | { readonly type: 'restart-wanted' }
  | { readonly type: 'lite-wanted' }
  | { readonly type: 'reload-wanted' }
  | { readonly type: 'dragging'; readonly isOver: boolean }
  // What happened.
  | { readonly type: 'opening'; readonly opening: Opening }
  | { readonly type: 'opened'; readonly source: Source }
  | { readonly type: 'paused'; readonly paused: boolean }
  | { readonly type: 'loading' }
  | { readonly type: 'progress'; readonly progress: Progress }
  | { readonly type: 'ready'; readonly setup: Setup }
  | { readonly type: 'found'; readonly findings: Findings; readonly now: number }
  | { readonly type: 'recording'; readonly seconds: number; readonly frames: number }
  | { readonly type: 'recorded'; readonly name: string; readonly offers: readonly Offer[] }
  | { readonly type: 'problem'; readonly code: ProblemCode }
  | { readonly type: 'cameras'; readonly cameras: State['cameras'] }
  | { readonly type: 'webgpu-found' }
  | { readonly type: 'offline-kept' }
  | { readonly type: 'update-found' };

/** Whether the view is a mirror image of what the camera sees. */
export function isMirrored({ settings, source }: State): boolean {
  if (settings.mirror !== 'auto') return settings.mirror === 'on';
  return source?.kind === 'camera' && source.isFront;
}
