/** `DrawingUtils`, and the two functions of the older @mediapipe/drawing_utils. */

import type { Context2D } from '../render/strokes';
import type { Connection } from './connections';
import type { NormalizedLandmark } from './results';

/** What a style may depend on. */
export interface LandmarkData {
  index?: number;
  from?: NormalizedLandmark;
  to?: NormalizedLandmark;
}

type Paint = string | CanvasGradient | CanvasPattern;
type Choice<T> = T | ((data: LandmarkData) => T);

export interface DrawingOptions {
  /** Default white. */
  color?: Choice<Paint>;
  /** Default `color`, or black if that is not given either. */
  fillColor?: Choice<Paint>;
  /** Default 4. */
  lineWidth?: Choice<number>;
  /** Default 6. */
  radius?: Choice<number>;
}

/** A box, pixels of the canvas. */
export interface BoundingBox {
  originX: number;
  originY: number;
  width: number;
  height: number;
  angle?: number;
}

/** Draws results onto a canvas. */
export class DrawingUtils {
  readonly #context: Context2D | WebGL2RenderingContext;

  constructor(context: Context2D | WebGL2RenderingContext, _gpuContext?: WebGL2RenderingContext) {
    this.#context = context;
  }

  /** `x`, but at least the lesser and at most the greater bound. */
  static clamp(x: number, x0: number, x1: number): number {
    return Math.min(Math.max(x, Math.min(x0, x1)), Math.max(x0, x1));
  }

  /** The value at `x` on the line from (x0, y0) to (x1, y1), never beyond its ends. */
  static lerp(x: number, x0: number, x1: number, y0: number, y1: number): number {
    return DrawingUtils.clamp(y0 + ((x - x0) / (x1 - x0)) * (y1 - y0), y0, y1);
  }

  /** Draw a circle at each landmark. */
  drawLandmarks(landmarks?: NormalizedLandmark[], style?: DrawingOptions): void {
    drawLandmarks(this.#flat(), landmarks, style);
  }

  /** Draw a line for each connection whose two landmarks are there. */
  drawConnectors(
    landmarks?: NormalizedLandmark[],
    connections?: Connection[],
    style?: DrawingOptions,
  ): void {
    drawConnectors(this.#flat(), landmarks, connections, style);
  }

  /** Draw a box. */
  drawBoundingBox(box: BoundingBox, style: DrawingOptions = {}): void {
    const context = this.#flat();
    context.save();
    applyStyle(context, style, {});
    context.beginPath();
    context.rect(box.originX, box.originY, box.width, box.height);
    context.stroke();
    context.fill();
    context.restore();
  }

  /** Nothing has to be freed. */
  close(): void {}

  #flat(): Context2D {
    if ('fillRect' in this.#context) return this.#context;
    throw new Error("DrawingUtils draws hands with a 2D context: canvas.getContext('2d')");
  }
}

/** Draw a circle at each landmark. */
export function drawLandmarks(
  context: Context2D,
  landmarks: NormalizedLandmark[] = [],
  style: DrawingOptions = {},
): void {
  const { width, height } = context.canvas;
  context.save();
  landmarks.forEach((from, index) => {
    applyStyle(context, style, { index, from });
    const radius = chosen(style.radius, { index, from }) ?? 6;
    context.beginPath();
    context.arc(from.x * width, from.y * height, radius, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  });
  context.restore();
}

/** Draw a line for each connection whose two landmarks are there. Takes pairs of indices, too. */
export function drawConnectors(
  context: Context2D,
  landmarks: NormalizedLandmark[] = [],
  connections: readonly (Connection | readonly [number, number])[] = [],
  style: DrawingOptions = {},
): void {
  const { width, height } = context.canvas;
  context.save();
  connections.forEach((connection, index) => {
    const [start, end] = 'start' in connection ? [connection.start, connection.end] : connection;
    const from = landmarks[start];
    const to = landmarks[end];
    if (from === undefined || to === undefined) return;
    applyStyle(context, style, { index, from, to });
    context.beginPath();
    context.moveTo(from.x * width, from.y * height);
    context.lineTo(to.x * width, to.y * height);
    context.stroke();
  });
  context.restore();
}

function applyStyle(context: Context2D, style: DrawingOptions, data: LandmarkData): void {
  context.strokeStyle = chosen(style.color, data) ?? 'white';
  context.fillStyle = chosen(style.fillColor ?? style.color, data) ?? 'black';
  context.lineWidth = chosen(style.lineWidth, data) ?? 4;
}

function chosen<T extends Paint | number>(
  choice: Choice<T> | undefined,
  data: LandmarkData,
): T | undefined {
  return typeof choice === 'function' ? choice(data) : choice;
}
