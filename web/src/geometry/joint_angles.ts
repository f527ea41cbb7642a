/** How far each joint of the fingers is bent and spread. */

import { PINKY_MCP } from '../spec';
import type { Side } from './palm_frame';
import { cross, directionOf, dot, lengthOf, minus, type Vector } from './vectors';

export const FINGERS = ['thumb', 'index', 'middle', 'ring', 'pinky'] as const;
const FINGER_JOINTS = ['mcp', 'pip', 'dip'] as const;
/** The names of each finger's joints, from the palm outwards. */
export const FINGER_JOINT_NAMES = [
  ['cmc', 'mcp', 'ip'],
  FINGER_JOINTS,
  FINGER_JOINTS,
  FINGER_JOINTS,
  FINGER_JOINTS,
] as const;

/** The landmarks of each finger from the palm to the tip. */
export const CHAINS: readonly (readonly number[])[] = FINGERS.map((_, finger) =>
  [1, 2, 3, 4].map((joint) => 4 * finger + joint),
);

const THUMB = 0;
const THUMB_MCP = 2;

/** Abduction moves a finger away from the middle one; the middle finger itself, towards the thumb. */
const SPREADS_TO_THUMB: readonly number[] = [1, 1, 1, -1, -1];

/**
 * Angles of the fingers' joints, radians; the same for a hand and for its mirror image.
 *
 * Convention: all angles are zero for a straight finger that points along the middle metacarpal.
 * Flexion is positive towards the palm; in the palm's frame it is a rotation about y. Abduction is
 * positive when it spreads the finger away from the middle one; for the middle finger itself,
 * towards the thumb. The thumb's first angles are those of its metacarpal: abduction in the plane of
 * the palm, flexion out of it.
 */
export interface JointAngles {
  /** Thumb to pinky, three each: MCP, PIP, DIP, for the thumb CMC, MCP, IP. */
  readonly flexion: readonly (readonly number[])[];
  /** Of the first joint of each finger, thumb to pinky. */
  readonly abduction: readonly number[];
}

/** The angles by name, `index_mcp_flexion` and so on; radians. */
export function namedAngles({ flexion, abduction }: JointAngles): Record<string, number> {
  const angles: Record<string, number> = {};
  FINGERS.forEach((finger, i) => {
    const joints = FINGER_JOINT_NAMES[i];
    angles[`${finger}_${joints[0]}_abduction`] = abduction[i];
    joints.forEach((joint, j) => {
      angles[`${finger}_${joint}_flexion`] = flexion[i][j];
    });
  });
  return angles;
}

/**
 * The joint angles of a hand.
 *
 * @param landmarks 21, in the palm's frame, any unit. A bone without length counts as straight.
 * @param side which hand it looks like.
 */
export function anglesOfLandmarks(landmarks: readonly Vector[], side: Side): JointAngles {
  const fingers = CHAINS.map((chain, i) => fingerAngles(chain, i, landmarks));
  const toThumb = side === 'right' ? 1 : -1;
  return {
    flexion: fingers.map(({ bend, outer }) => [bend, ...outer]),
    abduction: fingers.map(({ spread }, i) => toThumb * SPREADS_TO_THUMB[i] * spread),
  };
}

interface FingerAngles {
  readonly bend: number;
  readonly spread: number;
  /** Flexion at the two outer joints. */
  readonly outer: readonly number[];
}

function fingerAngles(
  chain: readonly number[],
  finger: number,
  landmarks: readonly Vector[],
): FingerAngles {
  const bones = bonesOf(chain, landmarks);
  const [forward, left, up] = bones[0];
  // Fingers bend past a right angle, and the thumb spreads past one. The angle that goes that far
  // uses atan2, so that the other one stays meaningful.
  if (finger === THUMB) {
    const bend = Math.asin(clipped(-up));
    const hinge = thumbHinge(landmarks, bones[0]);
    return { bend, spread: Math.atan2(left, forward), outer: hingeAngles(bones, hinge) };
  }
  const bend = Math.atan2(-up, forward);
  const spread = Math.asin(clipped(left));
  return { bend, spread, outer: hingeAngles(bones, hingeOf(bend, spread)) };
}

function clipped(value: number): number {
  return Math.min(Math.max(value, -1), 1);
}

/**
 * Directions of a finger's three bones, from the palm outwards.
 *
 * A bone without length continues the one before it; the first one points straight ahead.
 */
function bonesOf(chain: readonly number[], landmarks: readonly Vector[]): Vector[] {
  const bones: Vector[] = [];
  let before: Vector = [1, 0, 0];
  for (let i = 1; i < chain.length; i++) {
    const bone = directionOf(minus(landmarks[chain[i]], landmarks[chain[i - 1]]));
    before = lengthOf(bone) > 0 ? bone : before;
    bones.push(before);
  }
  return bones;
}

/** The axis of a finger's two outer joints: the palm's y, turned with the finger. */
function hingeOf(bend: number, spread: number): Vector {
  const [sin, cos] = [Math.sin(spread), Math.cos(spread)];
  return [-sin * Math.cos(bend), cos, sin * Math.sin(bend)];
}

/** The axis of the thumb, which bends towards the base of the little finger. */
function thumbHinge(landmarks: readonly Vector[], bone: Vector): Vector {
  return directionOf(cross(bone, minus(landmarks[PINKY_MCP], landmarks[THUMB_MCP])));
}

/** Flexion at the two outer joints, radians: of the outer bone about the hinge. */
function hingeAngles(bones: readonly Vector[], hinge: Vector): number[] {
  return [0, 1].map((i) => {
    const inward = directionOf(cross(hinge, bones[i]));
    const angle = Math.atan2(dot(bones[i + 1], inward), dot(bones[i + 1], bones[i]));
    // A finger that is folded all the way must not jump from 180 to -180 degrees; none bends back
    // by 90 degrees, so the jump is there.
    return angle < -Math.PI / 2 ? angle + 2 * Math.PI : angle;
  });
}
