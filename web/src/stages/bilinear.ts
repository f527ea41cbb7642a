/**
 * The crop of an ROI: exact bilinear sampling of RGBA pixels, rounded to bytes as in Python.
 *
 * Convention: the crop's corners lie on the ROI's corners, and pixel (u, v) of the crop is the
 * picture at `corner + u/size * top edge + v/size * left edge`, where whole numbers are pixel
 * centres. Source: mediapipe/calculators/tensor/image_to_tensor_converter_opencv.cc
 */

import type { Box, Roi, Size } from '../values';
import type { Border } from './picture';

/** A part of a picture, row by row. It holds at least what a crop of it needs. */
export interface PixelWindow extends Size {
  /** RGBA, one number a pixel, red in its lowest byte: that reads a quarter as often as bytes. */
  readonly words: Uint32Array;
  /** The place of its first pixel in the picture. */
  readonly left: number;
  readonly top: number;
}

/** Where the samples of a crop lie: pixel (u, v) is at x + u * ux + v * vx, and y likewise. */
interface Lattice {
  readonly x: number;
  readonly y: number;
  readonly ux: number;
  readonly uy: number;
  readonly vx: number;
  readonly vy: number;
}

/** One row of a crop: sample u is at x + u * ux, y + u * uy, and goes to `at` + 3 * u. */
interface Row extends Pick<Lattice, 'x' | 'y' | 'ux' | 'uy'> {
  readonly crop: Float32Array;
  readonly at: number;
}

/** The samples of one row of a crop, from `start` up to but not including `stop`. */
interface Span {
  readonly start: number;
  readonly stop: number;
}

const ROUNDING = 1e-4; // pixels: a sample so little outside the picture is on its edge
const SCALE = 1 / 255;

/** The pixels of `ImageData` or its like as words. */
export function wordsOf(data: Uint8ClampedArray): Uint32Array {
  const aligned = data.byteOffset % 4 === 0 ? data : data.slice();
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.length / 4);
}

/** The part of a picture under an ROI, upright: RGB float32 (size, size, 3), 0 to 1. */
export function sampled(
  pixels: PixelWindow,
  picture: Size,
  roi: Roi,
  size: number,
  border: Border,
): Float32Array {
  const crop = new Float32Array(3 * size * size);
  const lattice = latticeOf(roi, picture, size);
  for (let v = 0; v < size; v++) {
    const row: Row = {
      crop,
      at: 3 * v * size,
      x: lattice.x + v * lattice.vx,
      y: lattice.y + v * lattice.vy,
      ux: lattice.ux,
      uy: lattice.uy,
    };
    const { start, stop } = overlap(
      samplesBetween(row.x, row.ux, picture.width - 1, size),
      samplesBetween(row.y, row.uy, picture.height - 1, size),
    );
    sampleEdge(pixels, picture, row, 0, start, border);
    sampleInside(pixels, row, start, stop);
    sampleEdge(pixels, picture, row, stop, size, border);
  }
  return crop;
}

/** The pixels of a picture that the crop of an ROI needs: whole numbers, x1 and y1 not included. */
export function pixelsNeeded(roi: Roi, picture: Size): Box {
  const { x, y, ux, uy, vx, vy } = latticeOf(roi, picture, 1);
  const xs = [x, x + ux, x + vx, x + ux + vx];
  const ys = [y, y + uy, y + vy, y + uy + vy];
  const within = (value: number, low: number, high: number): number =>
    Math.min(Math.max(value, low), high);
  // One more pixel on each side for the neighbours; at least the pixel nearest to the ROI.
  return {
    x0: within(Math.floor(Math.min(...xs)) - 1, 0, picture.width - 1),
    y0: within(Math.floor(Math.min(...ys)) - 1, 0, picture.height - 1),
    x1: within(Math.ceil(Math.max(...xs)) + 2, 1, picture.width),
    y1: within(Math.ceil(Math.max(...ys)) + 2, 1, picture.height),
  };
}

function latticeOf(roi: Roi, picture: Size, size: number): Lattice {
  const side = product(roi.width, picture.width);
  const other = product(roi.height, picture.height);
  const cos = Math.cos(roi.rotation);
  const sin = Math.sin(roi.rotation);
  return {
    x: product(roi.x, picture.width) - (cos * side - sin * other) / 2,
    y: product(roi.y, picture.height) - (sin * side + cos * other) / 2,
    ux: (cos * side) / size,
    uy: (sin * side) / size,
    vx: (-sin * other) / size,
    vy: (cos * other) / size,
  };
}

