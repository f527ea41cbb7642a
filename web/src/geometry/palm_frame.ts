/** The palm's frame, from the landmarks alone. */

import { INDEX_MCP, MIDDLE_MCP, PINKY_MCP, WRIST } from '../spec';
import type { Handedness } from '../values';
import {
  cross,
  dot,
  lengthOf,
  type Matrix,
  minus,
  scaled,
  transposed,
  type Vector,
} from './vectors';

/** Which hand it looks like. In a mirrored picture that is the opposite of the person's own. */
export type Side = Handedness;

/** Below this sine of their angle, two directions count as the same. */
export const FLAT = 1e-6;

/**
 * The palm's axes as the columns of a rotation; null if the palm is a line or a point.
 *
 * Convention: ROS's REP 103 for a hand that lies on its palm. x points from the wrist to the middle
 * MCP, z out of the back of the hand, and y to the left: to the thumb on a right hand, to the little
 * finger on a left one.
 * @param landmarks 21, in any frame and unit.
 */
export function palmAxes(landmarks: readonly Vector[], side: Side): Matrix | null {
  const fromWrist = (joint: number): Vector | null =>
    unit(minus(landmarks[joint], landmarks[WRIST]));
  const x = fromWrist(MIDDLE_MCP);
  const index = fromWrist(INDEX_MCP);
  const pinky = fromWrist(PINKY_MCP);
  if (x === null || index === null || pinky === null) return null;
  const normal = side === 'right' ? cross(pinky, index) : cross(index, pinky);
  const up = minus(normal, scaled(x, dot(normal, x)));
  const length = lengthOf(up);
  if (!(length > FLAT)) return null;
  const z = scaled(up, 1 / length);
  return transposed([x, cross(z, x), z]);
}

/** The vector scaled to length 1; null if it has no length or is not finite. */
function unit(vector: Vector): Vector | null {
  const length = lengthOf(vector);
  return length > 0 && length < Infinity ? scaled(vector, 1 / length) : null;
}
