/** Wires as paths: right angles with round corners, and the tip at the end. */

import type { Point } from '../layout/layout';

const RADIUS = 7;
const TIP = 7;

const round = (value: number) => Math.round(value * 10) / 10;

/** A path through points, its corners round. */
export function pathThrough(points: readonly Point[]): string {
  if (points.length < 2) return '';
  const [first, ...rest] = points;
  const parts = [`M${round(first.x)} ${round(first.y)}`];
  rest.forEach((corner, i) => {
    const [before, after] = [points[i], rest[i + 1]];
    if (after === undefined) {
      parts.push(`L${round(corner.x)} ${round(corner.y)}`);
      return;
    }
    const radius = Math.min(RADIUS, distance(before, corner) / 2, distance(corner, after) / 2);
    const [start, end] = [towards(corner, before, radius), towards(corner, after, radius)];
    parts.push(`L${round(start.x)} ${round(start.y)}`);
    parts.push(`Q${round(corner.x)} ${round(corner.y)} ${round(end.x)} ${round(end.y)}`);
  });
  return parts.join('');
}

/** The points of a wire without those on a straight line between others, and short of its tip. */
export function simplified(points: readonly Point[]): Point[] {
  const kept: Point[] = [];
  for (const point of points) {
    const [a, b] = [kept.at(-2), kept.at(-1)];
    if (b !== undefined && distance(b, point) < 0.01) continue;
    if (a !== undefined && b !== undefined && isStraight(a, b, point)) kept.pop();
    kept.push(point);
  }
  return kept;
}

function isStraight(a: Point, b: Point, c: Point): boolean {
  return Math.abs((b.x - a.x) * (c.y - b.y) - (b.y - a.y) * (c.x - b.x)) < 0.01;
}

/** A triangle that ends where the wire ends. */
export function tipOf(points: readonly Point[]): string {
  const [from, end] = [points.at(-2), points.at(-1)];
  if (from === undefined || end === undefined) return '';
  const back = towards(end, from, TIP);
  const [dx, dy] = [(end.x - back.x) * 0.5, (end.y - back.y) * 0.5];
  const corners = [end, { x: back.x - dy, y: back.y + dx }, { x: back.x + dy, y: back.y - dx }];
  return `${corners.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${round(x)} ${round(y)}`).join('')}Z`;
}

/** The wire without its last few pixels, which the tip covers. */
export function shortened(points: readonly Point[]): Point[] {
  const [from, end] = [points.at(-2), points.at(-1)];
  if (from === undefined || end === undefined) return [...points];
  const less = Math.min(TIP - 1, distance(from, end) - 0.5);
  return less <= 0 ? [...points] : [...points.slice(0, -1), towards(end, from, less)];
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function towards(from: Point, to: Point, by: number): Point {
  const whole = distance(from, to) || 1;
  return { x: from.x + ((to.x - from.x) * by) / whole, y: from.y + ((to.y - from.y) * by) / whole };
}
