/**
 * How likely each landmark is right: a small calibrated model on features of its reading.
 *
 * A joint's confidence is the estimated probability that its landmark lies within 0.1 palm lengths
 * of the true joint. The model is a logistic regression: a level for each joint, and a few features
 * that are signs of trouble. Each feature can only lower the confidence.
 */

import { distance, distance3 } from '../geometry/palm_lengths';
import { turned } from '../geometry/rois';
import { JOINTS, MIDDLE_MCP, WRIST } from '../spec';
import type { Point, Point3, Roi, Size } from '../values';
import { ALONE, BONE_SHARES, type Signs } from './confidence_weights';

const MOST_CERTAIN = 1e5; // odds of presence; above them the float of the network is nearly 1
const BORDER = 0.1; // hand lengths; a joint nearer to the border of the picture is less certain
const CROP_MARGIN = 0.35; // of the ROI's side, from its middle; few landmarks lie farther out
const NEAR = 0.3; // palm lengths; one joint can hide another that is nearer than this
const DEEPEST = 0.5; // palm lengths; a joint that is farther in front hides no more than this one
const MOST_SHORTENED = 10;
const BONE_FLOOR = 0.05; // smaller values say nothing more
const SURPRISING = 0.1; // palm lengths; a smaller residual says nothing
const TINY = 1e-6; // keeps a reading finite whose points are all in one place

/** Where a reading comes from. */
export interface ReadingPlace {
  readonly roi: Roi;
  /** Of the picture, pixels. */
  readonly size: Size;
  /** 0 to 1. */
  readonly presence: number;
}

/** The probability that each landmark is within 0.1 palm lengths of its joint; 21 numbers. */
export function jointConfidence(
  landmarks: readonly Point3[],
  worldLandmarks: readonly Point3[],
  place: ReadingPlace,
): number[] {
  return confidenceFromSigns(signsOf(landmarks, worldLandmarks, place));
}

/** The model itself: the confidence of each joint; 21 numbers, 0 to 1. */
export function confidenceFromSigns(signs: Signs): number[] {
  const weights = ALONE.signs;
  const ofHand =
    weights.absence * signs.absence +
    weights.shortened * signs.shortened +
    weights.bones * signs.bones;
  return ALONE.level.map((level, i) => {
    const ofJoint =
      weights.bone * signs.bone[i] +
      weights.beyond * signs.beyond[i] +
      weights.cropEdge * signs.cropEdge[i] +
      weights.hidden * signs.hidden[i];
    return 1 / (1 + Math.exp(-(level + ofHand + ofJoint)));
  });
}

/**
 * The confidence of a reading, corrected by where the last frames expect it; 21 numbers.
 *
 * @param residual 21 numbers, palm lengths between each landmark and where the last frames expect
 *   it; NaN where they expect nothing.
 */
export function withResidual(confidence: readonly number[], residual: readonly number[]): number[] {
  return confidence.map((probability, i) => {
    const sure = Math.min(Math.max(probability, TINY), 1 - TINY);
    const surplus = residual[i] > SURPRISING ? residual[i] / SURPRISING : 1;
    // The odds against it, times e to the power of -weight * log(surplus).
    return 1 / (1 + (1 / sure - 1) * surplus ** -ALONE.residual);
  });
}

/**
 * The features of a reading.
 *
 * Lengths are measured in the length that the palm would have in the picture if it lay flat, which
 * the world landmarks tell. So neither the picture's size nor mirroring changes a feature.
 */
