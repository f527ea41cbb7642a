import { describe, expect, it, test } from 'vitest';
import { boxIou } from '../../src/geometry/boxes';
import { handDistance, meanDistance, palmLength, palmSize } from '../../src/geometry/palm_lengths';
import type { Box, Point } from '../../src/values';
import { expectClose, golden } from '../golden';

const FLOAT32 = 1e-6; // Python rounds shares to float32
const FLOAT32_PIXELS = 1e-4; // and lengths of some hundred pixels

describe('against Python', () => {
  test('boxIou', () => {
    for (const { box, other, iou } of golden<{ box: Box; other: Box; iou: number }[]>(
      'geometry',
      'boxes',
    )) {
      expectClose(boxIou(box, other), iou, FLOAT32);
    }
  });

  test('distances', () => {
    interface Case {
      points: Point[];
      others: Point[];
      palmLength: number;
      palmSize: number;
      meanDistance: number;
      handDistance: number;
    }
    for (const { points, others, ...expected } of golden<Case[]>('geometry', 'palm_lengths')) {
      const actual = {
        palmLength: palmLength(points),
        palmSize: palmSize(points),
        meanDistance: meanDistance(points, others),
        handDistance: handDistance(points, others),
      };
      expectClose(actual, expected, FLOAT32_PIXELS);
    }
  });
});

describe('properties', () => {
  const box: Box = { x0: 1, y0: 2, x1: 3, y1: 5 };

  it('finds that a box overlaps itself, and nothing without area does', () => {
    expect(boxIou(box, box)).toBe(1);
    expect(boxIou({ ...box, x1: 1 }, { ...box, x1: 1 })).toBe(0);
    expect(boxIou(box, { ...box, x0: 4, x1: 5 })).toBe(0);
  });
});
