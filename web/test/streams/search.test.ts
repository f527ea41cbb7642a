import { Buffer } from 'node:buffer';
import { describe, expect, it, test } from 'vitest';
import type { Thumbnail } from '../../src/stages/picture';
import { differenceOf, hasChanged, leastChange } from '../../src/streams/motion';
import {
  adaptive,
  afterFrame,
  checkedPolicy,
  everyFrame,
  everyFrames,
  everySeconds,
  isDue,
  isSecondLookDue,
  NEVER_SEARCHED,
  noticed,
  type SearchPolicy,
} from '../../src/streams/search';
import type { Roi, Size } from '../../src/values';
import { golden } from '../golden';

interface Moment {
  time: number;
  moved: boolean;
  isLost: boolean;
  isEmpty: boolean;
  isDue: boolean;
  isSecond: boolean;
}
interface Motion {
  size: Size;
  now: string;
  before: string;
  rois: Roi[];
  leastChange: number;
  hasChanged: boolean;
}

function thumbnailOf({ width, height }: Size, pixels: string): Thumbnail {
  const rgb = Buffer.from(pixels, 'base64');
  const data = new Uint8ClampedArray(4 * width * height).fill(255);
  for (let i = 0; i < width * height; i++) data.set(rgb.subarray(3 * i, 3 * i + 3), 4 * i);
  return { width, height, data };
}

describe('against Python', () => {
  const streams = golden<{ policy: SearchPolicy; frames: Moment[] }[]>('streams', 'search');

  test.each(streams)('decisions of $policy', ({ policy, frames }) => {
    let state = NEVER_SEARCHED;
    for (const { time, moved, isLost, isEmpty, ...expected } of frames) {
      state = noticed(policy, state, time, moved);
      const due = isDue(policy, state, time, isEmpty);
      const isSecond = due && isEmpty && isSecondLookDue(policy, state, time);
      state = afterFrame(state, { time, scene: null, isSearched: due || isLost, isLost, isSecond });
      expect({ isDue: due, isSecond }).toEqual(expected);
    }
  });

  test.each(golden<Motion[]>('streams', 'motion'))('motion, least change $leastChange', (pair) => {
    const now = thumbnailOf(pair.size, pair.now);
    const before = thumbnailOf(pair.size, pair.before);

    expect(leastChange(now, differenceOf(now, before))).toBeCloseTo(pair.leastChange, 6);
    expect(hasChanged(now, before, pair.rois)).toBe(pair.hasChanged);
  });

  it('sees both answers in the vectors', () => {
    const answers = golden<Motion[]>('streams', 'motion').map((pair) => pair.hasChanged);

    expect(new Set(answers)).toEqual(new Set([true, false]));
  });
});

describe('properties', () => {
  it('takes another size for another scene', () => {
    const black = (width: number, height: number): Thumbnail => ({
      width,
      height,
      data: new Uint8ClampedArray(4 * width * height),
    });

    expect(hasChanged(black(4, 4), black(4, 5), [])).toBe(true);
    expect(hasChanged(black(4, 4), black(4, 4), [])).toBe(false);
  });

  it('checks a policy, wherever it comes from', () => {
    const policies = [everyFrame(), everyFrames(3), everySeconds(0), adaptive({ still: 2 })];
    for (const policy of policies) {
      expect(checkedPolicy(JSON.parse(JSON.stringify(policy)))).toEqual(policy);
    }
    expect(adaptive()).toEqual({
      kind: 'adaptive',
      watch: 0.5,
      moving: 0.12,
      still: 0.6,
      empty: 4,
      secondLook: 1,
    });
  });

  const wrong = (value: unknown) => value as never;
  test.each([
    [() => everyFrames(0), 'count must be at least 1, not 0'],
    [() => everyFrames(1.5), 'count must be a whole number, not 1.5'],
    [() => everySeconds(-1), 'seconds must be a finite number of seconds, 0 or more, not -1'],
    [() => everySeconds(wrong('1')), "seconds must be a number of seconds, not '1'"],
    [() => adaptive({ watch: Number.NaN }), 'watch must be a finite number of seconds'],
    [() => checkedPolicy(wrong('rarely')), 'search must be everyFrame(), everyFrames(count)'],
    [() => checkedPolicy(wrong(null)), 'not null'],
    [() => checkedPolicy(wrong({ kind: 'everyFrames' })), 'count must be a whole number'],
  ])('says what is wrong: %#', (call, message) => {
    expect(call).toThrow(message);
  });
});
