/** Hands -> what the panel shows of them. */

import { type Hand, jointAngles, namedAngles } from '@knuckle/web';
import type { FingerAngles, HandCard } from '../state/state';

export function cardOf(hand: Hand): HandCard {
  const { handedness, handednessScore, presence, confidence, status } = hand;
  return {
    id: hand.trackId,
    handedness,
    handednessScore,
    presence,
    confidence: confidence.reduce((sum, one) => sum + one, 0) / Math.max(confidence.length, 1),
    status,
    fingers: anglesOf(hand),
  };
}

const FINGERS = ['thumb', 'index', 'middle', 'ring', 'pinky'];
const FLEXION = '_flexion';

function anglesOf(hand: Hand): FingerAngles[] {
  const angles = jointAngles(hand);
  if (angles === null) return [];
  const named = Object.entries(namedAngles(angles)).filter(([name]) => name.endsWith(FLEXION));
  return FINGERS.map((finger) => {
    const own = named.filter(([name]) => name.startsWith(`${finger}_`));
    const joints = own.map(([name, radians]) => ({
      name: name.slice(finger.length + 1, -FLEXION.length).toUpperCase(),
      degrees: (radians * 180) / Math.PI,
    }));
    return { name: finger, joints, flexion: joints.reduce((sum, { degrees }) => sum + degrees, 0) };
  });
}

/** Frames per second over the last moments, seconds. */
export function rateOf(moments: readonly number[]): number {
  const span = (moments.at(-1) ?? 0) - (moments[0] ?? 0);
  return span > 0 ? (moments.length - 1) / span : 0;
}
