/**
 * Where the files of the library are.
 *
 * Each address is written out, because that is how bundlers find the files that they have to copy.
 */

import type { LocatedFile } from './networks/files';
import type { RuntimeFiles } from './networks/litert';
import { type AssetFile, BUILDS, type Build, NETWORKS, type Variant } from './networks/models';
import type { NetworkName } from './networks/requests';

/** Folders with the files of the library, as addresses. */
export interface Assets {
  /** Where the networks are (`.tflite`). */
  readonly models: string;
  /** Where the files of LiteRT.js are (`litert_wasm_*`). */
  readonly wasm: string;
}

const BESIDE_THE_LIBRARY: Readonly<Record<string, URL>> = {
  'palm_detection_full.tflite': new URL(
    '../../src/knuckle/weights/palm_detection_full.tflite',
    import.meta.url,
  ),
  'palm_detection_lite.tflite': new URL(
    '../../src/knuckle/weights/palm_detection_lite.tflite',
    import.meta.url,
  ),
  'hand_landmark_full.pruned.tflite': new URL(
    '../../src/knuckle/weights/hand_landmark_full.pruned.tflite',
    import.meta.url,
  ),
  'hand_landmark_lite.pruned.tflite': new URL(
    '../../src/knuckle/weights/hand_landmark_lite.pruned.tflite',
    import.meta.url,
  ),
  'litert_wasm_compat_internal.js': new URL(
    '../node_modules/@litertjs/core/wasm/litert_wasm_compat_internal.js',
    import.meta.url,
  ),
  'litert_wasm_compat_internal.wasm': new URL(
    '../node_modules/@litertjs/core/wasm/litert_wasm_compat_internal.wasm',
    import.meta.url,
  ),
  'litert_wasm_threaded_internal.js': new URL(
    '../node_modules/@litertjs/core/wasm/litert_wasm_threaded_internal.js',
    import.meta.url,
  ),
  'litert_wasm_threaded_internal.wasm': new URL(
    '../node_modules/@litertjs/core/wasm/litert_wasm_threaded_internal.wasm',
    import.meta.url,
  ),
};

/** The files of a build of the runtime. */
export function runtimeFiles(build: Build, threads: number, folder?: string): RuntimeFiles {
  const { script, wasm } = BUILDS[build];
  return { build, threads, script: located(script, folder), wasm: located(wasm, folder) };
}

/** The files of the networks. */
export function networkFiles(
  variant: Variant,
  folder?: string,
): Readonly<Record<NetworkName, LocatedFile>> {
  const { palm, hand } = NETWORKS[variant];
  return { palm: located(palm.file, folder), hand: located(hand.file, folder) };
}

function located(file: AssetFile, folder: string | undefined): LocatedFile {
  if (folder === undefined) return { ...file, url: BESIDE_THE_LIBRARY[file.name].href };
  const page = typeof document === 'undefined' ? location.href : document.baseURI;
  const base = new URL(folder.endsWith('/') ? folder : `${folder}/`, page);
  return { ...file, url: new URL(file.name, base).href };
}
