/** The picture that `tests/web/made_pictures.py` makes by the same formula. */

import { PixelPicture } from '../src/stages/pixel_picture';

/** Ramps in all directions, and squares with sharp edges. */
export function madePicture(width: number, height: number): PixelPicture {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 4) {
      const isEven = (Math.floor(x / 8) + Math.floor(y / 8)) % 2 === 0;
      const blue = isEven ? ramp(2 * x + 60) : 255 - ramp(9 * y);
      data.set([ramp(3 * x + 5 * y), ramp(7 * x - 4 * y + 100), blue, 255], at);
    }
  }
  return new PixelPicture({ data, width, height });
}

/** 0 to 255 and back, again and again. */
function ramp(steps: number): number {
  const turn = 510;
  return Math.abs((((steps % turn) + turn) % turn) - 255);
}
