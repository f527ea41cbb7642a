import { Buffer } from 'node:buffer';
import { inflateSync } from 'node:zlib';
import { describe, expect, it, test } from 'vitest';
import { runSync } from '../../src/networks/requests';
import type { Picture } from '../../src/stages/picture';
import { ADAPTIVE } from '../../src/streams/search';
import { SMOOTHING } from '../../src/streams/smoothing';
import {
  type Follower,
  FRAME_TIME,
  START,
  type Step,
  step,
  type TrackState,
  withoutGhosts,
} from '../../src/streams/step';
import type { Hand, Size } from '../../src/values';
import { expectClose, golden } from '../golden';
import { replay, type Turn } from '../recorded';
import { type Outline, outline } from './outline';

interface Clip {
  size: Size;
  level: number;
  frames: { time: number; scene: string; turns: Turn[] }[];
}
type Frames = { hands: Outline[]; isSearched: boolean }[];

const FOLLOWER: Follower = {
  detector: {
    maxHands: 2,
    minPalmScore: 0.5,
    minPresence: 0.5,
    mirrored: false,
    secondLook: true,
  },
  search: ADAPTIVE,
  smoothing: SMOOTHING,
};

// The networks' answers are given, so only float32 separates the two languages. Each hand is read in
// a region that follows from the last one, so the rounding of some thirty frames of 480 px adds up.
const FLOAT32 = 1e-3;

const clips = golden<Record<string, Clip>>('streams', 'recording');

/** A picture of which the networks' answers are recorded: only its size and thumbnail are known. */
function pictureOf({ size, level }: Clip, scene: string): Picture {
  const levels = inflateSync(Buffer.from(scene, 'base64'));
  const data = new Uint8ClampedArray((levels.length / 3) * 4).fill(255);
  levels.forEach((value, i) => {
    data[4 * Math.floor(i / 3) + (i % 3)] = value * level + level / 2;
  });
  const height = Math.sqrt((levels.length / 3) * (size.height / size.width));
  const thumbnail = { width: levels.length / 3 / height, height, data };
  return { ...size, crop: () => new Float32Array(), thumbnail: () => thumbnail };
}

/** What a follower sees in the first frames of a clip. */
function followed(clip: Clip, follower = FOLLOWER, count = clip.frames.length): Step[] {
  const { networks, waiting } = replay(clip.frames.slice(0, count).flatMap(({ turns }) => turns));
  const steps: Step[] = [];
  let state: TrackState = START;
  for (const { time, scene } of clip.frames.slice(0, count)) {
    const now = runSync(step(follower, state, pictureOf(clip, scene), time), networks);
    state = now.state;
    steps.push(now);
  }
  expect(waiting).toEqual([]); // every frame was searched that Python searched
  return steps;
}

describe('against Python', () => {
  const expected = golden<Record<string, Frames>>('streams', 'clips');

  test.each(Object.entries(clips))('step: a clip, %s', (name, clip) => {
    const found = followed(clip).map(({ hands, palms }) => ({
      hands: hands.map(outline),
      isSearched: palms !== null,
    }));

    expectClose(found, expected[name], FLOAT32);
  });

  it('keeps the identity of a hand that is hidden by another for a second', () => {
    const ids = followed(clips.passing).map(({ hands }) => hands.map((hand) => hand.trackId));

    expect(ids[0]).toEqual([1, 2]);
    expect(ids.some((now) => now.length === 1)).toBe(true);
    expect(ids.at(-1)).toEqual([1, 2]);
  });
});

describe('properties', () => {
  it('gives the same from the same state', () => {
    const [first] = followed(clips.passing, FOLLOWER, 1);
    const { scene, time, turns } = clips.passing.frames[1];
    const picture = pictureOf(clips.passing, scene);
    const [one, other] = [0, 1].map(() =>
      runSync(step(FOLLOWER, first.state, picture, time), replay(turns).networks),
    );

    expect(one).toEqual(other);
    expect(one.state.tracks).not.toEqual(first.state.tracks);
  });

  it('returns hands as they were read without smoothing', () => {
    const turns = clips.passing.frames.slice(0, 3).flatMap((frame) => frame.turns);
    const { networks } = replay(turns);
    let state = START;
    for (const { scene, time } of clips.passing.frames.slice(0, 3)) {
      const picture = pictureOf(clips.passing, scene);
      const now = runSync(step({ ...FOLLOWER, smoothing: null }, state, picture, time), networks);
      state = now.state;
      for (const hand of now.hands) expect(hand.points).toEqual(hand.raw?.points);
    }
    const hands = followed(clips.passing, FOLLOWER, 3).flatMap((now) => now.hands);
    expect(hands.some(({ points, raw }) => points[0].x !== raw?.points[0].x)).toBe(true);
  });

  it('begins another stream when the time goes back, with new identities', () => {
    const [first] = followed(clips.passing, FOLLOWER, 1);
    const { scene, turns } = clips.passing.frames[0];
    const again = runSync(
      step(FOLLOWER, first.state, pictureOf(clips.passing, scene), -1),
      replay(turns).networks,
    );

    expect(again.hands.map(({ trackId, age }) => [trackId, age])).toEqual([
      [3, 0],
      [4, 0],
    ]);
  });

  it('counts a frame without a stamp, or with the last one, as 1/30 s later', () => {
    const silent = { anchors: [], boxes: [], scores: [] };
    const turns: Turn[] = new Array(2).fill({ network: 'palm', outputs: silent });
    const picture = pictureOf(clips.coming, clips.coming.frames[0].scene);
    const first = runSync(step(FOLLOWER, START, picture, 5), replay(turns).networks);
    const second = runSync(step(FOLLOWER, first.state, picture, 5), replay([]).networks);
    const third = runSync(step(FOLLOWER, second.state, picture), replay([]).networks);

    expect(first.palms).toEqual([]);
    expect(second.palms).toBeNull();
    expect(third.state.time).toBeCloseTo(5 + 2 * FRAME_TIME);
  });

  it('drops what a hand left behind, and nothing else', () => {
    const [hand] = followed(clips.passing, FOLLOWER, 1)[0].hands;
    const ghost: Hand = { ...hand, status: 'tracked', presence: 0.5 };
    const found: Hand = { ...hand, status: 'detected', presence: 0.99 };

    expect(withoutGhosts([ghost, found])).toEqual([found]);
    expect(withoutGhosts([ghost])).toEqual([ghost]);
    for (const other of [{ ...ghost, presence: 0.95 }, { ...ghost, handedness: 'right' } as Hand]) {
      expect(withoutGhosts([other, found])).toEqual([other, found]);
    }
  });
});
