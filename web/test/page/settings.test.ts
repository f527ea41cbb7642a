import { expect, test } from 'vitest';
import { rateOf } from '../../page/run/findings';
import { kindOf } from '../../page/run/media';
import { fileName, frameIndices, tables } from '../../page/run/recorder';
import {
  consequence,
  DEFAULTS,
  GROUPS,
  handOptions,
  type Key,
  networkOptions,
  restored,
} from '../../page/state/settings';
import { handSettings, networkSettings } from '../../src/options';
import { openHand } from './hands';

test('every setting is shown once', () => {
  const shown = GROUPS.flatMap((group) => group.settings.map((setting) => setting.key));
  expect(shown.toSorted()).toEqual(Object.keys(DEFAULTS).toSorted());
});

test('what is stored is taken only where it fits', () => {
  const stored = {
    variant: 'lite',
    maxHands: '9',
    minPresence: 7,
    labels: false,
    old: 1,
    camera: 'abc',
  };
  expect(restored(stored)).toEqual({ ...DEFAULTS, variant: 'lite', labels: false, camera: 'abc' });
  for (const junk of [null, 3, 'x', [], { labels: 'yes' }])
    expect(restored(junk)).toEqual(DEFAULTS);
});

test('settings become options that the library takes', () => {
  const settings = {
    ...DEFAULTS,
    isMirrorImage: true,
    smoothing: false,
    threads: '2',
    maxHands: '4',
  } as const;
  expect(handSettings(handOptions(settings, true))).toMatchObject({
    mirrored: true,
    maxHands: 4,
    smoothing: null,
  });
  expect(handSettings(handOptions(settings, false)).mirrored).toBe(false);
  const off = handSettings(handOptions(settings, true));
  expect(handSettings(handOptions(DEFAULTS, true), off).smoothing).not.toBeNull();
  expect(networkSettings(networkOptions(settings)).threads).toBe(2);
});

test.each<[Key, string]>([
  ['variant', 'networks'],
  ['maxHands', 'hands'],
  ['camera', 'camera'],
  ['find', 'find'],
  ['roi', 'picture'],
])('a change of %s concerns the %s', (key, what) => {
  expect(consequence(key)).toBe(what);
});

test('the index of a frame counts those that were skipped', () => {
  expect(frameIndices([0, 0.0667, 0.1, 0.2], 1 / 30)).toEqual([0, 2, 3, 6]);
  expect(frameIndices([0, 0.07, 0.2], null)).toEqual([0, 1, 2]);
});

test('a table has a row for each hand, and one for a frame without', async () => {
  const frames = [
    { time: 0, hands: [openHand(), openHand({ trackId: 2 })] },
    { time: 0.1, hands: [] },
  ];
  const [csv, json] = tables('x', 'clip.mp4', frames, 1 / 30);
  const lines = (await csv.blob.text()).trimEnd().split('\n');
  expect(lines).toHaveLength(4);
  expect(lines[3]).toMatch(/^1,clip\.mp4,3,0\.1,,/);
  expect(JSON.parse(await json.blob.text())).toHaveLength(3);
  expect([csv.name, json.name]).toEqual(['x.csv', 'x.json']);
});

test('names of files say what, and when', () => {
  const noon = new Date(2026, 10, 26, 9, 5);
  expect(fileName('My clip (1).MOV', noon)).toBe('knuckle-My-clip-1--2026-11-26-0905');
  expect(fileName('.mp4', noon)).toBe('knuckle-hands-2026-11-26-0905');
});

test('a file is a picture or a clip by its type, else by its ending', () => {
  expect(kindOf({ type: 'image/png', name: 'a' })).toBe('picture');
  expect(kindOf({ type: 'video/mp4', name: 'a.png' })).toBe('clip');
  expect(kindOf({ type: '', name: 'A.JPEG' })).toBe('picture');
});

test('the frame rate is that of the last moments', () => {
  expect(rateOf([])).toBe(0);
  expect(rateOf([1, 1.5, 2])).toBeCloseTo(2);
});
