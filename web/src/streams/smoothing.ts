/** Smoothing: how far a hand follows each new reading, and the options for it. */

import { checkedNumber, shown } from '../checks';
import { JOINTS } from '../spec';
import type { Point } from '../values';

/** Limits of the numbers in Smoothing; beyond them arithmetic overflows. */
const LEAST = 1e-4;
const MOST = 1e4;

/**
 * How to smooth the hands of a stream.
 *
 * A hand at rest passes a low-pass filter at `cutoff`. The farther a reading is from the smoothed
 * hand, the higher the cutoff: it grows by `response` at `tolerance`, and by eight times that at
 * twice the tolerance.
 */
export interface Smoothing {
  /** Hz, for a hand at rest. Default 0.5. */
  readonly cutoff: number;
  /** Palm sizes, about the noise of a reading. Default 0.03. */
  readonly tolerance: number;
  /** Hz, added to the cutoff for a reading that is `tolerance` away. Default 5. */
  readonly response: number;
}

/** The smoothing options, from 0.0001 to 10000 each. Throws TypeError or RangeError. */
export function smoothing(options: Partial<Smoothing> = {}): Smoothing {
  return {
    cutoff: checkedNumber('cutoff', options.cutoff ?? 0.5, LEAST, MOST),
    tolerance: checkedNumber('tolerance', options.tolerance ?? 0.03, LEAST, MOST),
    response: checkedNumber('response', options.response ?? 5, LEAST, MOST),
  };
}

export const SMOOTHING: Smoothing = smoothing();

/** The smoothing options, checked; null means no smoothing. Throws TypeError or RangeError. */
export function checkedSmoothing(value: Smoothing | null): Smoothing | null {
  if (value === null) return null;
  if (typeof value !== 'object') {
    throw new TypeError(`smoothing must be smoothing(), or null for none, not ${shown(value)}`);
  }
  return smoothing(value);
}

/** The first landmark of each group that moves together: the wrist, and each digit from its base. */
const STARTS: readonly number[] = [0, 1, 5, 9, 13, 17];

/**
 * How far each landmark moves towards its reading; 21 numbers, 0 for not at all to 1 for fully.
 *
 * Each digit uses its own offset, or the hand's if that is larger. So a hand that moves as a whole
 * is followed as a whole, and the others do not hold back a finger that moves by itself.
 * @param offsets 21, from the smoothed landmarks to the reading, palm sizes.
 * @param seconds since the last reading.
 */
export function landmarkShares(
  offsets: readonly Point[],
  seconds: number,
  options: Smoothing,
): number[] {
  const squares = offsets.map(({ x, y }) => x * x + y * y);
  const whole = rootOfMean(squares);
  return STARTS.flatMap((start, group) => {
    const end = STARTS[group + 1] ?? JOINTS;
    const digit = rootOfMean(squares.slice(start, end));
    const share = followShare(Math.max(digit, whole), seconds, options);
    return new Array<number>(end - start).fill(share);
  });
}

function rootOfMean(squares: readonly number[]): number {
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
}

/**
 * How far something at an offset moves towards its target, 0 to 1.
 *
 * This is a low-pass filter whose cutoff grows with the cube of the offset. Noise within the
 * tolerance hardly counts, and anything well beyond it is followed at once. The result depends on
 * time, not on the number of frames.
 *
 * Source: the 1 Euro filter (Casiez et al. 2012), whose cutoff grows with the speed. The offset is
 * known without a delay and is less noisy than a speed.
 * @param offset 0 or more, in the unit of the tolerance.
 */
export function followShare(offset: number, seconds: number, options: Smoothing): number {
  const cutoff = options.cutoff + options.response * (offset / options.tolerance) ** 3;
  return -Math.expm1(-2 * Math.PI * seconds * cutoff);
}
