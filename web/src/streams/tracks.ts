/** Tracks: what is known about each hand of a stream, and which reading belongs to which track. */

import { assign, type Pair } from '../geometry/assignment';
import { distance, handDistance, palmLength, palmSize } from '../geometry/palm_lengths';
import { roiBetween, roiFromLandmarks, roiOffset } from '../geometry/rois';
import { withResidual } from '../stages/confidence';
import type { Hand, Handedness, Point, Point3, Roi, Size } from '../values';
import { followShare, landmarkShares, type Smoothing, smoothing } from './smoothing';

/** Re-identification: a hand that returns within this time, near where it was, is the same hand. */
export const REFIND_SECONDS = 2;

// How far from its expected place a hand may be, palm sizes, mean over its landmarks.
const REACH = 1.5;
const REACH_PER_SECOND = 1; // added for each second since it was seen
const WRONG_HAND = 1; // palm sizes added to the distance of a reading of the other handedness
const FORESIGHT = 0.1; // seconds for which we extrapolate a hand's motion

const VELOCITY_SECONDS = 0.05; // time constant over which a hand's velocity is averaged

/** How the next ROI follows the hand; the same filter as for the hand, with the tolerance in sides. */
const ROI_SMOOTHING: Smoothing = smoothing({ tolerance: 0.03 });

// Handedness, in log-odds of a right hand.
const SUREST_READING = 3; // the most that one frame counts: 95%, whatever the network says
const SUREST_TRACK = 12;
const EVIDENCE_PER_SECOND = 10; // readings that count, because neighbouring frames are alike
const CHANGES_AT = 3; // the evidence for the other hand at which a track changes its label

/** A hand of a stream, as it was when it was last seen. Times are seconds. */
export interface Track {
  readonly id: number;
  /** When it was first seen. */
  readonly born: number;
  /** When it was last seen. */
  readonly seen: number;
  /** As it was returned. */
  readonly hand: Hand;
  /** Of the 21 landmarks, normalised image frame per second. */
  readonly velocity: readonly Point[];
  /** Of a right hand, from all readings. */
  readonly logOdds: number;
  /** Where to read it in the next frame. */
  readonly roi: Roi;
}

/** Where the landmarks of a track are expected, pixels of a picture of `size`. */
export function pointsAt(track: Track, time: number, size: Size): Point[] {
  const ahead = Math.min(time - track.seen, FORESIGHT);
  return track.hand.landmarks.map(({ x, y }, i) => ({
    x: (x + ahead * track.velocity[i].x) * size.width,
    y: (y + ahead * track.velocity[i].y) * size.height,
  }));
}

/** A new track, for a hand that is seen for the first time. */
export function begin(hand: Hand, trackId: number, time: number): Track {
  return {
    id: trackId,
    born: time,
    seen: time,
    hand: { ...hand, trackId, raw: hand },
    velocity: hand.landmarks.map(() => ({ x: 0, y: 0 })),
    logOdds: readingLogOdds(hand),
    roi: roiFromLandmarks(hand.landmarks, hand.imageSize),
  };
}

/** The track of a hand that has come back: it keeps its identity, and its motion starts anew. */
export function resume(track: Track, hand: Hand, time: number): Track {
  const logOdds = evidence(track, hand, time);
  const fresh = begin(hand, track.id, time);
  return {
    ...fresh,
    born: track.born,
    logOdds,
    hand: { ...fresh.hand, ...named(track, logOdds, time) },
  };
}

/** The track of a hand that was read again in the next frame. */
export function advance(track: Track, hand: Hand, time: number, options: Smoothing | null): Track {
  const seconds = time - track.seen;
  const logOdds = evidence(track, hand, time);
  const smoothed: Hand = {
    ...(options === null ? hand : smooth(track.hand, hand, seconds, options)),
    ...named(track, logOdds, time),
    confidence: confidenceOf(track, hand, time),
    raw: hand,
  };
  const roi = roiFromLandmarks(smoothed.landmarks, hand.imageSize);
  return {
    ...track,
    seen: time,
    hand: smoothed,
    velocity: velocityOf(track, smoothed, seconds),
    logOdds,
    roi: options === null ? roi : steadyRoi(track.roi, roi, seconds),
  };
}

/** The confidence of a reading, lowered where landmarks are not where they were expected. */
function confidenceOf(track: Track, hand: Hand, time: number): number[] {
  const expected = pointsAt(track, time, hand.imageSize);
  const palm = Math.max(palmLength(hand.points), 1);
  const residual = hand.points.map((point, i) => distance(point, expected[i]) / palm);
  return withResidual(hand.confidence, residual);
}

