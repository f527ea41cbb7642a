import { describe, expect, it, test } from 'vitest';
import { roiIou } from '../../src/geometry/boxes';
import {
  letterboxRoi,
  roiBetween,
  roiCorners,
  roiFromLandmarks,
  roiFromPalm,
  roiOffset,
  scaledRoi,
  turned,
} from '../../src/geometry/rois';
import type { Box, Point, Roi, Size } from '../../src/values';
import { expectClose, golden } from '../golden';

// Python rounds to float32 after each step. Its ROIs are off by a few units in the last place of
// numbers near 1, 6e-8 each; the corners by as much of a picture of 2000 px.
const FLOAT32 = 1e-6;
const FLOAT32_PIXELS = 1e-3;

describe('against Python', () => {
  test('letterboxRoi', () => {
    for (const { size, roi } of golden<{ size: Size; roi: Roi }[]>('geometry', 'letterbox')) {
      expectClose(letterboxRoi(size), roi, 2 * FLOAT32); // widths up to 14
    }
  });

  test('roiFromPalm and roiCorners', () => {
    type Case = { size: Size; box: Box; keypoints: Point[]; roi: Roi; corners: Point[] };
    for (const { size, box, keypoints, roi, corners } of golden<Case[]>(
      'geometry',
      'roi_from_palm',
    )) {
      expectClose(roiFromPalm(box, keypoints, size), roi, 10 * FLOAT32); // sides up to 25
      expectClose(roiCorners(roi, size), corners, FLOAT32_PIXELS);
    }
  });

  test('roiFromLandmarks', () => {
    type Case = { size: Size; landmarks: Point[]; roi: Roi };
    for (const { size, landmarks, roi } of golden<Case[]>('geometry', 'roi_from_landmarks')) {
      expectClose(roiFromLandmarks(landmarks, size), roi, 10 * FLOAT32); // sides up to 25
    }
  });

  test('roiOffset, roiBetween and roiIou', () => {
    type Case = { roi: Roi; other: Roi; share: number; offset: number; between: Roi; iou: number };
    for (const { roi, other, share, offset, between, iou } of golden<Case[]>(
      'geometry',
      'roi_pairs',
    )) {
      expectClose(roiOffset(roi, other), offset, FLOAT32);
      expectClose(roiBetween(roi, other, share), between, FLOAT32);
      expectClose(roiIou(roi, other), iou, FLOAT32);
    }
  });
});

describe('properties', () => {
  const roi: Roi = { x: 0.4, y: 0.6, width: 0.3, height: 0.4, rotation: 3 };
  const other: Roi = { x: 0.5, y: 0.5, width: 0.6, height: 0.8, rotation: -3 };

  it('turns back', () => {
    expectClose(turned(turned({ x: 3, y: -4 }, 0.7), -0.7), { x: 3, y: -4 }, 1e-12);
  });

  it('goes from one ROI to the other the short way around', () => {
    expectClose(roiBetween(roi, other, 0), roi, 1e-12);
    expectClose(roiBetween(roi, other, 1), other, 1e-12);
    expect(Math.abs(roiBetween(roi, other, 0.5).rotation)).toBeCloseTo(Math.PI, 12);
    expect(roiOffset(roi, roi)).toBe(0);
  });

  it('scales both sides', () => {
    expect(scaledRoi(roi, 2)).toEqual({ ...roi, width: 0.6, height: 0.8 });
  });
});