export function signsOf(
  landmarks: readonly Point3[],
  worldLandmarks: readonly Point3[],
  { roi, size, presence }: ReadingPlace,
): Signs {
  const { width, height } = size;
  const points = landmarks.map(({ x, y, z }) => ({ x: x * width, y: y * height, z: z * width }));
  const { flat, seen } = palmLengths(points, worldLandmarks);
  const odds = presence / Math.max(1 - presence, TINY);
  return {
    absence: -Math.log(clamp(odds, 1, MOST_CERTAIN)),
    shortened: Math.log(clamp(flat / seen, 1, MOST_SHORTENED)),
    ...boneSigns(points),
    beyond: points.map((point) => beyondBorder(point, size, flat)),
    cropEdge: points.map((point) => beyondCrop(point, roi, size)),
    hidden: hiddenBy(points, flat),
  };
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

/** From wrist to middle MCP, pixels: if it lay flat, by the world landmarks, and as seen. */
function palmLengths(
  points: readonly Point[],
  worldLandmarks: readonly Point3[],
): { flat: number; seen: number } {
  const scale = Math.sqrt(squares(points) / Math.max(squares(worldLandmarks), TINY ** 2));
  const flat = scale * distance3(worldLandmarks[MIDDLE_MCP], worldLandmarks[WRIST]);
  const seen = distance(points[MIDDLE_MCP], points[WRIST]);
  return { flat: Math.max(flat, TINY), seen: Math.max(seen, TINY) };
}

/** The sum of the squares of what the x and y of points are off their mean. */
function squares(points: readonly Point[]): number {
  let x = 0;
  let y = 0;
  for (const point of points) {
    x += point.x / points.length;
    y += point.y / points.length;
  }
  return points.reduce((sum, point) => sum + (point.x - x) ** 2 + (point.y - y) ** 2, 0);
}

/** How far a point lies beyond the picture's border, from BORDER inside; 0 to 1. */
function beyondBorder(point: Point, { width, height }: Size, flat: number): number {
  const outside = Math.max(
    Math.abs(point.x - width / 2) - width / 2,
    Math.abs(point.y - height / 2) - height / 2,
  );
  return clamp(BORDER + outside / flat, 0, 1);
}

/** How far a point lies beyond the usual part of the ROI, in its sides. */
function beyondCrop(point: Point, roi: Roi, { width, height }: Size): number {
  const away = { x: point.x - roi.x * width, y: point.y - roi.y * height };
  const { x, y } = turned(away, -roi.rotation);
  const shares = Math.max(Math.abs(x), Math.abs(y)) / Math.max(roi.width * width, TINY);
  return clamp(shares - CROP_MARGIN, 0, 0.5);
}

/** How much the joint that hides each most does so; 21 numbers. */
function hiddenBy(points: readonly Point3[], flat: number): number[] {
  return points.map((point, i) => {
    let most = 0;
    for (let j = 1; i > 0 && j < JOINTS; j++) {
      if (areNeighbours(i, j)) continue;
      const nearness = 1 - distance(point, points[j]) / flat / NEAR;
      const depth = clamp((point.z - points[j].z) / flat, 0, DEEPEST);
      most = Math.max(most, nearness * depth);
    }
    return most;
  });
}

/** Whether two joints are the same, or next to each other along a finger. */
function areNeighbours(i: number, j: number): boolean {
  return Math.abs(i - j) <= 1 && Math.floor((i + 3) / 4) === Math.floor((j + 3) / 4);
}

/** How unusual each bone's length is for the hand, by its far end, and all together. */
function boneSigns(points: readonly Point3[]): Pick<Signs, 'bone' | 'bones'> {
  const lengths = BONE_SHARES.map((_, i) => distance3(points[i + 1], points[i % 4 ? i : WRIST]));
  const square = lengths.reduce((sum, length) => sum + length ** 2, 0) / lengths.length;
  const mean = Math.sqrt(Math.max(square, TINY ** 2));
  const odd = lengths.map((length, i) =>
    Math.abs(Math.log(Math.max(length / mean, TINY) / BONE_SHARES[i])),
  );
  const oddness = Math.sqrt(odd.reduce((sum, value) => sum + value ** 2, 0) / odd.length);
  return { bone: [0, ...odd], bones: Math.log(oddness + BONE_FLOOR) };
}
