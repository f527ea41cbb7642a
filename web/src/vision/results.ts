/** Hands -> the results of MediaPipe's Tasks API. */

import type { Hand, Point3 } from '../values';

/** A landmark: x and y as fractions of the picture's width and height, z in picture widths. */
export interface NormalizedLandmark {
  x: number;
  y: number;
  z: number;
  /** Always 0 for hands, as in MediaPipe. */
  visibility: number;
}

/** A landmark in metres; the origin is near the middle of the hand. */
export interface Landmark {
  x: number;
  y: number;
  z: number;
  /** Always 0 for hands, as in MediaPipe. */
  visibility: number;
}

/** A label with its score. */
export interface Category {
  /** 0.5 to 1. */
  score: number;
  /** 0: a right hand, 1: a left one. */
  index: number;
  /** "Right" or "Left": the person's own hand in a picture that is not mirrored. */
  categoryName: string;
  displayName: string;
}

/** The hands of one picture: lists with an entry for each hand, empty without hands. */
export interface HandLandmarkerResult {
  landmarks: NormalizedLandmark[][];
  worldLandmarks: Landmark[][];
  handedness: Category[][];
  /** The same as `handedness`, as in MediaPipe. */
  handednesses: Category[][];
}

/** The hands as a result. */
export function resultOf(hands: readonly Hand[]): HandLandmarkerResult {
  const handedness = hands.map((hand) => [categoryOf(hand)]);
  return {
    landmarks: hands.map((hand) => hand.landmarks.map(landmarkOf)),
    worldLandmarks: hands.map((hand) => hand.worldLandmarks.map(landmarkOf)),
    handedness,
    handednesses: handedness,
  };
}

function landmarkOf({ x, y, z }: Point3): NormalizedLandmark {
  return { x, y, z, visibility: 0 };
}

function categoryOf({ handedness, handednessScore }: Hand): Category {
  const isRight = handedness === 'right';
  const label = isRight ? 'Right' : 'Left';
  return {
    score: handednessScore,
    index: isRight ? 0 : 1,
    categoryName: label,
    displayName: label,
  };
}
