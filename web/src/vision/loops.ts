/**
 * MediaPipe's loop over the stages, which differs from that in `streams/`; see
 * `src/knuckle/compat/mediapipe/loops.py`.
 *
 * The stages are the same functions. Their order, the thresholds and the association differ.
 */

import { roiIou } from '../geometry/boxes';
import { roiFromLandmarks } from '../geometry/rois';
import type { Reading } from '../networks/requests';
import { type Detector, findPalms, readHand } from '../pictures/detector';
import { candidatesFromPalms } from '../stages/candidates';
import { isDuplicate } from '../stages/duplicates';
import type { Picture } from '../stages/picture';
import {
  afterFrame,
  isDue,
  NEVER_SEARCHED,
  type SearchPolicy,
  type SearchState,
} from '../streams/search';
import { beforeSearch, sceneFor } from '../streams/step';
import type { Candidate, Hand, Roi } from '../values';

/** The detector, and how hands are followed. */
export interface TasksFollower {
  readonly detector: Detector;
  readonly search: SearchPolicy;
  /** A palm whose ROI overlaps that of a tracked hand by more belongs to that hand. */
  readonly maxOverlap: number;
}

/** The state carried from one picture of a stream to the next. */
export interface Followed {
  /** Where the hands of the last picture are expected. */
  readonly rois: readonly Roi[];
  readonly search: SearchState;
}

export const NOTHING_FOLLOWED: Followed = { rois: [], search: NEVER_SEARCHED };

/**
 * The hands in a single picture, that of the strongest palm first.
 *
 * Source: mediapipe/tasks/cc/vision/hand_landmarker/hand_landmarker_graph.cc
 * @param degrees how far to turn the picture clockwise to make it upright, a multiple of 90.
 */
export function* tasksDetect(
  detector: Detector,
  picture: Picture,
  degrees: number,
): Reading<Hand[]> {
  const places = yield* strongestPalms(detector, picture, degrees);
  return yield* readDistinct(detector, picture, places);
}

/**
 * The hands in the next picture of a stream: tracked ones first, then new ones.
 *
 * @param time seconds.
 * @param degrees as in `tasksDetect`.
 */
export function* tasksStep(
  { detector, search: policy, maxOverlap }: TasksFollower,
  before: Followed,
  picture: Picture,
  time: number,
  degrees: number,
): Reading<{ state: Followed; hands: Hand[] }> {
  const scene = sceneFor(policy, picture);
  const search = beforeSearch(policy, before.search, scene, before.rois, time);
  const isEmpty = before.rois.length === 0;
  const isSearched = before.rois.length < detector.maxHands && isDue(policy, search, time, isEmpty);
  const places: Candidate[] = before.rois.map((roi) => ({ roi, palmScore: null, palmBox: null }));
  const palms = isSearched ? yield* strongestPalms(detector, picture, degrees) : [];
  for (const palm of palms) {
    if (places.every(({ roi }) => roiIou(palm.roi, roi) <= maxOverlap)) places.push(palm);
  }
  const hands = yield* readDistinct(detector, picture, places.slice(0, detector.maxHands));
  const isLost = hands.filter((hand) => hand.palmScore === null).length < before.rois.length;
  const frame = { time, scene, isSearched, isLost, isSecond: false };
  const rois = hands.map((hand) => roiFromLandmarks(hand.landmarks, picture));
  return { state: { rois, search: afterFrame(search, frame) }, hands };
}

function* strongestPalms(
  detector: Detector,
  picture: Picture,
  degrees: number,
): Reading<Candidate[]> {
  const rotation = (-(((degrees % 360) + 360) % 360) * Math.PI) / 180;
  const palms = yield* findPalms(detector, picture, 1, rotation);
  return candidatesFromPalms(palms.slice(0, detector.maxHands), picture);
}

/** The hands at the candidates, without duplicates of earlier ones. */
function* readDistinct(
  detector: Detector,
  picture: Picture,
  candidates: readonly Candidate[],
): Reading<Hand[]> {
  const hands: Hand[] = [];
  for (const candidate of candidates) {
    const hand = yield* readHand(detector, picture, candidate);
    if (hand !== null && !hands.some((other) => isDuplicate(hand.points, other.points))) {
      hands.push(hand);
    }
  }
  return hands;
}
