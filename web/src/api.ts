/** The public interface: a `Tracker` for a stream, `detect` for one picture. */

import type { SearchPolicy } from './streams/search';
import type { Smoothing } from './streams/smoothing';
import type { Detection, Hand, Size } from './values';

/** What a picture may be. Of a video, the frame that it shows now. */
export type Source = CanvasImageSource | ImageData | Blob;

/** Options for the hands that are looked for. They may change in the middle of a stream. */
export interface HandOptions {
  /** How many hands to find at most. Default 2. */
  maxHands?: number;
  /** 0 to 1: ignore palms with a lower score. Default 0.5. */
  minPalmScore?: number;
  /** 0 to 1: drop a hand unless its presence is higher. Default 0.5. */
  minPresence?: number;
  /** The pictures are mirror images, as from a front camera: swap the handedness. Default false. */
  mirrored?: boolean;
  /** When to look for new hands while fewer than `maxHands` are followed. */
  search?: SearchPolicy;
  /** How to smooth hands over time; null turns it off. */
  smoothing?: Smoothing | null;
}

/** Options that are fixed when the networks are opened. */
export interface NetworkOptions {
  /** "full" is more accurate, "lite" is faster. Default "full". */
  variant?: 'full' | 'lite';
  /** "wasm" runs on the processor, "webgpu" on the graphics card. Default "wasm". */
  device?: 'wasm' | 'webgpu';
  /** Threads for wasm; more than one needs a page that is cross-origin isolated. Default "auto". */
  threads?: number | 'auto';
  /** Folders, as addresses on your own site, where the networks and the wasm files are. Default: beside the library. */
  assets?: { models?: string; wasm?: string };
  /** Called while files are loaded. */
  onProgress?: (progress: Progress) => void;
}

export interface Progress {
  readonly loaded: number; // bytes
  readonly total: number; // bytes
  readonly file: string;
}

export interface TrackerOptions extends HandOptions, NetworkOptions {}

/** How the networks run. */
export interface Setup {
  readonly variant: 'full' | 'lite';
  readonly device: 'wasm' | 'webgpu';
  readonly threads: number;
  /** The build of LiteRT.js: "simd" or "threads". */
  readonly build: string;
  /** Why it is not what was asked for; null when it is. */
  readonly note: string | null;
}

/** Milliseconds spent in a frame. */
export interface StageTimes {
  /** Getting the pixels, cropping, and everything beside the networks. */
  readonly picture: number;
  readonly palm: number;
  readonly hand: number;
  readonly total: number;
}

/** What was found in a frame. */
export interface Tracked {
  readonly hands: readonly Hand[];
  /** The palms that the search of this frame found; null when it was not searched. */
  readonly palms: readonly Detection[] | null;
  readonly size: Size;
  /** Seconds. */
  readonly time: number;
  readonly times: StageTimes;
  /** How many frames came before it and were left out, because this one was newer. */
  readonly dropped: number;
}

/** Follows hands through a stream. It runs in a worker, one frame at a time. */
export interface Tracker {
  /** How the networks run. */
  readonly setup: Setup;
  /**
   * The hands in the stream's next picture; the one that was seen first comes first.
   *
   * While the worker is busy, only the newest picture waits. A call whose picture was left out gets
   * the result of the newer picture. So a program can call it for every frame of a camera, and a
   * program that awaits each call loses no frame.
   * @param time seconds; without it, the media time of a video, or now.
   */
  track(source: Source, time?: number): Promise<Tracked>;
  /** The hands in one picture that has nothing to do with the stream, highest presence first. */
  detect(source: Source): Promise<readonly Hand[]>;
  /** Only the palms in a picture, strongest first. */
  findPalms(source: Source): Promise<readonly Detection[]>;
  /** Change options in the middle of a stream. Throws TypeError or RangeError for bad ones. */
  set(options: HandOptions): Promise<void>;
  /** Forget all hands, as at the start of another clip. */
  reset(): Promise<void>;
  /** End the worker and free its memory. Calls that wait are rejected; closing again does nothing. */
  close(): void;
}
