/**
 * Shapes on a canvas.
 *
 * Convention, as in the Python library: whole numbers are pixel centres, x to the right, y down.
 *
 * There is one shape, the stroke: a line with round ends. A disc is a stroke without length. A ring or
 * a rim is a wide coat of paint below a narrower one.
 */

import type { Point } from '../values';
import type { Colour } from './style';

/** The context of a canvas on the page or of one in a worker. */
export type Context2D = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** Paint on all that is within `radius` of a point or line. */
export interface Coat {
  /** Pixels. */
  readonly radius: number;
  /** At the start of a line. */
  readonly colour: Colour;
  /** 0 to 1. */
  readonly opacity: number;
  /** At the end of a line longer than a pixel; null: the same. */
  readonly endColour: Colour | null;
}

/** A line with round ends and its coats of paint, the first one lowest. */
export interface Stroke {
  readonly start: Point;
  readonly end: Point;
  readonly coats: readonly Coat[];
}

export function coat(radius: number, colour: Colour, endColour: Colour | null = null): Coat {
  return { radius, colour, opacity: 1, endColour };
}

/** Discs around a point, the first one lowest. */
export function disc(centre: Point, coats: readonly Coat[]): Stroke {
  return { start: centre, end: centre, coats };
}

/** The sides of a closed polygon, each coat all around below the next. */
export function polygon(corners: readonly Point[], coats: readonly Coat[]): Stroke[] {
  return coats.flatMap((one) =>
    corners.map((start, i) => ({
      start,
      end: corners[(i + 1) % corners.length],
      coats: [one],
    })),
  );
}

/** The stroke in the mirror image of a picture of a width, pixels. */
export function flippedStroke({ start, end, coats }: Stroke, width: number): Stroke {
  return { start: flippedPoint(start, width), end: flippedPoint(end, width), coats };
}

/** The point in the mirror image of a picture of a width, pixels. */
export function flippedPoint({ x, y }: Point, width: number): Point {
  return { x: width - 1 - x, y };
}

/** Paint strokes, the first one lowest. The context is left as it was. */
export function paint(context: Context2D, strokes: readonly Stroke[]): void {
  context.save();
  context.translate(0.5, 0.5); // a canvas counts from the corner of a pixel, not from its centre
  context.lineCap = 'round';
  for (const stroke of strokes) {
    for (const one of stroke.coats) paintCoat(context, stroke, one);
  }
  context.restore();
}

function paintCoat(context: Context2D, { start, end }: Stroke, one: Coat): void {
  context.globalAlpha = one.opacity;
  context.beginPath();
  if (start.x === end.x && start.y === end.y) {
    context.fillStyle = cssColour(one.colour);
    context.arc(start.x, start.y, one.radius, 0, 2 * Math.PI);
    context.fill();
    return;
  }
  context.strokeStyle = inkOf(context, start, end, one);
  context.lineWidth = 2 * one.radius;
  context.moveTo(start.x, start.y);
  context.lineTo(end.x, end.y);
  context.stroke();
}

function inkOf(context: Context2D, start: Point, end: Point, one: Coat): string | CanvasGradient {
  const isShort = Math.hypot(end.x - start.x, end.y - start.y) < 1;
  if (one.endColour === null || isShort) return cssColour(one.colour);
  const gradient = context.createLinearGradient(start.x, start.y, end.x, end.y);
  gradient.addColorStop(0, cssColour(one.colour));
  gradient.addColorStop(1, cssColour(one.endColour));
  return gradient;
}

export function cssColour([red, green, blue]: Colour): string {
  return `rgb(${red} ${green} ${blue})`;
}
