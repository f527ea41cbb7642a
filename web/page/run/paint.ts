/** A frame and what was found in it -> the picture on the stage. */

import { type Detection, draw, drawPalms, type Hand, type Size } from '@knuckle/web';
import type { Settings } from '../state/settings';

/** What was found in a frame. */
export interface Seen {
  readonly hands: readonly Hand[];
  /** Palms to draw. */
  readonly palms: readonly Detection[];
}

export function paint(
  canvas: HTMLCanvasElement,
  frame: CanvasImageSource & Size,
  { hands, palms }: Seen,
  settings: Settings,
  flipped: boolean,
): void {
  const { width, height } = frame;
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext('2d');
  if (context === null) return;
  context.setTransform(flipped ? -1 : 1, 0, 0, 1, flipped ? width : 0, 0);
  context.drawImage(frame, 0, 0);
  context.resetTransform();
  const view = { flipped, scale: scaleOf(canvas) };
  drawPalms(context, palms, { width, height }, view);
  const { style, labels, score, palmBox, roi, confidence } = settings;
  draw(context, hands, { ...view, style, handedness: labels, score, palmBox, roi, confidence });
}

/** Pixels of the display for each pixel of the picture, which is fitted into its canvas. */
function scaleOf({ width, height, clientWidth, clientHeight }: HTMLCanvasElement): number {
  return Math.min(clientWidth / width, clientHeight / height) || 1;
}
