/** Axis-aligned boxes: both boxes of a call are in the same frame. */

import type { Box, Roi } from '../values';

/** Intersection over union of two boxes; 0 where undefined. */
export function boxIou(box: Box, other: Box): number {
  const shared = area(
    Math.min(box.x1, other.x1) - Math.max(box.x0, other.x0),
    Math.min(box.y1, other.y1) - Math.max(box.y0, other.y0),
  );
  const union = boxArea(box) + boxArea(other) - shared;
  return union > 0 ? shared / union : 0;
}

function boxArea(box: Box): number {
  return area(box.x1 - box.x0, box.y1 - box.y0);
}

/** The area between two corners; 0 where they are swapped. */
function area(width: number, height: number): number {
  return Math.max(width, 0) * Math.max(height, 0);
}

/**
 * Intersection over union of two ROIs, without their rotation; 0 where undefined.
 *
 * Source: mediapipe/calculators/util/association_calculator.h, which ignores the rotation.
 */
export function roiIou(roi: Roi, other: Roi): number {
  return boxIou(boxWithoutRotation(roi), boxWithoutRotation(other));
}

function boxWithoutRotation({ x, y, width, height }: Roi): Box {
  return { x0: x - width / 2, y0: y - height / 2, x1: x + width / 2, y1: y + height / 2 };
}