/** The velocity of each landmark, averaged over a short time. */
function velocityOf(track: Track, hand: Hand, seconds: number): Point[] {
  const share = -Math.expm1(-seconds / VELOCITY_SECONDS);
  return track.velocity.map((velocity, i) => {
    const [now, then] = [hand.landmarks[i], track.hand.landmarks[i]];
    return {
      x: velocity.x + share * ((now.x - then.x) / seconds - velocity.x),
      y: velocity.y + share * ((now.y - then.y) / seconds - velocity.y),
    };
  });
}

/**
 * A reading, smoothed with the hand as it was `seconds` ago.
 *
 * Landmarks, z and world landmarks all move by the same share, so they still agree.
 */
export function smooth(before: Hand, hand: Hand, seconds: number, options: Smoothing): Hand {
  const { width, height } = hand.imageSize;
  const last = pointsIn(before, hand.imageSize); // the resolution of a stream may change
  const unit = Math.max(palmSize(last), 1);
  const offsets = hand.points.map(({ x, y }, i) => ({
    x: (x - last[i].x) / unit,
    y: (y - last[i].y) / unit,
  }));
  const shares = landmarkShares(offsets, seconds, options);
  const landmarks = drawn(before.landmarks, hand.landmarks, shares);
  return {
    ...hand,
    landmarks,
    points: landmarks.map(({ x, y }) => ({ x: x * width, y: y * height })),
    worldLandmarks: drawn(before.worldLandmarks, hand.worldLandmarks, shares),
  };
}

/** Points on the way from where they were to where they are, a share for each. */
function drawn(
  before: readonly Point3[],
  now: readonly Point3[],
  shares: readonly number[],
): Point3[] {
  return before.map((point, i) => ({
    x: point.x + shares[i] * (now[i].x - point.x),
    y: point.y + shares[i] * (now[i].y - point.y),
    z: point.z + shares[i] * (now[i].z - point.z),
  }));
}

/** The points of a hand scaled to a picture of another size, pixels. */
function pointsIn(hand: Hand, { width, height }: Size): readonly Point[] {
  if (hand.imageSize.width === width && hand.imageSize.height === height) return hand.points;
  return hand.landmarks.map(({ x, y }) => ({ x: x * width, y: y * height }));
}

/**
 * The next ROI, smoothed with the last one, so that a hand at rest is read in the same place.
 *
 * The network's answer changes a little with every move of the crop, and the crop follows the
 * answer. Without smoothing, the two never come to rest.
 */
function steadyRoi(last: Roi, roi: Roi, seconds: number): Roi {
  return roiBetween(last, roi, followShare(roiOffset(last, roi), seconds, ROI_SMOOTHING));
}

/** Pairs of a track and its hand, by index: as many as possible, at the least total distance. */
export function match(tracks: readonly Track[], hands: readonly Hand[], time: number): Pair[] {
  if (tracks.length === 0 || hands.length === 0) return [];
  const costs = tracks.map((track) => {
    const expected = pointsAt(track, time, hands[0].imageSize);
    return hands.map((hand) => cost(track, expected, hand, time));
  });
  return assign(costs, 1);
}

/**
 * How far a hand is from where a track expects its own, as a share of how far it may be.
 *
 * @param expected 21 points, image pixels.
 */
function cost(track: Track, expected: readonly Point[], hand: Hand, time: number): number {
  const doubt = Math.abs(probability(track.logOdds) - rightOf(hand));
  const reach = REACH + REACH_PER_SECOND * (time - track.seen);
  return (handDistance(expected, hand.points) + WRONG_HAND * doubt) / reach;
}

/** The probability of a right hand, from one reading. */
function rightOf(hand: Hand): number {
  return hand.handedness === 'right' ? hand.handednessScore : 1 - hand.handednessScore;
}

function probability(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}

function readingLogOdds(hand: Hand): number {
  const most = probability(SUREST_READING);
  const right = Math.min(Math.max(rightOf(hand), 1 - most), most);
  return Math.log(right / (1 - right));
}

/** A track's log-odds of a right hand, updated with one more reading. */
function evidence(track: Track, hand: Hand, time: number): number {
  const share = Math.min((time - track.seen) * EVIDENCE_PER_SECOND, 1);
  const logOdds = track.logOdds + share * readingLogOdds(hand);
  return Math.min(Math.max(logOdds, -SUREST_TRACK), SUREST_TRACK);
}

/** The fields that a hand gets from its track: identity, age and handedness. */
function named(
  track: Track,
  logOdds: number,
  time: number,
): Pick<Hand, 'trackId' | 'age' | 'handedness' | 'handednessScore'> {
  const against = track.hand.handedness === 'right' ? -logOdds : logOdds;
  const changes = against > CHANGES_AT;
  return {
    trackId: track.id,
    age: time - track.born,
    handedness: changes ? otherOf(track.hand.handedness) : track.hand.handedness,
    handednessScore: Math.max(probability(changes ? against : -against), 0.5),
  };
}

function otherOf(handedness: Handedness): Handedness {
  return handedness === 'right' ? 'left' : 'right';
}