/** Pixels in float32, the precision of an ROI in Python, where 1080/620 of 620 is exactly 1080. */
function product(share: number, side: number): number {
  return Math.fround(Math.fround(share) * side);
}

/** The samples of a row at 0 <= start + u * step < high; u is a whole number below `size`. */
function samplesBetween(start: number, step: number, high: number, size: number): Span {
  if (Math.abs(step) < 1e-9) return { start: 0, stop: start >= 0 && start < high ? size : 0 };
  const [first, last] =
    step > 0
      ? [Math.ceil(-start / step), Math.ceil((high - start) / step)]
      : [Math.floor((high - start) / step) + 1, Math.floor(-start / step) + 1];
  return { start: Math.min(Math.max(first, 0), size), stop: Math.min(Math.max(last, 0), size) };
}

function overlap(a: Span, b: Span): Span {
  const start = Math.max(a.start, b.start);
  return { start, stop: Math.max(Math.min(a.stop, b.stop), start) };
}

/** Samples whose four neighbours all lie in the picture: no checks in the loop. */
function sampleInside(pixels: PixelWindow, row: Row, start: number, stop: number): void {
  const { words, width } = pixels;
  const { crop, ux, uy } = row;
  const x = row.x - pixels.left;
  const y = row.y - pixels.top;
  for (let u = start, to = row.at + 3 * start; u < stop; u++, to += 3) {
    const px = x + u * ux;
    const py = y + u * uy;
    const column = px | 0;
    const line = py | 0;
    const fx = px - column;
    const fy = py - line;
    const at = line * width + column;
    const lowerRight = fx * fy;
    const lowerLeft = fy - lowerRight;
    const upperRight = fx - lowerRight;
    const upperLeft = 1 - fy - upperRight;
    const a = words[at];
    const b = words[at + 1];
    const c = words[at + width];
    const d = words[at + width + 1];
    crop[to] = level(
      upperLeft * (a & 255) +
        upperRight * (b & 255) +
        lowerLeft * (c & 255) +
        lowerRight * (d & 255),
    );
    crop[to + 1] = level(
      upperLeft * ((a >> 8) & 255) +
        upperRight * ((b >> 8) & 255) +
        lowerLeft * ((c >> 8) & 255) +
        lowerRight * ((d >> 8) & 255),
    );
    crop[to + 2] = level(
      upperLeft * ((a >> 16) & 255) +
        upperRight * ((b >> 16) & 255) +
        lowerLeft * ((c >> 16) & 255) +
        lowerRight * ((d >> 16) & 255),
    );
  }
}

/**
 * Samples on and beyond the picture's edge.
 *
 * As in Python, a sample in the last half pixel of the picture, which lacks a neighbour, has the
 * colour of the edge, whatever the border.
 */
function sampleEdge(
  pixels: PixelWindow,
  picture: Size,
  row: Row,
  start: number,
  stop: number,
  border: Border,
): void {
  const { words, width, left, top } = pixels;
  const right = picture.width - 1;
  const bottom = picture.height - 1;
  for (let u = start; u < stop; u++) {
    const px = row.x + u * row.ux;
    const py = row.y + u * row.uy;
    const isOutside =
      px < -ROUNDING || py < -ROUNDING || px >= picture.width || py >= picture.height;
    if (isOutside && border === 'zero') continue; // the crop is black from the start
    const x = Math.min(Math.max(px, 0), right);
    const y = Math.min(Math.max(py, 0), bottom);
    const column = Math.floor(x);
    const line = Math.floor(y);
    const at = (line - top) * width + column - left;
    const toRight = column < right ? 1 : 0;
    const below = line < bottom ? width : 0;
    const a = words[at];
    const b = words[at + toRight];
    const c = words[at + below];
    const d = words[at + below + toRight];
    const fx = x - column;
    const fy = y - line;
    for (let channel = 0; channel < 3; channel++) {
      const shift = 8 * channel;
      const upper = mixed((a >> shift) & 255, (b >> shift) & 255, fx);
      const lower = mixed((c >> shift) & 255, (d >> shift) & 255, fx);
      row.crop[row.at + 3 * u + channel] = level(mixed(upper, lower, fy));
    }
  }
}

/** A colour, 0 to 255, as the nearest of 256 levels from 0 to 1: the crops of Python are bytes. */
function level(colour: number): number {
  return ((colour + 0.5) | 0) * SCALE;
}

function mixed(from: number, to: number, share: number): number {
  return from + share * (to - from);
}
