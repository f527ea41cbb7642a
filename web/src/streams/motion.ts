/** Motion detection: whether something in the picture has changed. */

import { roundHalfEven } from '../geometry/rounding';
import type { Thumbnail } from '../stages/picture';
import type { Roi, Size } from '../values';

const MOST_CHANGE = 32; // of 255, in any channel: more than the noise of a camera or a codec
const LEAST_CHANGE = 5; // of 255: the steps of 8 bits and of a codec
const DARK = 0.4; // of the mean brightness: a hand in a dark picture changes less than in a bright one
const NOISE = 3; // times the median change, which is noise wherever most of the picture stands still
const LEAST_PIXELS = 4; // of the thumbnail; every hand that the palm network can see has as many

/** Whether two thumbnails of a stream differ outside `rois`. */
export function hasChanged(now: Thumbnail, before: Thumbnail, rois: readonly Roi[]): boolean {
  if (now.width !== before.width || now.height !== before.height) return true;
  const difference = differenceOf(now, before);
  const least = leastChange(now, difference);
  const areas = rois.map((roi) => areaOf(roi, now));
  let changed = 0;
  for (let row = 0, pixel = 0; row < now.height; row++) {
    for (let column = 0; column < now.width; column++, pixel++) {
      if (difference[pixel] <= least || areas.some((area) => isIn(area, row, column))) continue;
      if (++changed >= LEAST_PIXELS) return true;
    }
  }
  return false;
}

/** The change of each pixel, the most of its three colours, 0 to 255. */
export function differenceOf(now: Thumbnail, before: Thumbnail): Uint8Array {
  const difference = new Uint8Array(now.width * now.height);
  for (let pixel = 0, i = 0; pixel < difference.length; pixel++, i += 4) {
    difference[pixel] = Math.max(
      Math.abs(now.data[i] - before.data[i]),
      Math.abs(now.data[i + 1] - before.data[i + 1]),
      Math.abs(now.data[i + 2] - before.data[i + 2]),
    );
  }
  return difference;
}

/** Rows and columns from the first up to but not including the last. */
interface Area {
  readonly rows: readonly [first: number, last: number];
  readonly columns: readonly [first: number, last: number];
}

/** The bounds of a rotated square. It is square in pixels, not in fractions of the picture. */
function areaOf(roi: Roi, { width, height }: Size): Area {
  const reach = (Math.abs(Math.cos(roi.rotation)) + Math.abs(Math.sin(roi.rotation))) / 2;
  const ends = (centre: number, side: number, pixels: number): readonly [number, number] => [
    Math.max(roundHalfEven((centre - reach * side) * pixels), 0),
    Math.max(roundHalfEven((centre + reach * side) * pixels), 0),
  ];
  return { rows: ends(roi.y, roi.height, height), columns: ends(roi.x, roi.width, width) };
}

function isIn({ rows, columns }: Area, row: number, column: number): boolean {
  return row >= rows[0] && row < rows[1] && column >= columns[0] && column < columns[1];
}

/**
 * The change of a pixel that counts, of 255; less in a dark picture without noise.
 *
 * @param difference of the scene's pixels to another one.
 */
export function leastChange(scene: Thumbnail, difference: Uint8Array): number {
  let least = DARK * meanOf(scene);
  if (least < MOST_CHANGE) least = Math.max(least, NOISE * medianOf(difference), LEAST_CHANGE);
  return Math.min(least, MOST_CHANGE);
}

/** The mean of a thumbnail's colours, 0 to 255. */
function meanOf({ data, width, height }: Thumbnail): number {
  let sum = 0;
  for (let i = 0; i < data.length; i += 4) sum += data[i] + data[i + 1] + data[i + 2];
  return sum / (3 * width * height);
}

function medianOf(values: Uint8Array): number {
  const sorted = values.slice().sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
