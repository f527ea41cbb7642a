/** The rotation between two sets of points, by least squares. */

import {
  cross,
  directionOf,
  dot,
  lengthOf,
  type Matrix,
  plus,
  scaled,
  times,
  transposed,
  type Vector,
} from './vectors';

/** A rotation, and how strongly the points determine it. */
export interface Fit {
  /** Never a mirror image. */
  readonly rotation: Matrix;
  /** Singular values; the last is negative if a mirror image fits better. */
  readonly strengths: Vector;
}

/**
 * The rotation that brings points closest to their targets, in the least-squares sense.
 *
 * Source: Kabsch 1976; Umeyama 1991 for the sign.
 * @param points with their mean at the origin.
 * @param targets as many, with their mean at the origin.
 */
export function kabsch(points: readonly Vector[], targets: readonly Vector[]): Fit {
  const columnOf = (axis: 0 | 1 | 2): Vector =>
    targets.map((target, i) => scaled(target, points[i][axis])).reduce(plus);
  const columns: Matrix = [columnOf(0), columnOf(1), columnOf(2)];
  const [first, second, third] = singularColumns(columns);
  const isMirrored = dot(cross(columns[0], columns[1]), columns[2]) < 0;
  // The third directions follow from the first two, so the rotation is never a mirror image.
  const [u, v] = [directionOf(first.left), directionOf(second.left)];
  const lefts = transposed([u, v, cross(u, v)]);
  const rights = transposed([first.right, second.right, cross(first.right, second.right)]);
  const weakest = lengthOf(third.left);
  return {
    rotation: [times(rights, lefts[0]), times(rights, lefts[1]), times(rights, lefts[2])],
    strengths: [lengthOf(first.left), lengthOf(second.left), isMirrored ? -weakest : weakest],
  };
}

/** A right singular vector, and the left one times the singular value. */
interface Singular {
  readonly left: Vector;
  readonly right: Vector;
}

const SWEEPS = 30; // three columns take about five
const PARALLEL = 1e-15; // cosine between two columns; below it they count as orthogonal

/**
 * The singular vectors of a matrix, given by its columns; the largest singular value first.
 *
 * Source: the one-sided Jacobi method, Hestenes 1958.
 */
function singularColumns(columns: Matrix): Singular[] {
  const found: Singular[] = [
    { left: columns[0], right: [1, 0, 0] },
    { left: columns[1], right: [0, 1, 0] },
    { left: columns[2], right: [0, 0, 1] },
  ];
  for (let sweep = 0, turned = true; turned && sweep < SWEEPS; sweep++) {
    turned = false;
    for (const [i, j] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ]) {
      const slope = dot(found[i].left, found[j].left);
      const [a, b] = [lengthOf(found[i].left), lengthOf(found[j].left)];
      if (Math.abs(slope) <= PARALLEL * a * b) continue;
      turned = true;
      const angle = Math.atan2(2 * slope, a * a - b * b) / 2;
      [found[i], found[j]] = mixed(found[i], found[j], Math.cos(angle), Math.sin(angle));
    }
  }
  return found.sort((a, b) => lengthOf(b.left) - lengthOf(a.left));
}

function mixed(a: Singular, b: Singular, cos: number, sin: number): [Singular, Singular] {
  const turned = (p: Vector, q: Vector, c: number, s: number): Vector =>
    plus(scaled(p, c), scaled(q, s));
  return [
    { left: turned(a.left, b.left, cos, sin), right: turned(a.right, b.right, cos, sin) },
    { left: turned(b.left, a.left, cos, -sin), right: turned(b.right, a.right, cos, -sin) },
  ];
}
