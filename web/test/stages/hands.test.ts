import { describe, expect, it, test } from 'vitest';
import {
  confidenceFromSigns,
  jointConfidence,
  signsOf,
  withResidual,
} from '../../src/stages/confidence';
import { isOnHand, isSameHand } from '../../src/stages/duplicates';
import { handednessOf } from '../../src/stages/hands';
import { predictionFromOutputs } from '../../src/stages/landmarks';
import type { Point, Point3, Roi, Size } from '../../src/values';
import { expectClose, golden } from '../golden';

// Python rounds to float32 after each step; these are shares of the picture, metres, probabilities.
const FLOAT32 = 1e-6;
// The features of the confidence model are logs and ratios of float32 sums of 21 terms.
const SUMS_OF_FLOAT32 = 1e-4;

describe('against Python', () => {
  test('predictionFromOutputs', () => {
    interface Case {
      roi: Roi;
      landmarks: number[];
      worldLandmarks: number[];
      placed: Point3[];
      turned: Point3[];
    }
    for (const { roi, landmarks, worldLandmarks, placed, turned } of golden<Case[]>(
      'stages',
      'landmarks',
    )) {
      const prediction = predictionFromOutputs(
        {
          landmarks: Float32Array.from(landmarks),
          worldLandmarks: Float32Array.from(worldLandmarks),
          presence: Float32Array.of(0.75),
          handedness: Float32Array.of(0.25),
        },
        roi,
      );

      expectClose(prediction.landmarks, placed, FLOAT32);
      expectClose(prediction.worldLandmarks, turned, FLOAT32);
      expect([prediction.presence, prediction.right]).toEqual([0.75, 0.25]);
    }
  });

  test('handednessOf', () => {
    type Case = { probability: number; mirrored: boolean; handedness: string; score: number };
    for (const { probability, mirrored, ...expected } of golden<Case[]>('stages', 'handedness')) {
      expectClose(handednessOf(probability, mirrored), expected, 1e-9);
    }
  });

  test('jointConfidence, signsOf and withResidual', () => {
    interface Case {
      landmarks: Point3[];
      worldLandmarks: Point3[];
      roi: Roi;
      size: Size;
      presence: number;
      signs: Record<string, unknown>;
      confidence: number[];
      residual: (number | null)[];
      corrected: number[];
    }
    for (const c of golden<Case[]>('stages', 'confidence')) {
      const signs = signsOf(c.landmarks, c.worldLandmarks, c);
      const residual = c.residual.map((value) => value ?? Number.NaN);

      expectClose(signs, c.signs, SUMS_OF_FLOAT32);
      expectClose(confidenceFromSigns(signs), c.confidence, SUMS_OF_FLOAT32);
      expectClose(jointConfidence(c.landmarks, c.worldLandmarks, c), c.confidence, SUMS_OF_FLOAT32);
      expectClose(withResidual(c.confidence, residual), c.corrected, SUMS_OF_FLOAT32);
    }
  });

  test('isSameHand and isOnHand', () => {
    interface Case {
      points: Point[];
      others: Point[];
      isSameHand: boolean;
      palm: Point[];
      isOnHand: boolean;
    }
    for (const c of golden<Case[]>('stages', 'duplicates')) {
      expect(isSameHand(c.points, c.others)).toBe(c.isSameHand);
      expect(isSameHand(c.others, c.points)).toBe(c.isSameHand);
      expect(isOnHand(c.palm, c.points)).toBe(c.isOnHand);
    }
  });
});

describe('properties', () => {
  it('turns the other hand in a mirrored picture', () => {
    expect(handednessOf(0.9, false)).toEqual({ handedness: 'right', score: 0.9 });
    expect(handednessOf(0.9, true)).toEqual({ handedness: 'left', score: 0.9 });
  });

  it('stays finite where all points are in one place', () => {
    const point = Array<Point3>(21).fill({ x: 0.5, y: 0.5, z: 0 });
    const roi: Roi = { x: 0.5, y: 0.5, width: 0, height: 0, rotation: 0 };
    const place = { roi, size: { width: 4, height: 3 }, presence: 1 };

    expect(jointConfidence(point, point, place).every((value) => value >= 0 && value <= 1)).toBe(
      true,
    );
  });

  it('lowers the confidence only where a landmark surprises', () => {
    const corrected = withResidual([0.8, 0.8, 0.8], [0.05, 0.5, Number.NaN]);

    expectClose([corrected[0], corrected[2]], [0.8, 0.8], 1e-12);
    expect(corrected[1]).toBeLessThan(0.8);
  });
});
