/** The pose of a wrist: the palm's frame, and the hand in it. */

import { WRIST } from '../spec';
import { palmAxes, type Side } from './palm_frame';
import { type Camera, placedHand } from './placement';
import { boundsOf } from './rois';
import { type Matrix, minus, pointOf, times, transposed, type Vector } from './vectors';

/**
 * The assumed distance of an unknown camera, in diagonals of the hand's box: an arm's length. Any
 * value from 2 to 5 gives joint angles that are equally accurate.
 */
const ONLOOKER = 3;

/**
 * The palm's frame: origin in the wrist, x to the middle MCP, y to the left, z out of the back.
 *
 * "Left" is the left of a hand that lies on its palm, fingers forward: y points to the thumb on a
 * right hand and to the little finger on a left one. The frame is right-handed for both.
 */
export interface WristPose {
  /** The palm's axes as columns, in the frame of a camera that looks straight at the hand. */
  readonly rotation: Matrix;
  /** 21, metres, in the palm's frame, with the wrist at 0. */
  readonly landmarks: readonly Vector[];
}

/**
 * The pose of a hand; null if its palm is a line, or a coordinate is not finite.
 *
 * If the hand cannot be placed on its rays, rotation and geometry come from the world landmarks alone.
 * @param points 21, pixels; z also in pixels, away from the camera, relative to any joint.
 * @param world 21, metres, axes as the picture's.
 * @param side which hand it looks like.
 */
export function poseOfPoints(
  points: readonly Vector[],
  world: readonly Vector[],
  side: Side,
): WristPose | null {
  if (![...points, ...world].every((vector) => vector.every(Number.isFinite))) return null;
  const eye = onlooker(points);
  const placed = eye === null ? null : placedHand(points, world, eye, side);
  const landmarks = placed ?? world;
  const axes = palmAxes(landmarks, side);
  if (axes === null) return null;
  const toPalm = transposed(axes);
  return {
    rotation: axes,
    landmarks: landmarks.map((joint) => times(toPalm, minus(joint, landmarks[WRIST]))),
  };
}

/** A camera that looks straight at a hand; null if all its points are the same. */
function onlooker(points: readonly Vector[]): Camera | null {
  const { x0, y0, x1, y1 } = boundsOf(points.map(pointOf));
  const focal = ONLOOKER * Math.hypot(x1 - x0, y1 - y0);
  return focal > 0 ? { focal, cx: (x0 + x1) / 2, cy: (y0 + y1) / 2 } : null;
}
