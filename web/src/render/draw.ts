/** Hands -> a canvas to look at. */

import { checkedChoice } from '../checks';
import type { Detection, Hand, Size } from '../values';
import { figureOf, palmBoxStrokes, palmStrokes, roiStrokes } from './figures';
import { labelsOf, measureWith, paintLabels } from './labels';
import { type Context2D, flippedPoint, flippedStroke, paint, type Stroke } from './strokes';
import { STYLES, type Style } from './style';

/** How a drawing lies on the canvas. */
export interface View {
  /** Draw the mirror image, as a front camera is shown. Labels stay readable. Default false. */
  flipped?: boolean;
  /**
   * How many pixels of the display (CSS pixels) a pixel of the picture takes. It keeps lines visible
   * and labels readable when the picture is shown smaller than it is. Default 1.
   */
  scale?: number;
}

export interface DrawOptions extends View {
  /**
   * "fingers" gives each finger its colour. "depth" is grey: near joints are bright and large, far
   * ones dark and small. Default "fingers".
   */
  style?: Style;
  /** Write "Right" or "Left" next to the wrist, in a stream with the track id. Default true. */
  handedness?: boolean;
  /** Write the presence next to the wrist, 0 to 1. Default false. */
  score?: boolean;
  /** Draw the box of the detected palm. A hand that was tracked has none. Default false. */
  palmBox?: boolean;
  /** Draw the region in which the landmarks were read. A dot marks the side of the fingers. Default false. */
  roi?: boolean;
  /** Fade uncertain joints, and each line as much as the less certain of its ends. Default false. */
  confidence?: boolean;
}

/**
 * Draw hands, near parts over far ones, as `knuckle.draw` does.
 *
 * One unit of the context is one pixel of the picture, so a canvas of another size needs a transform:
 * `context.setTransform(canvas.width / picture.width, 0, 0, canvas.height / picture.height, 0, 0)`.
 * The context is left as it was, and nothing is cleared. Throws RangeError for an unknown style.
 * @param hands of one picture. Later hands are drawn over earlier ones.
 */
export function draw(context: Context2D, hands: readonly Hand[], options: DrawOptions = {}): void {
  paint(context, strokesOf(hands, options));
  const words = { handedness: options.handedness ?? true, score: options.score ?? false };
  const seen = options.flipped ? hands.map(flippedHand) : hands;
  paintLabels(context, labelsOf(seen, words, options.scale ?? 1, measureWith(context)));
}

/** What `draw` paints below the labels, the first stroke lowest. */
export function strokesOf(hands: readonly Hand[], options: DrawOptions): Stroke[] {
  const style = checkedChoice('style', options.style ?? 'fingers', STYLES);
  const { flipped = false, scale = 1, roi = false, palmBox = false, confidence = false } = options;
  const seen = (hand: Hand, strokes: Stroke[]): Stroke[] =>
    flipped ? strokes.map((stroke) => flippedStroke(stroke, hand.imageSize.width)) : strokes;
  return [
    ...hands.flatMap((hand) => [
      ...seen(hand, roi ? roiStrokes(hand, scale) : []),
      ...seen(hand, palmBox ? palmBoxStrokes(hand, scale) : []),
    ]),
    ...hands.flatMap((hand) => seen(hand, figureOf(hand, style, confidence, scale))),
  ];
}

/** The hand with its points in the mirror image. */
function flippedHand(hand: Hand): Hand {
  const { width } = hand.imageSize;
  return { ...hand, points: hand.points.map((point) => flippedPoint(point, width)) };
}

/**
 * Draw palms that were detected: their boxes and key points.
 *
 * @param size of the picture, pixels; one unit of the context is one of them.
 */
export function drawPalms(
  context: Context2D,
  palms: readonly Detection[],
  size: Size,
  { flipped = false, scale = 1 }: View = {},
): void {
  const strokes = palms.flatMap((palm) => palmStrokes(palm, size, scale));
  paint(
    context,
    strokes.map((stroke) => (flipped ? flippedStroke(stroke, size.width) : stroke)),
  );
}
