/**
 * Hands from frame to frame: read them where they are expected, and search for new ones when due.
 *
 * State is a value: the same `step` from the same state gives the same result.
 */

import { handDistance } from '../geometry/palm_lengths';
import type { Reading } from '../networks/requests';
import { type Detector, findPalms, readHands, SECOND_VIEW } from '../pictures/detector';
import { candidatesFromPalms } from '../stages/candidates';
import { isOnHand } from '../stages/duplicates';
import type { Picture, Thumbnail } from '../stages/picture';
import type { Detection, Hand, Roi, Size } from '../values';
import { hasChanged } from './motion';
import {
  afterFrame,
  isDue,
  isSecondLookDue,
  NEVER_SEARCHED,
  noticed,
  type SearchPolicy,
  type SearchState,
} from './search';
import type { Smoothing } from './smoothing';
import { advance, begin, match, REFIND_SECONDS, resume, type Track } from './tracks';

/** Seconds per frame of a stream without time stamps. */
export const FRAME_TIME = 1 / 30;
const GHOST_PRESENCE = 0.8; // a real hand nearly always has more
const GHOST_REACH = 0.8; // palm sizes, mean over the landmarks, from a ghost to its hand

/** The detector that reads the hands of a stream, and the options for following them. */
export interface Follower {
  readonly detector: Detector;
  /** When to search for palms while a slot is free. */
  readonly search: SearchPolicy;
  /** null: return hands as they were read. */
  readonly smoothing: Smoothing | null;
}

/** Everything that one frame passes on to the next. */
export interface TrackState {
  /** Hands of the last frame, the oldest first. */
  readonly tracks: readonly Track[];
  /** Hands that were lost recently, for re-identification. */
  readonly lost: readonly Track[];
  readonly nextId: number;
  /** Of the last frame, seconds; always increases. */
  readonly time: number | null;
  /** The time stamp that the last frame came with. */
  readonly stamp: number | null;
  readonly search: SearchState;
}

/** The state before the first frame. */
export const START: TrackState = {
  tracks: [],
  lost: [],
  nextId: 1,
  time: null,
  stamp: null,
  search: NEVER_SEARCHED,
};

/** What a frame has shown. */
export interface Step {
  /** For the next frame. */
  readonly state: TrackState;
  /** In the order in which they were first seen. */
  readonly hands: readonly Hand[];
  /** The palms that the search of this frame found; null when it was not searched. */
  readonly palms: readonly Detection[] | null;
}

/**
 * The hands in the next picture of a stream.
 *
 * The palm network runs when a hand was lost. It also runs when the search policy says so, while
 * fewer than `maxHands` hands are tracked.
 * @param stamp the time of the picture, seconds. Without a stamp, or if it repeats the last one, the
 *   picture counts as 1/30 s later. A stamp before the last one starts a new stream.
 */
export function* step(
  follower: Follower,
  before: TrackState,
  picture: Picture,
  stamp: number | null = null,
): Reading<Step> {
  const goesBack = stamp !== null && before.stamp !== null && stamp < before.stamp;
  const state = goesBack ? { ...START, nextId: before.nextId } : before;
  const time = timeOf(state, stamp);
  const rois = state.tracks.map((track) => track.roi);
  const tracked = rois.map((roi) => ({ roi, palmScore: null, palmBox: null }));
  const followed = yield* readHands(follower.detector, picture, tracked);

  const isLost = followed.length < state.tracks.length;
  const isFree = followed.length < follower.detector.maxHands;
  const scene = isFree || isLost ? sceneFor(follower.search, picture) : null;
  const search = beforeSearch(follower.search, state.search, scene, rois, time);
  const isEmpty = state.tracks.length === 0;
  const isSearched = isLost || (isFree && isDue(follower.search, search, time, isEmpty));
  const found = isSearched
    ? yield* searched(follower, picture, followed, search, time)
    : { hands: followed, palms: null, isSecond: false };

  const { hands, palms, isSecond } = found;
  const after: TrackState = {
    ...identified(state, hands, time, follower.smoothing),
    time,
    stamp,
    search: afterFrame(search, { time, scene, isSearched, isLost, isSecond }),
  };
  return { state: after, hands: after.tracks.map((track) => track.hand), palms };
}

/** Hands and the palms by which they were found. */
interface Found {
  readonly hands: readonly Hand[];
  readonly palms: readonly Detection[];
}

