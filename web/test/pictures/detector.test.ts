import { describe, expect, it, test } from 'vitest';
import { runSync } from '../../src/networks/requests';
import { type Detector, detect, readHands } from '../../src/pictures/detector';
import type { Candidate, Hand } from '../../src/values';
import { expectClose, golden } from '../golden';
import { pictureOf, replay, scenes } from '../recorded';

const DETECTOR: Detector = {
  maxHands: 2,
  minPalmScore: 0.5,
  minPresence: 0.5,
  mirrored: false,
  secondLook: true,
};

// The networks' answers are given, so only float32 separates the two languages. Points are of
// pictures of 162 px; confidences are sums of float32.
const FLOAT32_PIXELS = 1e-4;

describe('against Python', () => {
  const expected = golden<Record<string, Hand[]>>('pictures', 'hands');

  test.each(Object.entries(scenes()))('detect: %s', (name, scene) => {
    const { networks, waiting } = replay(scene.turns);
    const detector = { ...DETECTOR, ...scene.options };
    const hands = runSync(detect(detector, pictureOf(scene)), networks);

    expectClose(hands, expected[name], FLOAT32_PIXELS);
    expect(waiting).toEqual([]);
  });
});

describe('properties', () => {
  const scene = scenes()['two hands'];
  const picture = pictureOf(scene);
  const found = golden<Record<string, Hand[]>>('pictures', 'hands')['two hands'];
  const places: Candidate[] = found.map(({ roi }) => ({ roi, palmScore: null, palmBox: null }));
  const refuse = () => {
    throw new Error('No network was needed.');
  };

  it('reads nothing when the hands are known already', () => {
    const hands = runSync(readHands(DETECTOR, picture, places, found), {
      palm: refuse,
      hand: refuse,
    });

    expect(hands).toEqual(found);
  });

  it('calls a hand tracked where no palm was found, and drops what it knows', () => {
    const readings = scene.turns.filter((turn) => turn.network === 'hand');
    const [first] = readings;
    const isFirst = (hand: Hand) => Math.abs(hand.presence - first.outputs.presence[0]) < 1e-6;
    const place = places[found.findIndex(isFirst)];
    const { networks } = replay([first, first]);
    const hands = runSync(readHands(DETECTOR, picture, [place, place]), networks);

    expect(hands.map((hand) => [hand.status, hand.palmBox])).toEqual([['tracked', null]]);
  });

  it('drops a hand of too little presence', () => {
    const { networks } = replay(scene.turns);
    const hands = runSync(
      detect({ ...DETECTOR, minPresence: 1, secondLook: false }, picture),
      networks,
    );

    expect(hands).toEqual([]);
  });
});
