/** Weighted non-maximum suppression: many detections of one palm -> one. */

import { boxIou } from '../geometry/boxes';
import { PALM_OVERLAP } from '../spec';
import type { Detection } from '../values';

/**
 * Merge each group of overlapping detections, weighted by score; keep the group's best score.
 *
 * Source: mediapipe/calculators/util/non_max_suppression_calculator.cc (WEIGHTED)
 * @param palms strongest first.
 */
export function weightedNms(palms: readonly Detection[]): Detection[] {
  const merged: Detection[] = [];
  let remaining = palms;
  while (remaining.length > 0) {
    const [best] = remaining;
    // A box without area does not even overlap itself.
    const joins = (palm: Detection): boolean =>
      palm === best || boxIou(best.box, palm.box) > PALM_OVERLAP;
    merged.push(weightedMean(remaining.filter(joins), best.score));
    remaining = remaining.filter((palm) => !joins(palm));
  }
  return merged;
}

/** The mean of a group of detections, weighted by their scores. */
function weightedMean(group: readonly Detection[], score: number): Detection {
  const total = group.reduce((sum, palm) => sum + palm.score, 0);
  const mean = (value: (palm: Detection) => number): number =>
    group.reduce((sum, palm) => sum + palm.score * value(palm), 0) / total;
  return {
    box: {
      x0: mean((palm) => palm.box.x0),
      y0: mean((palm) => palm.box.y0),
      x1: mean((palm) => palm.box.x1),
      y1: mean((palm) => palm.box.y1),
    },
    keypoints: group[0].keypoints.map((_, i) => ({
      x: mean((palm) => palm.keypoints[i].x),
      y: mean((palm) => palm.keypoints[i].y),
    })),
    score,
  };
}
