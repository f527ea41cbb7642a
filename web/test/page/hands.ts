/** A hand for the tests of the page. */

import type { Hand } from '../../src/index';

const SIZE = { width: 640, height: 480 };

/** An open hand in the middle of the picture, its wrist below. @param across pixels to the right. */
export function openHand(changes: Partial<Hand> = {}, across = 0): Hand {
  const points = Array.from({ length: 21 }, (_, i) => {
    const finger = Math.floor((i - 1) / 4);
    const joint = (i - 1) % 4;
    if (i === 0) return { x: 320 + across, y: 340 };
    return { x: 320 + across + (finger - 2) * 20, y: 260 - joint * 25 };
  });
  return {
    landmarks: points.map(({ x, y }) => ({ x: x / SIZE.width, y: y / SIZE.height, z: 0 })),
    points,
    worldLandmarks: points.map(({ x, y }) => ({
      x: (x - 320 - across) / 1000,
      y: (y - 280) / 1000,
      z: 0,
    })),
    handedness: 'right',
    handednessScore: 0.9,
    presence: 0.95,
    palmScore: null,
    palmBox: null,
    roi: { x: 0.5, y: 0.5, width: 0.4, height: 0.5, rotation: 0 },
    imageSize: SIZE,
    confidence: new Array<number>(21).fill(0.8),
    status: 'tracked',
    trackId: 1,
    age: 1,
    raw: null,
    mirrored: false,
    ...changes,
  };
}
