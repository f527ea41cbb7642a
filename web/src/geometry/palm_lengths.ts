/** Lengths of palms, the units in which distances between hands are measured. */

import { INDEX_MCP, MIDDLE_MCP, PINKY_MCP, WRIST } from '../spec';
import type { Point, Point3 } from '../values';

/** The distance between two points of the picture, in their unit. */
export function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** The distance between two points in space, in their unit. */
export function distance3(a: Point3, b: Point3): number {
  return Math.hypot(a.x - b.x, a.y - b.y, a.z - b.z);
}

/** The distance from the wrist to the middle MCP, in the unit of the 21 points. */
export function palmLength(points: readonly Point[]): number {
  return distance(points[WRIST], points[MIDDLE_MCP]);
}

/**
 * The longest side of the triangle wrist, index MCP, pinky MCP; in the unit of the 21 points.
 *
 * Even a palm seen from its edge still has one long side.
 */
export function palmSize(points: readonly Point[]): number {
  const wrist = points[WRIST];
  const index = points[INDEX_MCP];
  const pinky = points[PINKY_MCP];
  return Math.max(distance(wrist, index), distance(index, pinky), distance(pinky, wrist));
}

/** The mean distance between n points and n others, in their unit. */
export function meanDistance(points: readonly Point[], others: readonly Point[]): number {
  let total = 0;
  for (let i = 0; i < points.length; i++) total += distance(points[i], others[i]);
  return total / points.length;
}

/** The mean distance between the 21 points of two hands (image pixels), in sizes of the larger palm. */
export function handDistance(points: readonly Point[], others: readonly Point[]): number {
  return meanDistance(points, others) / Math.max(palmSize(points), palmSize(others), 1);
}
