import { describe, expect, it, test } from 'vitest';
import { anchorCentres, PALM_ANCHORS } from '../../src/stages/anchors';
import { candidatesFromPalms, laterOfOverlapping } from '../../src/stages/candidates';
import { weightedNms } from '../../src/stages/nms';
import { decodePalms, imageFromLetterbox } from '../../src/stages/palms';
import type { Candidate, Detection, Roi, Size } from '../../src/values';
import { expectClose, golden } from '../golden';
import { palmOutputs, type SparsePalm } from '../recorded';

// Python rounds to float32 after each step; these are fractions of the picture.
const FLOAT32 = 1e-6;
const FLOAT32_PIXELS = 1e-4; // boxes of palms, in pictures of up to 640 px

describe('against Python', () => {
  test('anchorCentres', () => {
    type Anchors = { of64: number[]; each37thOf192: number[]; countOf192: number };
    const { of64, each37thOf192, countOf192 } = golden<Anchors>('stages', 'anchors');
    const each37th = [...PALM_ANCHORS].filter((_, i) => Math.floor(i / 2) % 37 === 0);

    expectClose([...anchorCentres(64)], of64, 1e-8); // the same float32
    expectClose(each37th, each37thOf192, 1e-8);
    expect(PALM_ANCHORS.length).toBe(2 * countOf192);
  });

  test('decodePalms', () => {
    type Case = SparsePalm & { minScore: number; palms: Detection[] };
    for (const { minScore, palms, ...outputs } of golden<Case[]>('stages', 'palms')) {
      const { boxes, scores } = palmOutputs(outputs);
      expectClose(decodePalms(boxes, scores, minScore), palms, FLOAT32);
    }
  });

  test('imageFromLetterbox', () => {
    type Case = { letterbox: Roi; palms: Detection[]; placed: Detection[] };
    for (const { letterbox, palms, placed } of golden<Case[]>('stages', 'letterboxes')) {
      expectClose(imageFromLetterbox(palms, letterbox), placed, FLOAT32);
    }
  });

  test('weightedNms', () => {
    type Case = { palms: Detection[]; kept: Detection[] };
    for (const { palms, kept } of golden<Case[]>('stages', 'suppression')) {
      expectClose(weightedNms(palms), kept, FLOAT32);
    }
  });

  test('candidatesFromPalms and laterOfOverlapping', () => {
    type Case = { size: Size; palms: Detection[]; candidates: Candidate[]; kept: number[] };
    for (const { size, palms, candidates, kept } of golden<Case[]>('stages', 'candidates')) {
      const found = candidatesFromPalms(palms, size);

      expectClose(found, candidates, FLOAT32_PIXELS);
      expect(laterOfOverlapping(found)).toEqual(kept.map((i) => found[i]));
    }
  });
});

describe('properties', () => {
  it('finds no palm in answers that are no numbers', () => {
    const { boxes, scores } = palmOutputs({
      anchors: [7],
      boxes: [Array(18).fill(NaN)],
      scores: [9],
    });

    expect(decodePalms(boxes, scores, 0.5)).toEqual([]);
    expect(decodePalms(boxes, scores.fill(NaN), 0.5)).toEqual([]);
  });

  it('maps a letterbox and back', () => {
    const letterbox: Roi = { x: 0.5, y: 0.5, width: 2, height: 3, rotation: 0 };
    const inverse: Roi = { x: 0.5, y: 0.5, width: 1 / 2, height: 1 / 3, rotation: 0 };
    const [{ palms }] = golden<{ palms: Detection[] }[]>('stages', 'letterboxes');

    expectClose(imageFromLetterbox(imageFromLetterbox(palms, letterbox), inverse), palms, 1e-12);
  });

  it('answers nothing to nothing', () => {
    expect(weightedNms([])).toEqual([]);
    expect(candidatesFromPalms([], { width: 4, height: 3 })).toEqual([]);
    expect(laterOfOverlapping([])).toEqual([]);
  });
});
