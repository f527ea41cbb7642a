/**
 * The stages joined: find palms, read hands.
 *
 *     Picture -> palm Detections -> Candidate -> crop -> Prediction -> Hand
 *
 * Nothing here keeps state between pictures. `streams/` carries hands from frame to frame.
 */

import { letterboxRoi, scaledRoi } from '../geometry/rois';
import { ask, type Reading } from '../networks/requests';
import { HAND_INPUT_SIZE, PALM_INPUT_SIZE } from '../spec';
import { candidatesFromPalms, laterOfOverlapping } from '../stages/candidates';
import { isSameHand } from '../stages/duplicates';
import { handOf } from '../stages/hands';
import { predictionFromOutputs } from '../stages/landmarks';
import { weightedNms } from '../stages/nms';
import { decodePalms, imageFromLetterbox } from '../stages/palms';
import type { Picture } from '../stages/picture';
import type { Candidate, Detection, Hand } from '../values';

/** What the second look shows the network, in picture sizes. Decision 8 compares it with 1.5 and 3. */
export const SECOND_VIEW = 2;

/** The options for the hands that the two stages should find. */
export interface Detector {
  readonly maxHands: number;
  /** 0 to 1: ignore palms with a lower score. */
  readonly minPalmScore: number;
  /** 0 to 1: drop a hand unless its presence is higher. */
  readonly minPresence: number;
  /** The pictures are mirror images: swap the handedness. */
  readonly mirrored: boolean;
  /** Search a picture without hands again, from farther away. */
  readonly secondLook: boolean;
}

/**
 * Palms in a picture, strongest first, normalised image frame.
 *
 * @param view how much the network sees. 1 is the whole picture; 2 is twice its width and height,
 *   with black around the picture.
 * @param rotation radians; the network sees what an ROI with this rotation covers.
 */
export function* findPalms(
  detector: Detector,
  picture: Picture,
  view = 1,
  rotation = 0,
): Reading<Detection[]> {
  const letterbox = { ...scaledRoi(letterboxRoi(picture), view), rotation };
  const { boxes, scores } = yield* ask('palm', picture.crop(letterbox, PALM_INPUT_SIZE, 'zero'));
  const palms = decodePalms(boxes, scores, detector.minPalmScore);
  return imageFromLetterbox(weightedNms(palms), letterbox);
}

/** The hand at a candidate; null where there is none. */
export function* readHand(
  detector: Detector,
  picture: Picture,
  candidate: Candidate,
): Reading<Hand | null> {
  const pixels = picture.crop(candidate.roi, HAND_INPUT_SIZE, 'replicate');
  const prediction = predictionFromOutputs(yield* ask('hand', pixels), candidate.roi);
  if (!(prediction.presence > detector.minPresence)) return null;
  return handOf(prediction, candidate, picture, detector.mirrored);
}

/** The known hands, then the hands of the candidates, up to `maxHands` in all. */
export function* readHands(
  detector: Detector,
  picture: Picture,
  candidates: readonly Candidate[],
  known: readonly Hand[] = [],
): Reading<Hand[]> {
  const hands = [...known];
  for (const candidate of candidates) {
    if (hands.length >= detector.maxHands) break;
    const hand = yield* readHand(detector, picture, candidate);
    if (hand !== null && !hands.some((h) => isSameHand(hand.points, h.points))) hands.push(hand);
  }
  return hands;
}

/**
 * Hands in one picture, highest presence first.
 *
 * If it finds no hand, it searches again at a smaller scale, because a palm that fills the picture
 * is larger than any that the network knows.
 */
export function* detect(detector: Detector, picture: Picture): Reading<Hand[]> {
  let hands = yield* look(detector, picture, 1);
  if (hands.length === 0 && detector.secondLook) {
    hands = yield* look(detector, picture, SECOND_VIEW);
  }
  return hands.sort((a, b) => b.presence - a.presence);
}

function* look(detector: Detector, picture: Picture, view: number): Reading<Hand[]> {
  const palms = yield* findPalms(detector, picture, view);
  const candidates = laterOfOverlapping(candidatesFromPalms(palms, picture));
  return yield* readHands(detector, picture, candidates);
}
