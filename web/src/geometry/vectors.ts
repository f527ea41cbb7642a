/** Vectors and matrices of three dimensions. */

import type { Point3 } from '../values';

export type Vector = readonly [x: number, y: number, z: number];
/** Three rows. */
export type Matrix = readonly [Vector, Vector, Vector];

export function vectorOf({ x, y, z }: Point3): Vector {
  return [x, y, z];
}

export function pointOf([x, y, z]: Vector): Point3 {
  return { x, y, z };
}

export function plus(a: Vector, b: Vector): Vector {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}

export function minus(a: Vector, b: Vector): Vector {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

export function scaled(vector: Vector, factor: number): Vector {
  return [vector[0] * factor, vector[1] * factor, vector[2] * factor];
}

export function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

export function lengthOf(vector: Vector): number {
  return Math.hypot(vector[0], vector[1], vector[2]);
}

/** The vector scaled to length 1; one without length stays as it is. */
export function directionOf(vector: Vector): Vector {
  const length = lengthOf(vector);
  return length > 0 ? scaled(vector, 1 / length) : vector;
}

/** The mean of one or more vectors. */
export function meanOf(vectors: readonly Vector[]): Vector {
  return scaled(vectors.reduce(plus), 1 / vectors.length);
}

export function times(matrix: Matrix, vector: Vector): Vector {
  return [dot(matrix[0], vector), dot(matrix[1], vector), dot(matrix[2], vector)];
}

export function transposed([a, b, c]: Matrix): Matrix {
  return [
    [a[0], b[0], c[0]],
    [a[1], b[1], c[1]],
    [a[2], b[2], c[2]],
  ];
}
