/**
 * Search policies: when to run palm detection in a stream while a slot is free.
 *
 * The palm network is half of the work in a frame with one hand, and in most frames it finds nothing
 * new.
 */

import { checkedCount, checkedSeconds, shown } from '../checks';
import type { Thumbnail } from '../stages/picture';

/** Times of frames are multiples of a period, but their sums are slightly off; seconds. */
const ROUNDING = 1e-3;

/** Search in every frame, as MediaPipe does. */
export interface EveryFrame {
  readonly kind: 'everyFrame';
}

/** Search in one of every `count` frames. */
export interface EveryFrames {
  readonly kind: 'everyFrames';
  /** 1 or more. */
  readonly count: number;
}

/** Search when `seconds` have passed since the last search. */
export interface EverySeconds {
  readonly kind: 'everySeconds';
  /** 0 or more. */
  readonly seconds: number;
}

/** The times of the adaptive policy, seconds. */
export interface AdaptiveTimes {
  /**
   * Every frame is searched for so long after a loss, and while no hand is followed also after a
   * motion. A motion beside a hand that is followed counts as new for so long. Default 0.5.
   */
  readonly watch: number;
  /** Between searches while a motion goes on beside a hand that is followed. Default 0.12. */
  readonly moving: number;
  /** Between searches while nothing moves beside a hand that is followed. Default 0.6. */
  readonly still: number;
  /** Between searches while nothing moves and no hand is followed. Default 4. */
  readonly empty: number;
  /**
   * Between second looks. While no hand is followed and something moves, a search without result is
   * repeated from farther away so often. It finds a hand that fills the picture. Default 1.
   */
  readonly secondLook: number;
}

/**
 * Search every frame in which a hand could have appeared, otherwise rarely.
 *
 * A hand that appears moves something in the picture. So every frame is searched in which something
 * has moved since the last search, outside the hands that are followed. If that goes on beside a
 * hand that is followed, it is mostly the person or the camera that moves: then some frames are
 * searched.
 */
export interface Adaptive extends AdaptiveTimes {
  readonly kind: 'adaptive';
}

export type SearchPolicy = EveryFrame | EveryFrames | EverySeconds | Adaptive;

/** Search in every frame, as MediaPipe does. */
export function everyFrame(): EveryFrame {
  return { kind: 'everyFrame' };
}

/** Search in one of every `count` frames, 1 or more. Throws TypeError or RangeError. */
export function everyFrames(count: number): EveryFrames {
  return { kind: 'everyFrames', count: checkedCount('count', count) };
}

/** Search when `seconds` have passed, 0 or more. Throws TypeError or RangeError. */
export function everySeconds(seconds: number): EverySeconds {
  return { kind: 'everySeconds', seconds: checkedSeconds('seconds', seconds) };
}

/** Search in every frame in which a hand could have appeared. Throws TypeError or RangeError. */
export function adaptive(times: Partial<AdaptiveTimes> = {}): Adaptive {
  return {
    kind: 'adaptive',
    watch: checkedSeconds('watch', times.watch ?? 0.5),
    moving: checkedSeconds('moving', times.moving ?? 0.12),
    still: checkedSeconds('still', times.still ?? 0.6),
    empty: checkedSeconds('empty', times.empty ?? 4),
    secondLook: checkedSeconds('secondLook', times.secondLook ?? 1),
  };
}

export const ADAPTIVE: Adaptive = adaptive();

/** The search policy, checked. Throws TypeError or RangeError. */
export function checkedPolicy(policy: SearchPolicy): SearchPolicy {
  switch (policy?.kind) {
    case 'everyFrame':
      return everyFrame();
    case 'everyFrames':
      return everyFrames(policy.count);
    case 'everySeconds':
      return everySeconds(policy.seconds);
    case 'adaptive':
      return adaptive(policy);
    default:
      throw new TypeError(
        'search must be everyFrame(), everyFrames(count), everySeconds(seconds) or adaptive(), ' +
          `not ${shown(policy)}`,
      );
  }
}

