/** Detections of palms -> candidates, the places where hands may be. */

import { roiIou } from '../geometry/boxes';
import { roiFromPalm } from '../geometry/rois';
import { ASSOCIATION_OVERLAP } from '../spec';
import type { Candidate, Detection, Size } from '../values';

/** A candidate for each palm: where to read its hand. */
export function candidatesFromPalms(palms: readonly Detection[], size: Size): Candidate[] {
  return palms.map(({ box, keypoints, score }) => ({
    roi: roiFromPalm(box, keypoints, size),
    palmScore: score,
    palmBox: {
      x0: box.x0 * size.width,
      y0: box.y0 * size.height,
      x1: box.x1 * size.width,
      y1: box.y1 * size.height,
    },
  }));
}

/**
 * The candidates in their order, without those that a later one overlaps.
 *
 * Source: mediapipe/calculators/util/association_calculator.h
 */
export function laterOfOverlapping(candidates: readonly Candidate[]): Candidate[] {
  let kept: Candidate[] = [];
  for (const candidate of candidates) {
    kept = kept.filter((k) => roiIou(k.roi, candidate.roi) <= ASSOCIATION_OVERLAP);
    kept.push(candidate);
  }
  return kept;
}
