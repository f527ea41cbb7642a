/** A picture whose pixels are in memory. */

import type { Roi } from '../values';
import { type PixelWindow, sampled, wordsOf } from './bilinear';
import type { Border, Picture, Thumbnail } from './picture';
import { thumbnailGrid } from './thumbnail';

/** A picture over RGBA pixels, row by row; `ImageData` has what it needs. */
export class PixelPicture implements Picture {
  readonly width: number;
  readonly height: number;
  readonly #pixels: PixelWindow;

  constructor(pixels: { data: Uint8ClampedArray; width: number; height: number }) {
    const { data, width, height } = pixels;
    if (data.length !== 4 * width * height) {
      throw new RangeError(
        `A picture of ${width} x ${height} pixels has ${4 * width * height} numbers, not ${data.length}; pass RGBA.`,
      );
    }
    this.width = width;
    this.height = height;
    this.#pixels = { words: wordsOf(data), left: 0, top: 0, width, height };
  }

  crop(roi: Roi, size: number, border: Border): Float32Array {
    return sampled(this.#pixels, this, roi, size, border);
  }

  thumbnail(): Thumbnail {
    const { width, height, step, start } = thumbnailGrid(this);
    const { words } = this.#pixels;
    const data = new Uint32Array(width * height);
    for (let row = 0, to = 0; row < height; row++) {
      let from = (start + row * step) * this.width + start;
      for (let column = 0; column < width; column++, to++, from += step) data[to] = words[from];
    }
    return { width, height, data: new Uint8ClampedArray(data.buffer) };
  }
}
