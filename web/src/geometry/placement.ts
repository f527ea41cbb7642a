/**
 * The shape of a hand from picture and world landmarks.
 *
 * Neither is enough alone. World landmarks are a shape whose size wavers from picture to picture, and
 * a palm seen from the fingertips collapses in them. The picture has no metres. So we combine them:
 *
 * 1. Send each landmark out along its ray, to its depth within the hand. The network gives this depth
 *    twice, with the points in the picture and with the world landmarks. The mean is better than
 *    either.
 * 2. Lay the bones of an average hand into these points.
 */

import type { Point } from '../values';
import { BONES, PALM_JOINTS, PALMS } from './average_hand';
import { CHAINS } from './joint_angles';
import { kabsch } from './kabsch';
import { FLAT, type Side } from './palm_frame';
import {
  directionOf,
  type Matrix,
  meanOf,
  minus,
  plus,
  scaled,
  times,
  type Vector,
} from './vectors';

const ROUNDS = 3; // after two the landmarks move by less than a millimetre
const NEAREST = 0.01; // metres; no hand is closer to a camera

/** A pinhole camera with square pixels; pixels of the picture that shows the hand. */
export interface Camera {
  readonly focal: number;
  readonly cx: number;
  readonly cy: number;
}

/**
 * The 21 joints of the hand, metres, in axes like the camera's; null if it cannot be placed.
 *
 * @param points 21, pixels; z also in pixels, away from the camera, relative to any joint.
 * @param world 21, metres, axes as the picture's.
 * @param side which hand it looks like.
 */
export function placedHand(
  points: readonly Vector[],
  world: readonly Vector[],
  camera: Camera,
  side: Side,
): Vector[] | null {
  const meanDepth = meanOf(points)[2];
  const slopes = points.map(([, , z]) => (z - meanDepth) / camera.focal);
  const rays = points.map(([x, y]) => ({
    x: (x - camera.cx) / camera.focal,
    y: (y - camera.cy) / camera.focal,
  }));
  // The network saw the hand in the middle of a crop, as if the camera looked straight at it. Turn
  // it to the ray on which it really lies.
  const turn = turnTo(meanRay(rays));
  let hand: readonly Vector[] = centred(world).map((vector) => times(turn, vector));
  const worldDepths = hand.map(([, , z]) => z);
  for (let round = 0; round < ROUNDS; round++) {
    const place = translation(hand, rays);
    if (place === null) return null;
    const depths = worldDepths.map((depth, i) => place[2] + (depth + place[2] * slopes[i]) / 2);
    if (!depths.every((depth) => depth > NEAREST)) return null;
    const laid = layBones(
      rays.map(({ x, y }, i) => scaled([x, y, 1], depths[i])),
      side,
    );
    if (laid === null) return null;
    hand = laid;
  }
  const place = translation(hand, rays);
  if (place === null) return null;
  const landmarks = hand.map((vector) => plus(vector, place));
  return landmarks.every(([, , z]) => z > NEAREST) ? landmarks : null;
}

function meanRay(rays: readonly Point[]): Point {
  const [x, y] = meanOf(rays.map((ray): Vector => [ray.x, ray.y, 1]));
  return { x, y };
}

function centred(vectors: readonly Vector[]): Vector[] {
  const mean = meanOf(vectors);
  return vectors.map((vector) => minus(vector, mean));
}

/**
 * The shortest rotation from the camera's axis to a ray.
 *
 * @param ray where it meets the plane one metre ahead.
 */
function turnTo(ray: Point): Matrix {
  const [x, y, z] = directionOf([ray.x, ray.y, 1]);
  return [
    [1 - (x * x) / (1 + z), (-x * y) / (1 + z), x],
    [(-x * y) / (1 + z), 1 - (y * y) / (1 + z), y],
    [-x, -y, z],
  ];
}

/**
 * The translation that puts a hand on its rays, in the least-squares sense; null if all are the same.
 *
 * Each landmark wants tx - rx tz = rx z - x, and the same for y. These equations are linear, and the
 * best tx and ty are means, so there is a closed form.
 * @param hand metres.
 * @param rays where they meet the plane one metre ahead.
 */
function translation(hand: readonly Vector[], rays: readonly Point[]): Vector | null {
  const wanted = hand.map(([x, y, z], i) => ({ x: rays[i].x * z - x, y: rays[i].y * z - y }));
  const mean = meanRay(rays);
  const meanWanted = meanRay(wanted);
  let [spread, pull] = [0, 0];
  rays.forEach((ray, i) => {
    const [dx, dy] = [ray.x - mean.x, ray.y - mean.y];
    spread += dx * dx + dy * dy;
    pull += dx * wanted[i].x + dy * wanted[i].y;
  });
  if (!(spread > 2 * FLAT ** 2)) return null;
  const z = -pull / spread;
  return [meanWanted.x + mean.x * z, meanWanted.y + mean.y * z, z];
}

/**
 * The average hand's bones in the pose of 21 points, with the mean at the origin.
 *
 * The palm is rotated as a whole, in the least-squares sense; the fingers follow bone by bone. null
 * if the palm's points are a line.
 */
function layBones(points: readonly Vector[], side: Side): Vector[] | null {
  const palm = PALMS[side];
  const targets = PALM_JOINTS.map((joint) => points[joint]);
  const { rotation, strengths } = kabsch(centred(palm), centred(targets));
  if (!(strengths[1] > FLAT * strengths[0])) return null;
  const hand = [...points];
  PALM_JOINTS.forEach((joint, i) => {
    hand[joint] = times(rotation, palm[i]);
  });
  CHAINS.forEach((chain, finger) => {
    for (let i = 1; i < chain.length; i++) {
      const step = directionOf(minus(points[chain[i]], points[chain[i - 1]]));
      hand[chain[i]] = plus(hand[chain[i - 1]], scaled(step, BONES[finger][i - 1]));
    }
  });
  return centred(hand);
}
