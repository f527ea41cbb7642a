/** The pose of a hand and the angles of its joints. */

import type { Hand } from '../values';
import { anglesOfLandmarks, type JointAngles } from './joint_angles';
import type { Side } from './palm_frame';
import { vectorOf } from './vectors';
import { poseOfPoints, type WristPose } from './wrist_pose';

/** How the palm is turned and where each joint lies in it; null if the palm has no plane. */
export function wristPose(hand: Hand): WristPose | null {
  return poseOfPoints(
    // z is in picture widths
    hand.points.map(({ x, y }, i) => [x, y, hand.imageSize.width * hand.landmarks[i].z]),
    hand.worldLandmarks.map(vectorOf),
    sideOf(hand),
  );
}

/** How far each finger is bent and spread, radians; null if the palm has no plane. */
export function jointAngles(hand: Hand): JointAngles | null {
  const pose = wristPose(hand);
  return pose === null ? null : anglesOfLandmarks(pose.landmarks, sideOf(hand));
}

/** The hand it looks like. In a mirrored picture this is the opposite of `handedness`. */
export function sideOf({ handedness, mirrored }: Hand): Side {
  if (!mirrored) return handedness;
  return handedness === 'left' ? 'right' : 'left';
}
