import { expect, test } from 'vitest';
import {
  AT_REST,
  eased,
  FRONT,
  focusOn,
  isNear,
  placed,
  projected,
  rotated,
  turned,
  zoomed,
} from '../../page/three/math';
import { partOf, scene } from '../../page/three/scene';
import { openHand } from './hands';

const SIZE = { width: 400, height: 300 };
const STRAIGHT = { yaw: 0, pitch: 0, zoom: 1 };

test('turning keeps lengths, and a full turn changes nothing', () => {
  const point = { x: 0.1, y: -0.2, z: 0.3 };
  const seen = rotated(point, { yaw: 0.7, pitch: -0.4, zoom: 1 });
  expect(Math.hypot(seen.x, seen.y, seen.z)).toBeCloseTo(Math.hypot(0.1, 0.2, 0.3));
  const around = rotated(point, { yaw: 2 * Math.PI, pitch: 0, zoom: 1 });
  expect(around.x).toBeCloseTo(point.x);
  expect(around.z).toBeCloseTo(point.z);
});

test('looking from above shows what is far away higher up', () => {
  const far = rotated({ x: 0, y: 0, z: 0.1 }, { yaw: 0, pitch: 0.5, zoom: 1 });
  expect(far.y).toBeLessThan(0);
});

test('what is looked at is in the middle, and what is near is larger', () => {
  const focus = { at: { x: 0.1, y: 0.1, z: 0.1 }, reach: 0.1 };
  expect(projected(focus.at, focus, FRONT, SIZE)).toMatchObject({ x: 200, y: 150 });
  const near = projected({ x: 0.1, y: 0.1, z: 0.05 }, focus, STRAIGHT, SIZE);
  const far = projected({ x: 0.1, y: 0.1, z: 0.15 }, focus, STRAIGHT, SIZE);
  expect(near.scale).toBeGreaterThan(far.scale);
});

test('pitch and zoom stay within bounds', () => {
  expect(Math.abs(turned(FRONT, 0, 99).pitch)).toBeLessThan(Math.PI / 2);
  expect(zoomed(FRONT, 1e9).zoom).toBeLessThan(10);
  expect(zoomed(FRONT, 1e-9).zoom).toBeGreaterThan(0.1);
});

test('hands lie beside each other as in the picture', () => {
  const [left, right] = [placed(openHand({}, -100)), placed(openHand({}, 100))];
  // 1000 pixels are a metre of this hand.
  expect(right[0].x - left[0].x).toBeCloseTo(0.2);
  expect(right[8].y - right[0].y).toBeCloseTo(
    openHand().worldLandmarks[8].y - openHand().worldLandmarks[0].y,
  );
});

test('the focus shows all hands, and glides', () => {
  const hands = [placed(openHand({}, -100)), placed(openHand({}, 100))];
  const focus = focusOn(hands);
  for (const point of hands.flat()) {
    const { x, y } = projected(point, focus, STRAIGHT, SIZE);
    expect(x).toBeGreaterThan(0);
    expect(x).toBeLessThan(SIZE.width);
    expect(y).toBeGreaterThan(0);
    expect(y).toBeLessThan(SIZE.height);
  }
  expect(focusOn([])).toBe(AT_REST);
  expect(isNear(eased(AT_REST, focus, 0.9999), focus)).toBe(true);
  expect(isNear(AT_REST, focus)).toBe(false);
  expect(eased(AT_REST, focus, 0.5).reach).toBeCloseTo((AT_REST.reach + focus.reach) / 2);
});

test('a scene has all bones and joints, the farthest first', () => {
  const hands = [placed(openHand())];
  const shapes = scene(hands, focusOn(hands), FRONT, SIZE);
  expect(shapes).toHaveLength(21 + 21);
  const joints = shapes.filter(({ from, to }) => from === to);
  expect(joints).toHaveLength(21);
  const depths = joints.map(({ from }) => from.depth);
  expect(depths).toEqual(depths.toSorted((a, b) => b - a));
});

test('a landmark belongs to its finger', () => {
  expect([0, 1, 4, 5, 20].map(partOf)).toEqual(['palm', 'thumb', 'thumb', 'index', 'pinky']);
});
