/** Hands in space -> the shapes to paint, the farthest first. */

import { CONNECTIONS, type Point3, type Size } from '@knuckle/web';
import { type Focus, type Orbit, type Projected, projected } from './math';

export type Part = 'palm' | 'thumb' | 'index' | 'middle' | 'ring' | 'pinky';

/** A line with round ends; a point where both ends agree. Pixels of the canvas. */
export interface Shape {
  readonly from: Projected;
  readonly to: Projected;
  readonly radius: number;
  readonly part: Part;
  /** 0 for the nearest, 1 for the farthest. */
  readonly haze: number;
}

const BONE = 0.0046; // metres, half the thickness
const JOINT = 0.0062;

export function scene(
  hands: readonly (readonly Point3[])[],
  focus: Focus,
  orbit: Orbit,
  size: Size,
): readonly Shape[] {
  const shapes = hands.flatMap((hand) => {
    const points = hand.map((point) => projected(point, focus, orbit, size));
    return [...bones(points, focus), ...joints(points, focus)];
  });
  // A joint lies in front of the bones that end in it.
  return shapes.sort((a, b) => depthOf(b) - depthOf(a));
}

function bones(points: readonly Projected[], focus: Focus): Shape[] {
  return Object.entries(CONNECTIONS).flatMap(([part, pairs]) =>
    pairs.map(([i, j]) => shape(points[i], points[j], BONE, part, focus)),
  );
}

function joints(points: readonly Projected[], focus: Focus): Shape[] {
  return points.map((point, i) => shape(point, point, JOINT, partOf(i), focus));
}

function shape(from: Projected, to: Projected, metres: number, part: string, focus: Focus): Shape {
  const radius = (metres * (from.scale + to.scale)) / 2;
  const depth = (from.depth + to.depth) / 2 / focus.reach;
  const haze = Math.min(Math.max(depth + 0.35, 0), 1);
  return { from, to, radius, part: part as Part, haze };
}

function depthOf({ from, to }: Shape): number {
  return from === to ? from.depth - JOINT : Math.max(from.depth, to.depth);
}

/** The finger to which a landmark belongs; the wrist belongs to the palm. */
export function partOf(landmark: number): Part {
  const fingers: readonly Part[] = ['thumb', 'index', 'middle', 'ring', 'pinky'];
  return landmark === 0 ? 'palm' : (fingers[Math.floor((landmark - 1) / 4)] as Part);
}

/** The lines of a floor below the hands, in space: pairs of ends, metres. */
export function floor({ at, reach }: Focus): readonly (readonly [Point3, Point3])[] {
  const y = at.y + reach * 0.95;
  const step = reach / 3;
  const lines = [-4, -3, -2, -1, 0, 1, 2, 3, 4].map((i) => i * step);
  const end = 4 * step;
  return lines.flatMap((offset) => [
    [
      { x: at.x + offset, y, z: at.z - end },
      { x: at.x + offset, y, z: at.z + end },
    ],
    [
      { x: at.x - end, y, z: at.z + offset },
      { x: at.x + end, y, z: at.z + offset },
    ],
  ]);
}
