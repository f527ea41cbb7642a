/** A picture of the browser: a canvas holds it, and hands out the pixels that a crop needs. */

import type { Roi, Size } from '../values';
import { pixelsNeeded, sampled, wordsOf } from './bilinear';
import { canvasCrop, canvasCropsExactly, canvasMaySample, readableCanvas } from './canvas_crop';
import type { Border, Picture, Thumbnail } from './picture';
import { thumbnailGrid } from './thumbnail';

type Context = OffscreenCanvasRenderingContext2D;

/** Makes pictures of a stream's frames on one canvas. Each picture is valid until the next one. */
export class PictureCanvas {
  readonly #isExact = canvasCropsExactly();
  #frame = readableCanvas({ width: 1, height: 1 });
  #small = readableCanvas({ width: 1, height: 1 });

  /** The picture that a source shows now, in the given size. */
  draw(source: CanvasImageSource, size: Size): Picture {
    const { width, height } = this.#frame.canvas;
    if (width !== size.width || height !== size.height) this.#frame = readableCanvas(size);
    this.#frame.fillRect(0, 0, size.width, size.height); // black shines through transparent pixels
    this.#frame.drawImage(source, 0, 0, size.width, size.height);
    return new CanvasPicture(this.#frame, (least) => this.#smallCanvas(least), this.#isExact);
  }

  /** A canvas for crops and thumbnails, at least of the given size. */
  #smallCanvas(least: Size): Context {
    const { width, height } = this.#small.canvas;
    if (width < least.width || height < least.height) {
      this.#small = readableCanvas({
        width: Math.max(width, least.width),
        height: Math.max(height, least.height),
      });
    }
    return this.#small;
  }
}

/** A picture on a canvas. */
class CanvasPicture implements Picture {
  readonly width: number;
  readonly height: number;
  readonly #frame: Context;
  readonly #smallCanvas: (least: Size) => Context;
  readonly #isExact: boolean;

  constructor(frame: Context, smallCanvas: (least: Size) => Context, isExact: boolean) {
    this.width = frame.canvas.width;
    this.height = frame.canvas.height;
    this.#frame = frame;
    this.#smallCanvas = smallCanvas;
    this.#isExact = isExact;
  }

  crop(roi: Roi, size: number, border: Border): Float32Array {
    if (this.#isExact && canvasMaySample(roi, this, size)) {
      const target = this.#smallCanvas({ width: size, height: size });
      return canvasCrop(this.#frame.canvas, target, roi, size);
    }
    const { x0, y0, x1, y1 } = pixelsNeeded(roi, this);
    const { data, width, height } = this.#frame.getImageData(x0, y0, x1 - x0, y1 - y0);
    const pixels = { words: wordsOf(data), width, height, left: x0, top: y0 };
    return sampled(pixels, this, roi, size, border);
  }

  thumbnail(): Thumbnail {
    const { width, height, step, start } = thumbnailGrid(this);
    const target = this.#smallCanvas({ width, height });
    // The middle of each pixel that the thumbnail takes comes to the middle of a pixel of it.
    const shift = 0.5 - (start + 0.5) / step;
    target.setTransform(1 / step, 0, 0, 1 / step, shift, shift);
    target.imageSmoothingEnabled = false;
    target.drawImage(this.#frame.canvas, 0, 0);
    return target.getImageData(0, 0, width, height);
  }
}
