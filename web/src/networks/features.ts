/** What this browser can run, found by small wasm programs that it accepts or refuses. */

import { KnuckleError } from '../errors';
import type { Build } from './models';

/** More threads than this make the networks slower, because their layers are small. */
const MOST_THREADS = 4;

// (module (func (result v128) i32.const 0 i8x16.splat i8x16.popcnt))
const SIMD = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15,
  253, 98, 11,
];

// (module (func (result v128) i32.const 0 i32x4.splat i32x4.relaxed_trunc_f32x4_s))
const RELAXED_SIMD = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 11, 1, 9, 0, 65, 0, 253, 17,
  253, 129, 2, 11,
];

/** Whether the browser has what every build needs. */
export function hasSimd(): boolean {
  return isAccepted(SIMD);
}

/** Whether networks can share their work among threads here. */
export function hasThreads(): boolean {
  return globalThis.crossOriginIsolated === true && isAccepted(RELAXED_SIMD);
}

function isAccepted(program: readonly number[]): boolean {
  return typeof WebAssembly === 'object' && WebAssembly.validate(new Uint8Array(program));
}

/**
 * The build and the number of threads for this browser.
 *
 * @param wanted "auto": one for each core, up to four. A larger number than the browser has cores is
 *   cut to that; without threads it is one.
 * Raises `no-simd` if the browser is too old.
 */
export function chooseBuild(wanted: number | 'auto'): { build: Build; threads: number } {
  if (!hasSimd()) {
    throw new KnuckleError(
      'no-simd',
      'This browser lacks WebAssembly SIMD, which the networks need; use Chrome 92, Firefox 105, Safari 16.4 or newer.',
    );
  }
  const cores = navigator.hardwareConcurrency || 1;
  const threads = Math.min(wanted === 'auto' ? MOST_THREADS : wanted, cores);
  if (threads < 2 || !hasThreads()) return { build: 'simd', threads: 1 };
  return { build: 'threads', threads };
}
