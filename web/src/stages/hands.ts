/** A prediction -> a Hand, with everything that follows from its landmarks and scores. */

import type { Candidate, Hand, Handedness, Size } from '../values';
import { jointConfidence } from './confidence';
import type { Prediction } from './landmarks';

/** The hand that a prediction describes at a candidate's place. */
export function handOf(
  prediction: Prediction,
  candidate: Candidate,
  size: Size,
  mirrored: boolean,
): Hand {
  const { landmarks, worldLandmarks, presence, right } = prediction;
  const { handedness, score } = handednessOf(right, mirrored);
  const { roi, palmScore, palmBox } = candidate;
  return {
    landmarks,
    points: landmarks.map(({ x, y }) => ({ x: x * size.width, y: y * size.height })),
    worldLandmarks,
    handedness,
    handednessScore: score,
    presence,
    palmScore,
    palmBox,
    roi,
    imageSize: { width: size.width, height: size.height },
    confidence: jointConfidence(landmarks, worldLandmarks, { roi, size, presence }),
    status: palmScore === null ? 'tracked' : 'detected',
    trackId: null,
    age: 0,
    raw: null,
    mirrored,
  };
}

/**
 * Which hand of the person it is, and the score of that answer.
 *
 * @param probability the network's probability of a right hand, which assumes an unmirrored picture.
 * @param mirrored whether the picture is a mirror image.
 */
export function handednessOf(
  probability: number,
  mirrored: boolean,
): { handedness: Handedness; score: number } {
  const isRight = probability > 0.5 !== mirrored;
  return { handedness: isRight ? 'right' : 'left', score: Math.max(probability, 1 - probability) };
}