/** What a stream remembers about its searches. Times are those of frames, seconds. */
export interface SearchState {
  /** Of the last search; null before the first. */
  readonly time: number | null;
  /** Since the last search. */
  readonly frames: number;
  /** Thumbnail of the picture at the last search. */
  readonly scene: Thumbnail | null;
  /** When a hand was last lost. */
  readonly lost: number | null;
  /** When something last moved outside the hands. */
  readonly moved: number | null;
  /** When that motion began. */
  readonly began: number | null;
  /** Of the last second look. */
  readonly second: number | null;
}

export const NEVER_SEARCHED: SearchState = {
  time: null,
  frames: 0,
  scene: null,
  lost: null,
  moved: null,
  began: null,
  second: null,
};

/**
 * The state with what a frame shows before it is searched.
 *
 * @param time of the frame, seconds. If it is before the last search, a new clip begins.
 * @param moved whether something outside the hands has changed since the last search.
 */
export function noticed(
  policy: SearchPolicy,
  state: SearchState,
  time: number,
  moved: boolean,
): SearchState {
  if (state.time !== null && time < state.time) return NEVER_SEARCHED;
  if (!moved || policy.kind !== 'adaptive') return state;
  const goesOn = isWithin(policy.watch, state.moved, time);
  return { ...state, moved: time, began: goesOn ? state.began : time };
}

function isWithin(seconds: number, since: number | null, time: number): boolean {
  return since !== null && time - since + ROUNDING < seconds;
}

/**
 * Whether to search in a frame.
 *
 * @param state with what the frame shows, see `noticed`.
 * @param time of the frame, seconds.
 * @param isEmpty whether no hand is followed.
 */
export function isDue(
  policy: SearchPolicy,
  state: SearchState,
  time: number,
  isEmpty: boolean,
): boolean {
  if (state.time === null) return true;
  const waited = time - state.time + ROUNDING;
  switch (policy.kind) {
    case 'everyFrame':
      return true;
    case 'everyFrames':
      return state.frames + 1 >= policy.count;
    case 'everySeconds':
      return waited >= policy.seconds;
    case 'adaptive':
      return isAdaptiveDue(policy, state, time, waited, isEmpty);
  }
}

function isAdaptiveDue(
  { watch, moving, still, empty }: Adaptive,
  state: SearchState,
  time: number,
  waited: number,
  isEmpty: boolean,
): boolean {
  if (isWithin(watch, state.lost, time)) return true;
  if (isEmpty && isWithin(watch, state.moved, time)) return true;
  if (state.moved === time) {
    return isWithin(watch, state.began, time) || waited >= moving; // it moves beside a hand
  }
  return waited >= (isEmpty ? empty : still);
}

/**
 * Whether to search a frame again, from farther away, if no hand was found in it.
 *
 * @param state with what the frame shows, see `noticed`.
 * @param time of the frame, seconds.
 */
export function isSecondLookDue(policy: SearchPolicy, state: SearchState, time: number): boolean {
  if (policy.kind !== 'adaptive') return false;
  if (state.second === null) return true;
  const hasMoved = state.moved !== null && state.moved > state.second;
  return hasMoved && time - state.second + ROUNDING >= policy.secondLook;
}

/** What happened in a frame. */
export interface FrameSearch {
  /** Seconds. */
  readonly time: number;
  /** The frame's thumbnail, if the policy needs one. */
  readonly scene: Thumbnail | null;
  readonly isSearched: boolean;
  /** Whether a hand was lost in it. */
  readonly isLost: boolean;
  /** Whether it was searched again, from farther away. */
  readonly isSecond: boolean;
}

/** The state after a frame. */
export function afterFrame(
  state: SearchState,
  { time, scene, isSearched, isLost, isSecond }: FrameSearch,
): SearchState {
  const lost = isLost ? time : state.lost;
  const second = isSecond ? time : state.second;
  if (isSearched) return { ...state, lost, second, time, frames: 0, scene };
  return { ...state, lost, second, frames: state.frames + 1 };
}
