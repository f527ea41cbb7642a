/** The tables of files: networks and builds of the runtime. `test/networks/models.test.ts` checks the sizes. */

import type { NetworkName } from './requests';

export type Variant = 'full' | 'lite';

/** One file that is loaded, and its bytes, by which progress is counted. */
export interface AssetFile {
  readonly name: string;
  readonly bytes: number;
}

/** One network. */
export interface NetworkSpec {
  readonly file: AssetFile;
  /** Numbers of the input: RGB, side by side. */
  readonly inputs: number;
  /** Our names for the outputs, in the order of the file. */
  readonly outputs: readonly string[];
}

const PALM = { inputs: 192 * 192 * 3, outputs: ['boxes', 'scores'] };
const HAND = {
  inputs: 224 * 224 * 3,
  outputs: ['landmarks', 'presence', 'handedness', 'worldLandmarks'],
};

/** The same files as in the Python package, `src/knuckle/weights`. */
export const NETWORKS: Readonly<Record<Variant, Readonly<Record<NetworkName, NetworkSpec>>>> = {
  full: {
    palm: { file: { name: 'palm_detection_full.tflite', bytes: 2339846 }, ...PALM },
    hand: { file: { name: 'hand_landmark_full.pruned.tflite', bytes: 5478917 }, ...HAND },
  },
  lite: {
    palm: { file: { name: 'palm_detection_lite.tflite', bytes: 1985440 }, ...PALM },
    hand: { file: { name: 'hand_landmark_lite.pruned.tflite', bytes: 2071597 }, ...HAND },
  },
};

/** A build of LiteRT.js: a script, and the wasm file that it needs. */
export type Build = 'simd' | 'threads';

export interface BuildSpec {
  readonly script: AssetFile;
  readonly wasm: AssetFile;
}

/**
 * The builds that the library ships.
 *
 * "simd" runs in every browser since 2021 (Safari: 2023). "threads" also needs relaxed SIMD, because
 * LiteRT.js has no other build with threads. Its build with relaxed SIMD and one thread is not
 * shipped: on a quiet machine it read hands in 24.1 ms and found palms in 35.0 ms, where "simd" took
 * 25.2 and 28.3, and "threads" with two 13.0 and 18.5.
 */
export const BUILDS: Readonly<Record<Build, BuildSpec>> = {
  simd: {
    script: { name: 'litert_wasm_compat_internal.js', bytes: 273246 },
    wasm: { name: 'litert_wasm_compat_internal.wasm', bytes: 9334181 },
  },
  threads: {
    script: { name: 'litert_wasm_threaded_internal.js', bytes: 317475 },
    wasm: { name: 'litert_wasm_threaded_internal.wasm', bytes: 9445834 },
  },
};
