/** What the core needs of a picture: crops of it, and a thumbnail. How it holds its pixels is its own affair. */

import type { Roi, Size } from '../values';

/** Outside the picture: black, or the nearest edge pixel. */
export type Border = 'zero' | 'replicate';

/** A small copy of a picture, RGBA. */
export interface Thumbnail extends Size {
  readonly data: Uint8ClampedArray;
}

export interface Picture extends Size {
  /** The part under an ROI, upright: RGB float32 (size, size, 3), 0 to 1, ready for a network. */
  crop(roi: Roi, size: number, border: Border): Float32Array;
  /** A small copy, as in the Python library's `streams/motion.py`. */
  thumbnail(): Thumbnail;
}
