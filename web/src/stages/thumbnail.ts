/** The size of a thumbnail, and which pixels of the picture it takes. */

import type { Size } from '../values';

const ROWS = 32; // pixels of a thumbnail's shorter side, about

/** Every `step`-th pixel of a picture, from `start` on, in both directions. */
export interface ThumbnailGrid extends Size {
  readonly step: number;
  readonly start: number;
}

/** Which pixels of a picture its thumbnail takes, as in the Python library's `streams/motion.py`. */
export function thumbnailGrid({ width, height }: Size): ThumbnailGrid {
  const step = Math.max(Math.floor(Math.min(width, height) / ROWS), 1);
  const start = Math.floor(step / 2);
  return {
    step,
    start,
    width: Math.ceil((width - start) / step),
    height: Math.ceil((height - start) / step),
  };
}
