/** Whether two readings are one hand seen twice. */

import { boxIou } from '../geometry/boxes';
import { distance, meanDistance, palmSize } from '../geometry/palm_lengths';
import { boundsOf } from '../geometry/rois';
import {
  CONNECTIONS,
  DUPLICATE_DISTANCE,
  DUPLICATE_LANDMARKS,
  DUPLICATE_OVERLAP,
  PALM_KEYPOINTS,
} from '../spec';
import type { Point } from '../values';

const SAME_PALM = 0.5; // in palm sizes: mean distance between a palm's key points and the landmarks

// The numbers of our own rule. Decision 12 has the evidence.
const SAME_DISTANCE = 0.4; // in larger palms: mean distance between landmarks of one hand read twice
const SMALLER_PALM = 0.75; // in larger palms: a smaller reading shows only part of the hand
const BONE_DISTANCE = 0.25; // in larger palms: a little more than half a finger's width
const LANDMARKS_ON_BONES = 19; // of 21

const BONES = Object.values(CONNECTIONS).flat();

/**
 * Whether a hand is at the same place as another one, by the rule of MediaPipe's Tasks API.
 *
 * Source: mediapipe/tasks/cc/vision/hand_landmarker/calculators/
 *         hand_landmarks_deduplication_calculator.cc
 * @param points 21 points, image pixels.
 * @param others 21 points, image pixels.
 */
export function isDuplicate(points: readonly Point[], others: readonly Point[]): boolean {
  const near = DUPLICATE_DISTANCE * Math.max(palmSize(points), palmSize(others));
  const close = points.filter((point, i) => distance(point, others[i]) < near);
  return (
    close.length >= DUPLICATE_LANDMARKS &&
    boxIou(boundsOf(points), boundsOf(others)) > DUPLICATE_OVERLAP
  );
}

/**
 * Whether a detected palm belongs to a hand whose landmarks are known.
 *
 * @param palm the detector's 7 key points, image pixels.
 * @param points the hand's 21 points, image pixels.
 */
export function isOnHand(palm: readonly Point[], points: readonly Point[]): boolean {
  const ofHand = PALM_KEYPOINTS.map((joint) => points[joint]);
  return meanDistance(palm, ofHand) < SAME_PALM * palmSize(points);
}

/**
 * Whether two readings are of one hand, by our own rule, which misses fewer than MediaPipe's.
 *
 * Two readings are one hand if their landmarks are close on average. They also are if the smaller
 * one lies on the bones of the larger one: then the network took a finger or a palm for a whole
 * hand. Two hands of similar size that cross or hold each other meet neither condition, because
 * their wrists are too far apart.
 * @param points 21 points, image pixels.
 * @param others 21 points, image pixels.
 */
export function isSameHand(points: readonly Point[], others: readonly Point[]): boolean {
  const palm = palmSize(points);
  const otherPalm = palmSize(others);
  if (meanDistance(points, others) < SAME_DISTANCE * Math.max(palm, otherPalm)) return true;
  const [larger, smaller] = palm >= otherPalm ? [points, others] : [others, points];
  if (Math.min(palm, otherPalm) >= SMALLER_PALM * Math.max(palm, otherPalm)) return false;
  const near = BONE_DISTANCE * Math.max(palm, otherPalm);
  const onBones = smaller.filter((point) => boneDistance(larger, point) < near);
  return onBones.length >= LANDMARKS_ON_BONES;
}

/** The distance of a point from the nearest bone of a hand. */
function boneDistance(points: readonly Point[], point: Point): number {
  const distances = BONES.map(([start, end]) => lineDistance(points[start], points[end], point));
  return Math.min(...distances);
}

/** The distance of a point from the line between two others. */
function lineDistance(start: Point, end: Point, point: Point): number {
  const bone = { x: end.x - start.x, y: end.y - start.y };
  const square = Math.max(bone.x ** 2 + bone.y ** 2, Number.MIN_VALUE);
  const dot = (point.x - start.x) * bone.x + (point.y - start.y) * bone.y;
  const share = Math.min(Math.max(dot / square, 0), 1);
  return distance(point, { x: start.x + share * bone.x, y: start.y + share * bone.y });
}
