import { describe, expect, it, test } from 'vitest';
import { assign, type Pair } from '../../src/geometry/assignment';
import {
  checkedSmoothing,
  followShare,
  landmarkShares,
  SMOOTHING,
  type Smoothing,
  smoothing,
} from '../../src/streams/smoothing';
import { advance, begin, match, resume, type Track } from '../../src/streams/tracks';
import type { Hand, Point, Roi } from '../../src/values';
import { expectClose, golden } from '../golden';
import { type Outline, outline } from './outline';

// Python rounds to float32 after each step; a picture has 640 px, and velocities are some pictures
// a second, from differences of places over a thirtieth of a second.
const FLOAT32 = 2e-4;

interface Turn {
  time: number;
  reading: Hand;
  track: { hand: Outline; velocity: Point[]; logOdds: number; roi: Roi; born: number };
}

describe('against Python', () => {
  test('assign', () => {
    type Case = { costs: number[][]; most: number; pairs: Pair[] };
    for (const { costs, most, pairs } of golden<Case[]>('streams', 'assignment')) {
      expect(assign(costs, most)).toEqual(pairs);
    }
  });

  test('landmarkShares and followShare', () => {
    type Case = {
      offsets: Point[];
      seconds: number;
      smoothing: Smoothing;
      shares: number[];
      offset: number;
      share: number;
    };
    for (const one of golden<Case[]>('streams', 'smoothing')) {
      expectClose(landmarkShares(one.offsets, one.seconds, one.smoothing), one.shares, 1e-6);
      expect(followShare(one.offset, one.seconds, one.smoothing)).toBeCloseTo(one.share, 8);
    }
  });

  test.each([
    ['smoothed', SMOOTHING, 0],
    ['as read', null, 1],
  ])('a track, %s', (_, options, which) => {
    let track: Track | null = null;
    for (const { time, reading, track: expected } of golden<Turn[][]>('streams', 'tracks')[which]) {
      if (track === null) track = begin(reading, 4, time);
      else if (time - track.seen > 0.5) track = resume(track, reading, time);
      else track = advance(track, reading, time, options);
      const { hand, velocity, logOdds, roi, born } = track;
      expectClose({ hand: outline(hand), velocity, logOdds, roi, born }, expected, FLOAT32);
    }
  });

  it('changes the label only after some evidence, and back at no time', () => {
    const labels = golden<Turn[][]>('streams', 'tracks')[0].map(
      ({ track }) => track.hand.handedness,
    );

    expect(labels.slice(0, 7)).toEqual(new Array(7).fill('right'));
    expect(labels.at(-1)).toBe('left');
    expect(labels.lastIndexOf('right')).toBe(labels.indexOf('left') - 1);
  });

  test('match', () => {
    type Case = { time: number; tracks: Track[]; hands: Hand[]; pairs: Pair[] };
    for (const { time, tracks, hands, pairs } of golden<Case[]>('streams', 'identity')) {
      expect(match(tracks, hands, time)).toEqual(pairs);
    }
  });
});

describe('properties', () => {
  it('takes as many pairs as it can, even where the cheapest ones exclude each other', () => {
    const costs = [
      [0.1, 0.2],
      [0.1, 2],
    ];

    expect(assign(costs, 1)).toEqual([
      [0, 1],
      [1, 0],
    ]);
    expect(assign([[2]], 1)).toEqual([]);
    expect(assign([], 1)).toEqual([]);
    expect(assign([[]], 1)).toEqual([]);
  });

  it('follows by time and not by frames', () => {
    const once = followShare(0.01, 0.1, SMOOTHING);
    const twice = 1 - (1 - followShare(0.01, 0.05, SMOOTHING)) ** 2;

    expect(once).toBeCloseTo(twice, 12);
  });

  const wrong = (value: unknown) => value as never;
  test.each([
    [() => smoothing({ tolerance: 0 }), 'tolerance must be from 0.0001 to 10000, not 0'],
    [() => smoothing({ cutoff: wrong('1') }), "cutoff must be a number, not '1'"],
    [
      () => checkedSmoothing(wrong(true)),
      'smoothing must be smoothing(), or null for none, not true',
    ],
  ])('says what is wrong: %#', (call, message) => {
    expect(call).toThrow(message);
  });

  it('takes null for none', () => {
    expect(checkedSmoothing(null)).toBeNull();
    expect(checkedSmoothing(SMOOTHING)).toEqual(SMOOTHING);
  });
});
