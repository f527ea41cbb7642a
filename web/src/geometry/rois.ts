/**
 * Regions of interest: where to read a hand, from a palm or from the hand's last landmarks.
 *
 * The arithmetic is in doubles; Python's is in float32, as MediaPipe's. They differ by less than
 * 1e-3 px.
 */

import {
  INDEX_MCP,
  LANDMARK_ROI,
  MIDDLE_MCP,
  PALM_ROI,
  RING_MCP,
  ROI_LANDMARKS,
  type RoiTransform,
  UPRIGHT,
  WRIST,
} from '../spec';
import type { Box, Point, Roi, Size } from '../values';

/** The smallest centred square around the whole picture. */
export function letterboxRoi(size: Size): Roi {
  const longest = Math.max(size.width, size.height);
  return {
    x: 0.5,
    y: 0.5,
    width: longest / size.width,
    height: longest / size.height,
    rotation: 0,
  };
}

/** The ROI with both sides times `scale`, at the same place and rotation. */
export function scaledRoi(roi: Roi, scale: number): Roi {
  return { ...roi, width: roi.width * scale, height: roi.height * scale };
}

/**
 * Where to read the hand that a palm belongs to.
 *
 * Source: mediapipe/calculators/util/detections_to_rects_calculator.cc
 * @param box of the palm, normalised image frame.
 * @param keypoints 7 points, normalised image frame.
 */
export function roiFromPalm(box: Box, keypoints: readonly Point[], size: Size): Roi {
  const rotation = uprightRotation(pixels(keypoints[0], size), pixels(keypoints[2], size));
  const extent = { width: box.x1 - box.x0, height: box.y1 - box.y0 };
  return transformed(middleOf(box), extent, rotation, size, PALM_ROI);
}

/**
 * Where to read the same hand in the next frame.
 *
 * Source: mediapipe/modules/hand_landmark/calculators/hand_landmarks_to_rect_calculator.cc
 * @param landmarks 21 points, normalised image frame.
 */
export function roiFromLandmarks(landmarks: readonly Point[], size: Size): Roi {
  const [wrist, index, middle, ring] = [WRIST, INDEX_MCP, MIDDLE_MCP, RING_MCP].map((joint) =>
    pixels(landmarks[joint], size),
  );
  const rotation = uprightRotation(wrist, between(between(index, ring), middle));

  const palm = ROI_LANDMARKS.map((joint) => pixels(landmarks[joint], size));
  const anchor = middleOf(boundsOf(palm));
  const bounds = boundsOf(
    palm.map((point) => turned({ x: point.x - anchor.x, y: point.y - anchor.y }, -rotation)),
  );
  const away = turned(middleOf(bounds), rotation);
  const centre = { x: (anchor.x + away.x) / size.width, y: (anchor.y + away.y) / size.height };
  const extent = {
    width: (bounds.x1 - bounds.x0) / size.width,
    height: (bounds.y1 - bounds.y0) / size.height,
  };
  return transformed(centre, extent, rotation, size, LANDMARK_ROI);
}

/** How far apart two ROIs are: the largest of shift, rotation, growth; in sides and radians. */
export function roiOffset(roi: Roi, other: Roi): number {
  return Math.max(
    Math.abs(other.x - roi.x) / roi.width,
    Math.abs(other.y - roi.y) / roi.height,
    Math.abs(principal(other.rotation - roi.rotation)),
    Math.abs(other.width / roi.width - 1),
  );
}

/** The ROI on the way from one to the other; `share` 0 is the first, 1 the second. */
export function roiBetween(roi: Roi, other: Roi, share: number): Roi {
  const turn = principal(other.rotation - roi.rotation);
  return {
    x: roi.x + share * (other.x - roi.x),
    y: roi.y + share * (other.y - roi.y),
    width: roi.width + share * (other.width - roi.width),
    height: roi.height + share * (other.height - roi.height),
    rotation: principal(roi.rotation + share * turn),
  };
}

/** The corners of an ROI: bottom left, top left, top right, bottom right; image pixels. */
export function roiCorners(roi: Roi, size: Size): Point[] {
  const centre = pixels(roi, size);
  const x = (roi.width * size.width) / 2;
  const y = (roi.height * size.height) / 2;
  const corners: readonly Point[] = [
    { x: -x, y },
    { x: -x, y: -y },
    { x, y: -y },
    { x, y },
  ];
  return corners.map((corner) => {
    const away = turned(corner, roi.rotation);
    return { x: centre.x + away.x, y: centre.y + away.y };
  });
}

/** The smallest box around points, in their frame. */
export function boundsOf(points: readonly Point[]): Box {
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y } of points) {
    x0 = Math.min(x0, x);
    y0 = Math.min(y0, y);
    x1 = Math.max(x1, x);
    y1 = Math.max(y1, y);
  }
  return { x0, y0, x1, y1 };
}

/** A point turned around the origin, from the x axis towards the y axis; radians. */
export function turned(point: Point, rotation: number): Point {
  const cos = Math.cos(rotation);
  const sin = Math.sin(rotation);
  return { x: cos * point.x - sin * point.y, y: sin * point.x + cos * point.y };
}

/** The same angle in [-pi, pi). */
function principal(angle: number): number {
  const turn = 2 * Math.PI;
  return angle - turn * Math.floor((angle + Math.PI) / turn);
}

/** The rotation of a hand that points from `start` to `end` (pixels); 0 if it is upright. */
function uprightRotation(start: Point, end: Point): number {
  return principal(UPRIGHT - Math.atan2(-(end.y - start.y), end.x - start.x));
}

function pixels(point: Point, size: Size): Point {
  return { x: point.x * size.width, y: point.y * size.height };
}

function between(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

function middleOf(box: Box): Point {
  return { x: (box.x0 + box.x1) / 2, y: (box.y0 + box.y1) / 2 };
}

/**
 * A raw rectangle shifted along its own y axis, squared on its longer side, and scaled.
 *
 * Source: mediapipe/calculators/util/rect_transformation_calculator.cc
 * @param centre of the rectangle, normalised image frame.
 * @param extent width and height of the rectangle, normalised image frame.
 */
function transformed(
  centre: Point,
  extent: Size,
  rotation: number,
  size: Size,
  transform: RoiTransform,
): Roi {
  const shift = turned({ x: 0, y: extent.height * size.height * transform.shiftY }, rotation);
  const longer = Math.max(extent.width * size.width, extent.height * size.height);
  const side = longer * transform.scale;
  return {
    x: centre.x + shift.x / size.width,
    y: centre.y + shift.y / size.height,
    width: side / size.width,
    height: side / size.height,
    rotation,
  };
}
