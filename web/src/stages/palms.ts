/** Raw tensors of the palm network -> Detections. */

import { boundsOf, turned } from '../geometry/rois';
import { PALM_INPUT_SIZE, PALM_KEYPOINTS, PALM_SCORE_CLIP } from '../spec';
import type { Detection, Point, Roi } from '../values';
import { PALM_ANCHORS } from './anchors';

/** Numbers that the network gives for each anchor: centre, size, and the key points. */
const VALUES = 4 + 2 * PALM_KEYPOINTS.length;

/**
 * The detection of every anchor that scores at least `minScore`, strongest first.
 *
 * Coordinates are fractions of the network's input.
 * Source: mediapipe/calculators/tensor/tensors_to_detections_calculator.cc
 * @param boxes (anchors, 18) offsets from the anchors, pixels of the input.
 * @param scores (anchors) logits.
 */
export function decodePalms(
  boxes: Float32Array,
  scores: Float32Array,
  minScore: number,
): Detection[] {
  const palms: Detection[] = [];
  for (let anchor = 0; anchor < scores.length; anchor++) {
    const score = probability(scores[anchor]);
    if (!(score >= minScore)) continue;
    const palm = decoded(boxes, anchor, score);
    if (palm !== null) palms.push(palm);
  }
  return palms.sort((a, b) => b.score - a.score); // stable: equal scores keep the anchors' order
}

/** The probability of a logit, in float32 as in Python, so that equal scores stay equal. */
function probability(logit: number): number {
  const clipped = Math.min(Math.max(logit, -PALM_SCORE_CLIP), PALM_SCORE_CLIP);
  return Math.fround(1 / (1 + Math.exp(-clipped)));
}

/** The detection of one anchor; null when its box has a negative side. */
function decoded(boxes: Float32Array, anchor: number, score: number): Detection | null {
  const originX = PALM_ANCHORS[2 * anchor];
  const originY = PALM_ANCHORS[2 * anchor + 1];
  const offset = (i: number): number => boxes[anchor * VALUES + i] / PALM_INPUT_SIZE;
  const x = originX + offset(0);
  const y = originY + offset(1);
  const halfWidth = offset(2) / 2;
  const halfHeight = offset(3) / 2;
  if (!(halfWidth >= 0 && halfHeight >= 0)) return null; // also drops NaN
  return {
    box: { x0: x - halfWidth, y0: y - halfHeight, x1: x + halfWidth, y1: y + halfHeight },
    keypoints: PALM_KEYPOINTS.map((_, i) => ({
      x: originX + offset(4 + 2 * i),
      y: originY + offset(5 + 2 * i),
    })),
    score,
  };
}

/**
 * Detections of a letterboxed input, mapped to the normalised image frame.
 *
 * If the letterbox is rotated, each box becomes the bounds of its corners.
 * Source: mediapipe/calculators/util/detection_letterbox_removal_calculator.cc
 *         mediapipe/calculators/util/detection_projection_calculator.cc
 */
export function imageFromLetterbox(palms: readonly Detection[], letterbox: Roi): Detection[] {
  // The letterbox is square in pixels, so a rotation in its frame is also one in the picture's.
  const placed = (point: Point): Point => {
    const away = turned({ x: point.x - 0.5, y: point.y - 0.5 }, letterbox.rotation);
    return {
      x: away.x * letterbox.width + letterbox.x,
      y: away.y * letterbox.height + letterbox.y,
    };
  };
  return palms.map(({ box, keypoints, score }) => {
    const { x0, y0, x1, y1 } = box;
    const corners = [
      { x: x0, y: y0 },
      { x: x1, y: y0 },
      { x: x1, y: y1 },
      { x: x0, y: y1 },
    ];
    return { box: boundsOf(corners.map(placed)), keypoints: keypoints.map(placed), score };
  });
}
