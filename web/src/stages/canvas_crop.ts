/**
 * The crop of an ROI by a canvas: faster than our own sampling, because it is compiled code, and it
 * reads back only the crop.
 *
 * A canvas samples as `bilinear.ts` does, to a level of 255, under three conditions: the ROI
 * lies inside the picture, because a canvas has no replicated border; the ROI is rotated, because
 * browsers round the sides' positions to 1/16 px otherwise; and the browser's "low" quality is
 * bilinear, which `canvasCropsExactly` finds out.
 */

import type { Roi, Size } from '../values';
import { sampled, wordsOf } from './bilinear';

type Context = OffscreenCanvasRenderingContext2D;

const MOST_LEVELS = 1.01; // of 255: both round to bytes, and ties may fall to either side
const LEAST_TURN = 1e-3; // radians off the axes
const SCALE = 1 / 255;

/** A canvas whose pixels are read often. */
export function readableCanvas(size: Size): Context {
  // Without `willReadFrequently` the canvas lives on the GPU. Reading it takes longer there, and
  // its sampling is coarser.
  const options = { willReadFrequently: true, alpha: false };
  const context = new OffscreenCanvas(size.width, size.height).getContext('2d', options);
  if (context === null) {
    throw new Error('This browser gave no 2D canvas; close other pages, or update the browser.');
  }
  return context;
}

/** Whether a canvas may sample an ROI: if it lies inside the picture, and is rotated. */
export function canvasMaySample(roi: Roi, picture: Size, size: number): boolean {
  const cos = Math.cos(roi.rotation);
  const sin = Math.sin(roi.rotation);
  if (Math.abs(cos * sin) < LEAST_TURN) return false;
  const side = roi.width * picture.width;
  const reach = ((Math.abs(cos) + Math.abs(sin)) * side) / 2;
  // A sample at the edge must not touch what is beyond, not even with the edge of its own square.
  const margin = Math.max(side / size, 1) + 1;
  const x = roi.x * picture.width;
  const y = roi.y * picture.height;
  const nearest = Math.min(x, y, picture.width - x, picture.height - y);
  return nearest >= reach + margin;
}

/**
 * The part of a picture under an ROI, upright: RGB float32 (size, size, 3), 0 to 1.
 *
 * @param source holds the picture.
 * @param target at least of the crop's size; the crop is drawn on it.
 */
export function canvasCrop(
  source: OffscreenCanvas,
  target: Context,
  roi: Roi,
  size: number,
): Float32Array {
  const scale = size / (roi.width * source.width);
  const cos = scale * Math.cos(roi.rotation);
  const sin = scale * Math.sin(roi.rotation);
  // For a canvas whole numbers are corners of pixels. For us they are centres.
  const x = roi.x * source.width + 0.5;
  const y = roi.y * source.height + 0.5;
  const middle = size / 2 + 0.5;
  target.setTransform(cos, -sin, sin, cos, middle - cos * x - sin * y, middle + sin * x - cos * y);
  target.imageSmoothingEnabled = true;
  target.imageSmoothingQuality = 'low'; // bilinear; higher ones average, which Python does not
  target.drawImage(source, 0, 0);
  return rgbOf(target.getImageData(0, 0, size, size).data);
}

/** RGBA, 0 to 255 -> RGB, 0 to 1. */
function rgbOf(data: Uint8ClampedArray): Float32Array {
  const words = wordsOf(data);
  const rgb = new Float32Array(3 * words.length);
  for (let i = 0, to = 0; i < words.length; i++, to += 3) {
    const word = words[i];
    rgb[to] = (word & 255) * SCALE;
    rgb[to + 1] = ((word >> 8) & 255) * SCALE;
    rgb[to + 2] = ((word >> 16) & 255) * SCALE;
  }
  return rgb;
}

/** Whether this browser's canvas crops as we do. A small picture tells, enlarged and reduced. */
export function canvasCropsExactly(): boolean {
  const size = { width: 96, height: 96 };
  const source = readableCanvas(size);
  source.putImageData(noise(size), 0, 0);
  const { data } = source.getImageData(0, 0, size.width, size.height);
  const pixels = { words: wordsOf(data), ...size, left: 0, top: 0 };
  return [24, 32, 64].every((side) => {
    const roi = { x: 0.5, y: 0.49, width: 0.6, height: 0.6, rotation: 0.4 };
    const exact = sampled(pixels, size, roi, side, 'zero');
    const drawn = canvasCrop(source.canvas, readableCanvas(size), roi, side);
    return exact.every((value, i) => Math.abs(value - drawn[i]) * 255 <= MOST_LEVELS);
  });
}

/** A picture in which each pixel differs from its neighbours. */
function noise({ width, height }: Size): ImageData {
  const picture = new ImageData(width, height);
  for (let i = 0; i < picture.data.length; i++) {
    picture.data[i] = i % 4 === 3 ? 255 : (i * i * 31 + i * 17) % 251;
  }
  return picture;
}
