/**
 * The geometry of the 3D view: metres in space to pixels on a canvas.
 *
 * Space has the axes of the picture: x to the right, y down, z away from the viewer.
 */

import type { Hand, Point, Point3, Size } from '@knuckle/web';

/** How the scene is turned and how close it is. */
export interface Orbit {
  readonly yaw: number; // radians, about the vertical axis
  readonly pitch: number; // radians, positive looks down on the hands
  readonly zoom: number;
}

export const FRONT: Orbit = { yaw: -0.5, pitch: 0.28, zoom: 1 };

const PITCH_LIMIT = 1.5;
const ZOOM: readonly [number, number] = [0.4, 4];
/** From the viewer to what it looks at, in reaches of the hands. */
const DISTANCE = 4.5;
/** Across the shorter side of the canvas, in reaches of the hands. */
const EXTENT = 2.2;

export function turned(orbit: Orbit, yaw: number, pitch: number): Orbit {
  return {
    ...orbit,
    yaw: orbit.yaw + yaw,
    pitch: Math.min(Math.max(orbit.pitch + pitch, -PITCH_LIMIT), PITCH_LIMIT),
  };
}

export function zoomed(orbit: Orbit, factor: number): Orbit {
  return { ...orbit, zoom: Math.min(Math.max(orbit.zoom * factor, ZOOM[0]), ZOOM[1]) };
}

/** A point as the viewer sees it, metres. */
export function rotated({ x, y, z }: Point3, { yaw, pitch }: Orbit): Point3 {
  const across = x * Math.cos(yaw) + z * Math.sin(yaw);
  const deep = z * Math.cos(yaw) - x * Math.sin(yaw);
  return {
    x: across,
    y: y * Math.cos(pitch) - deep * Math.sin(pitch),
    z: deep * Math.cos(pitch) + y * Math.sin(pitch),
  };
}

export interface Projected extends Point {
  readonly depth: number; // metres from the focus, positive is farther away
  readonly scale: number; // pixels per metre at this depth
}

/** Where a point appears on a canvas of this size, in pixels. */
export function projected(point: Point3, focus: Focus, orbit: Orbit, size: Size): Projected {
  const { at, reach } = focus;
  const seen = rotated({ x: point.x - at.x, y: point.y - at.y, z: point.z - at.z }, orbit);
  const across = (Math.min(size.width, size.height) / (EXTENT * reach)) * orbit.zoom;
  const distance = DISTANCE * reach;
  const scale = (across * distance) / Math.max(distance + seen.z, 0.2 * distance);
  return {
    x: size.width / 2 + seen.x * scale,
    y: size.height / 2 + seen.y * scale,
    depth: seen.z,
    scale,
  };
}

/** Wrist and knuckles hold still while fingers move, so they give a hand its size. */
const PALM = [0, 5, 9, 13, 17];

/**
 * The hand's 21 points in a space that all hands of the picture share, metres; its origin is the
 * middle of the picture. A hand's distance from the camera is not known, so all are equally far.
 */
export function placed(hand: Hand): readonly Point3[] {
  const metresPerPixel = spread(hand.worldLandmarks) / Math.max(spread(hand.points), 1e-6);
  const { width, height } = hand.imageSize;
  const at = middle(hand.points);
  const own = middle(hand.worldLandmarks);
  const x = (at.x - width / 2) * metresPerPixel - own.x;
  const y = (at.y - height / 2) * metresPerPixel - own.y;
  return hand.worldLandmarks.map((point) => ({ x: point.x + x, y: point.y + y, z: point.z }));
}

function middle(points: readonly Point[]): Point {
  const palm = PALM.map((i) => points[i]);
  return {
    x: palm.reduce((sum, point) => sum + point.x, 0) / palm.length,
    y: palm.reduce((sum, point) => sum + point.y, 0) / palm.length,
  };
}

/** The root mean square distance of the palm's points from their middle, across the picture. */
function spread(points: readonly Point[]): number {
  const { x, y } = middle(points);
  const squares = PALM.map((i) => points[i]).map((p) => (p.x - x) ** 2 + (p.y - y) ** 2);
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
}

/** What the viewer looks at: a point, and how far the hands reach from it, metres. */
export interface Focus {
  readonly at: Point3;
  readonly reach: number;
}

export const AT_REST: Focus = { at: { x: 0, y: 0, z: 0 }, reach: 0.18 };
const LEAST_REACH = 0.13;

/** The focus that shows all hands. */
export function focusOn(hands: readonly (readonly Point3[])[]): Focus {
  const all = hands.flat();
  if (all.length === 0) return AT_REST;
  const centre = (axis: 'x' | 'y' | 'z') => {
    const along = all.map((point) => point[axis]);
    return (Math.min(...along) + Math.max(...along)) / 2;
  };
  const at = { x: centre('x'), y: centre('y'), z: centre('z') };
  const far = all.map((p) => Math.hypot(p.x - at.x, p.y - at.y, p.z - at.z));
  return { at, reach: Math.max(...far, LEAST_REACH) };
}

/** A focus part of the way from one to another, so that the view glides. */
export function eased(from: Focus, to: Focus, share: number): Focus {
  const mix = (a: number, b: number) => a + (b - a) * share;
  return {
    at: { x: mix(from.at.x, to.at.x), y: mix(from.at.y, to.at.y), z: mix(from.at.z, to.at.z) },
    reach: mix(from.reach, to.reach),
  };
}

/** Whether no eye could tell two focuses apart. */
export function isNear(a: Focus, b: Focus): boolean {
  const far = Math.hypot(a.at.x - b.at.x, a.at.y - b.at.y, a.at.z - b.at.z);
  return far + Math.abs(a.reach - b.reach) < 0.002 * b.reach;
}
