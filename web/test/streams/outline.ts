/** What a stream adds to a reading, as the golden vectors of `streams` hold it. */

import { LANDMARKS } from '../../src/spec';
import type { Hand } from '../../src/values';

export interface Outline {
  trackId: number | null;
  status: string;
  age: number;
  handedness: string;
  handednessScore: number;
  /** x and y of the 21 points, one after the other. */
  points: number[];
  worldTip: number[];
  confidence: readonly number[];
}

export function outline(hand: Hand): Outline {
  const { trackId, status, age, handedness, handednessScore, confidence } = hand;
  const tip = hand.worldLandmarks[LANDMARKS.indexOf('INDEX_TIP')];
  return {
    trackId,
    status,
    age,
    handedness,
    handednessScore,
    points: hand.points.flatMap(({ x, y }) => [x, y]),
    worldTip: [tip.x, tip.y, tip.z],
    confidence,
  };
}
