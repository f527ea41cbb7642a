/** A comparison of both kinds of pictures, for a page of a test. */

import { letterboxRoi } from '../../src/geometry/rois';
import { canvasCropsExactly, canvasMaySample } from '../../src/stages/canvas_crop';
import { PictureCanvas } from '../../src/stages/canvas_picture';
import type { Border, Picture } from '../../src/stages/picture';
import { PixelPicture } from '../../src/stages/pixel_picture';
import type { Roi, Size } from '../../src/values';

const SIZE: Size = { width: 320, height: 200 };
const CROP = 96;

/** What a picture on a canvas gives, beside the same pixels in memory. */
export function comparison() {
  const image = madeImage(SIZE);
  const pixels = new PixelPicture(image);
  const pictures = new PictureCanvas();
  const source = new OffscreenCanvas(SIZE.width, SIZE.height);
  source.getContext('2d')?.putImageData(image, 0, 0);
  const drawn = pictures.draw(source, SIZE);
  const rois = [...someRois(), letterboxRoi(SIZE)];
  const thumbnail = drawn.thumbnail().data;
  const mostLevels = Math.max(...rois.map((roi) => largestDifference(pixels, drawn, roi)));
  const isSameThumbnail = pixels.thumbnail().data.every((value, i) => value === thumbnail[i]);
  const nothing = pictures.draw(new OffscreenCanvas(SIZE.width, SIZE.height), SIZE);
  return {
    crops: 2 * rois.length,
    byCanvas: canvasCropsExactly()
      ? rois.filter((roi) => canvasMaySample(roi, SIZE, CROP)).length
      : 0,
    mostLevels,
    isSameThumbnail,
    brightestTransparent: Math.max(...nothing.crop(rois[0], CROP, 'zero')),
  };
}

/** Ramps and squares with sharp edges. */
function madeImage({ width, height }: Size): ImageData {
  const image = new ImageData(width, height);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 4) {
      const isEven = (Math.floor(x / 8) + Math.floor(y / 8)) % 2 === 0;
      image.data.set([(3 * x + 5 * y) % 256, (x * y) % 256, isEven ? 200 : 30, 255], at);
    }
  }
  return image;
}

/** ROIs of all sizes and rotations, inside the picture and over each of its edges. */
function someRois(): Roi[] {
  const places = [0, 0.3, 0.5, 0.8, 1];
  return places.flatMap((x) =>
    places.flatMap((y) =>
      [20, 60, 150].map((side, i) => ({
        x,
        y,
        width: side / SIZE.width,
        height: side / SIZE.height,
        rotation: 0.4 + x + 2 * y - i,
      })),
    ),
  );
}

function largestDifference(a: Picture, b: Picture, roi: Roi): number {
  const borders: readonly Border[] = ['zero', 'replicate'];
  return Math.max(
    ...borders.map((border) => {
      const other = b.crop(roi, CROP, border);
      return a
        .crop(roi, CROP, border)
        .reduce((most, value, i) => Math.max(most, 255 * Math.abs(value - other[i])), 0);
    }),
  );
}

globalThis.stagesUnderTest = { comparison };
