/** `HandLandmarker`, as in @mediapipe/tasks-vision 1.1.0. */

import { shown } from '../checks';
import { sizeOf } from '../io/sources';
import type { OpenedSyncNetworks } from '../networks/open';
import { type Reading, runSync } from '../networks/requests';
import { PictureCanvas } from '../stages/canvas_picture';
import type { Picture } from '../stages/picture';
import { PixelPicture } from '../stages/pixel_picture';
import { type Connection, HAND_CONNECTIONS } from './connections';
import type { WasmFileset } from './fileset';
import { type Followed, NOTHING_FOLLOWED, tasksDetect, tasksStep } from './loops';
import { giveBack, take } from './networks';
import {
  changed,
  DEFAULTS,
  degreesOf,
  followerOf,
  type HandLandmarkerOptions,
  type ImageProcessingOptions,
  type RunningMode,
  type Settings,
} from './options';
import { type HandLandmarkerResult, resultOf } from './results';

export type ImageSource = TexImageSource;

const CLOSED = 'this HandLandmarker is closed: make a new one';

/** Finds hands in pictures, or tracks them through a stream, at once and in the page's own thread. */
export class HandLandmarker {
  /** Pairs of landmarks to join by lines. */
  static HAND_CONNECTIONS: Connection[] = HAND_CONNECTIONS;

  readonly #canvas = new PictureCanvas();
  #networks: OpenedSyncNetworks | null;
  #settings: Settings;
  #state: Followed = NOTHING_FOLLOWED;
  #lastTimestamp: number | null = null;

  private constructor(networks: OpenedSyncNetworks, settings: Settings) {
    this.#networks = networks;
    this.#settings = settings;
  }

  /**
   * Make a HandLandmarker with the given options.
   *
   * Throws TypeError or RangeError for bad options, KnuckleError when the networks cannot be loaded
   * or cannot run here.
   */
  static async createFromOptions(
    _fileset: WasmFileset,
    options: HandLandmarkerOptions = {},
  ): Promise<HandLandmarker> {
    const settings = changed(DEFAULTS, options);
    return new HandLandmarker(await take(settings.variant), settings);
  }

  /** Make a HandLandmarker for single pictures. */
  static createFromModelPath(
    fileset: WasmFileset,
    modelAssetPath: string,
  ): Promise<HandLandmarker> {
    return HandLandmarker.createFromOptions(fileset, { baseOptions: { modelAssetPath } });
  }

  /** Make a HandLandmarker for single pictures. It runs on knuckle's own networks. */
  static createFromModelBuffer(
    fileset: WasmFileset,
    modelAssetBuffer: Uint8Array | ReadableStreamDefaultReader,
  ): Promise<HandLandmarker> {
    return HandLandmarker.createFromOptions(fileset, { baseOptions: { modelAssetBuffer } });
  }

  /**
   * Change the options that are given. `undefined` sets an option back to its default.
   *
   * The stream begins anew. Throws the same as `createFromOptions`.
   */
  async setOptions(options: HandLandmarkerOptions): Promise<void> {
    this.#opened();
    const before = this.#settings;
    const settings = changed(before, options);
    if (settings.variant !== before.variant) {
      const networks = await take(settings.variant);
      await giveBack(before.variant);
      this.#networks = networks;
    }
    this.#settings = settings;
    this.#state = NOTHING_FOLLOWED;
  }

  /** Find the hands in a picture, in the IMAGE mode. Throws Error in another mode, and for bad input. */
  detect(image: ImageSource, options: ImageProcessingOptions = {}): HandLandmarkerResult {
    const networks = this.#ready('IMAGE');
    const { detector } = followerOf(this.#settings);
    const degrees = degreesOf(options);
    const hands = answered(networks, tasksDetect(detector, this.#picture(image), degrees));
    return resultOf(hands);
  }

  /**
   * Find the hands in the next frame of a stream, in the VIDEO mode.
   *
   * @param timestamp milliseconds, greater than the last one.
   * Throws Error in another mode, and for bad input.
   */
  detectForVideo(
    videoFrame: ImageSource,
    timestamp: number,
    options: ImageProcessingOptions = {},
  ): HandLandmarkerResult {
    const networks = this.#ready('VIDEO');
    const degrees = degreesOf(options);
    const picture = this.#picture(videoFrame);
    const time = this.#checkedTime(timestamp) / 1000;
    const follower = followerOf(this.#settings);
    const step = tasksStep(follower, this.#state, picture, time, degrees);
    const { state, hands } = answered(networks, step);
    this.#state = state;
    return resultOf(hands);
  }

  /** Free the networks. Closing it twice is fine. */
  close(): void {
    if (this.#networks === null) return;
    this.#networks = null;
    void giveBack(this.#settings.variant);
  }

  #opened(): OpenedSyncNetworks {
    if (this.#networks === null) throw new Error(CLOSED);
    return this.#networks;
  }

  #ready(mode: RunningMode): OpenedSyncNetworks {
    const networks = this.#opened();
    const { runningMode } = this.#settings;
    if (runningMode !== mode) {
      throw new Error(
        `this method is for the ${mode} mode, and this HandLandmarker is in the ${runningMode} mode: ` +
          `await setOptions({ runningMode: '${mode}' })`,
      );
    }
    return networks;
  }

  #picture(image: ImageSource): Picture {
    if (image instanceof ImageData) return new PixelPicture(image);
    return this.#canvas.draw(image, sizeOf(image));
  }

  #checkedTime(timestamp: number): number {
    if (typeof timestamp !== 'number' || !Number.isFinite(timestamp)) {
      throw new TypeError(`timestamp must be a number of milliseconds, not ${shown(timestamp)}`);
    }
    const last = this.#lastTimestamp;
    if (last !== null && timestamp <= last) {
      throw new RangeError(
        `timestamp must be greater than the last one (${last}), not ${timestamp}`,
      );
    }
    this.#lastTimestamp = timestamp;
    return timestamp;
  }
}

function answered<T>(networks: OpenedSyncNetworks, reading: Reading<T>): T {
  return runSync(reading, networks.run);
}