/** The hands that are followed, and those that a search of the picture finds beside them. */
function* searched(
  follower: Follower,
  picture: Picture,
  followed: readonly Hand[],
  search: SearchState,
  time: number,
): Reading<Found & { readonly isSecond: boolean }> {
  const first = yield* withNewHands(follower, picture, followed, 1);
  const hands = withoutGhosts(first.hands);
  if (hands.length > 0 || !isSecondLookDue(follower.search, search, time)) {
    return { hands, palms: first.palms, isSecond: false };
  }
  const second = yield* withNewHands(follower, picture, hands, SECOND_VIEW);
  const palms = second.palms.length > 0 ? second.palms : first.palms;
  return { hands: second.hands, palms, isSecond: true };
}

/**
 * The hands without ghosts.
 *
 * A hand that moves far between two frames may leave enough of itself in its old region to be read
 * there again. Such a ghost is a tracked hand with a low presence, near a newly detected hand.
 */
export function withoutGhosts(hands: readonly Hand[]): Hand[] {
  return hands.filter((hand) => !hands.some((other) => isGhost(hand, other)));
}

function isGhost(hand: Hand, other: Hand): boolean {
  if (hand.status !== 'tracked' || other.status !== 'detected') return false;
  if (hand.presence > GHOST_PRESENCE) return false;
  const isNear = handDistance(hand.points, other.points) < GHOST_REACH;
  return isNear && other.presence > hand.presence && hand.handedness === other.handedness;
}

function timeOf(state: TrackState, stamp: number | null): number {
  if (state.time === null) return stamp ?? 0;
  if (stamp === null || state.stamp === null || stamp === state.stamp) {
    return state.time + FRAME_TIME;
  }
  return state.time + stamp - state.stamp;
}

/** A thumbnail of a picture, if the policy needs one. */
export function sceneFor(policy: SearchPolicy, picture: Picture): Thumbnail | null {
  return policy.kind === 'adaptive' ? picture.thumbnail() : null;
}

/**
 * The search state with what a frame shows.
 *
 * @param scene its thumbnail, if the policy needs one.
 * @param rois of the hands followed.
 */
export function beforeSearch(
  policy: SearchPolicy,
  state: SearchState,
  scene: Thumbnail | null,
  rois: readonly Roi[],
  time: number,
): SearchState {
  const moved = scene !== null && state.scene !== null && hasChanged(scene, state.scene, rois);
  return noticed(policy, state, time, moved);
}

/**
 * The known hands, and the hands of detected palms that belong to none of them.
 *
 * @param view how much the palm network sees, see `findPalms`.
 */
function* withNewHands(
  { detector }: Follower,
  picture: Picture,
  known: readonly Hand[],
  view: number,
): Reading<Found> {
  const palms = yield* findPalms(detector, picture, view);
  const fresh = palms.filter(
    (palm) => !known.some((hand) => isOnHand(keypointsOf(palm, picture), hand.points)),
  );
  const candidates = candidatesFromPalms(fresh, picture);
  return { hands: yield* readHands(detector, picture, candidates, known), palms };
}

/** The key points of a palm, image pixels. */
function keypointsOf(palm: Detection, { width, height }: Size): { x: number; y: number }[] {
  return palm.keypoints.map(({ x, y }) => ({ x: x * width, y: y * height }));
}

/** The tracks, continued, resumed or begun with the hands of this frame. */
function identified(
  state: TrackState,
  hands: readonly Hand[],
  time: number,
  smoothing: Smoothing | null,
): Pick<TrackState, 'tracks' | 'lost' | 'nextId'> {
  const recent = state.lost.filter((track) => time - track.seen <= REFIND_SECONDS);
  const known = [...state.tracks, ...recent];
  const owner = new Map(match(known, hands, time).map(([i, j]) => [j, i]));
  const owners = new Set(owner.values());
  let nextId = state.nextId;
  const tracks = hands.map((hand, j) => {
    const i = owner.get(j);
    if (i === undefined) return begin(hand, nextId++, time);
    if (i >= state.tracks.length) return resume(known[i], hand, time);
    return advance(known[i], hand, time, smoothing);
  });
  return {
    tracks: tracks.sort((a, b) => a.id - b.id),
    lost: known.filter((_, i) => !owners.has(i)),
    nextId,
  };
}
