/** Labels: a few words on a plate beside each hand, where they hide the least. */

import { boundsOf } from '../geometry/rois';
import { roundHalfEven } from '../geometry/rounding';
import { JOINTS, MIDDLE_MCP, WRIST } from '../spec';
import type { Hand, Point, Size } from '../values';
import { lineWidth } from './figures';
import { type Context2D, coat, cssColour, paint, type Stroke } from './strokes';
import * as look from './style';

/** Text on a plate with round ends; whole pixels of the picture. */
export interface Label extends Size {
  readonly text: string;
  readonly fontSize: number;
  /** The plate's first column. */
  readonly left: number;
  /** The plate's first row. */
  readonly top: number;
}

/** What labels say. */
export interface Words {
  /** "Right" or "Left", in a stream with the track id. */
  readonly handedness: boolean;
  /** The presence. */
  readonly score: boolean;
}

/** The size of a line of text in a font size; pixels. */
export type Measure = (text: string, fontSize: number) => Size;

/**
 * A label for each hand that shows a landmark, if the picture has room for the label.
 *
 * @param scale how many pixels of the display a pixel of the picture takes.
 */
export function labelsOf(
  hands: readonly Hand[],
  words: Words,
  scale: number,
  measure: Measure,
): Label[] {
  const labels: Label[] = [];
  for (const hand of hands) {
    const text = textOf(hand, words);
    const { imageSize: size, points } = hand;
    if (text === '' || !points.some((point) => isInside(point, size))) continue;
    const label = unplaced(text, lineWidth(hand, scale), scale, measure);
    if (label.width > size.width || label.height > size.height) continue;
    const places = centresFor(label, points).map((centre) => moved(label, centre, size));
    labels.push(leastHiding(places, hands, labels));
  }
  return labels;
}

function textOf(hand: Hand, { handedness, score }: Words): string {
  const words: string[] = [];
  if (handedness) words.push(hand.handedness === 'right' ? 'Right' : 'Left');
  if (handedness && hand.trackId !== null) words.push(String(hand.trackId));
  if (score) words.push(hand.presence.toFixed(2));
  return words.join(' ');
}

function isInside({ x, y }: Point, { width, height }: Size): boolean {
  return x >= 0 && y >= 0 && x < width && y < height;
}

/** A label without a place. `line` is the width of the hand's lines, pixels. */
function unplaced(text: string, line: number, scale: number, measure: Measure): Label {
  const least = look.MIN_FONT_SIZE / scale;
  const fontSize = Math.max(roundHalfEven(look.FONT_SIZE * line), roundHalfEven(least), 1);
  const { width, height } = measure(text, fontSize);
  return {
    text,
    fontSize,
    width: width + 2 * roundHalfEven(look.LABEL_PADDING * fontSize),
    height: height + 2 * roundHalfEven(look.LABEL_MARGIN * fontSize),
    left: 0,
    top: 0,
  };
}

/** Centres for a label, best first: beyond the wrist, below, above, beside the hand; pixels. */
function centresFor(label: Size, points: readonly Point[]): Point[] {
  const gap = look.LABEL_GAP * label.height;
  const [across, down] = [label.width / 2 + gap, label.height / 2 + gap];
  const { x0, y0, x1, y1 } = boundsOf(points);
  const [wrist, knuckle] = [points[WRIST], points[MIDDLE_MCP]];
  const [dx, dy] = [wrist.x - knuckle.x, wrist.y - knuckle.y];
  const length = Math.hypot(dx, dy) || 1;
  const away = gap + (Math.abs(dx) * label.width + Math.abs(dy) * label.height) / 2 / length;
  return [
    { x: wrist.x + (away * dx) / length, y: wrist.y + (away * dy) / length },
    { x: (x0 + x1) / 2, y: y1 + down },
    { x: (x0 + x1) / 2, y: y0 - down },
    { x: x0 - across, y: (y0 + y1) / 2 },
    { x: x1 + across, y: (y0 + y1) / 2 },
  ];
}

/** A label around a centre, moved as little as needed to be inside the picture. */
function moved(label: Label, centre: Point, size: Size): Label {
  const inside = (place: number, most: number): number => Math.min(Math.max(place, 0), most);
  return {
    ...label,
    left: inside(roundHalfEven(centre.x - label.width / 2), size.width - label.width),
    top: inside(roundHalfEven(centre.y - label.height / 2), size.height - label.height),
  };
}

/** The first of the places that hide the fewest landmarks and labels. */
function leastHiding(
  places: readonly Label[],
  hands: readonly Hand[],
  others: readonly Label[],
): Label {
  const hidden = places.map((place) => hiddenBy(place, hands, others));
  return places[hidden.indexOf(Math.min(...hidden))];
}

/** How many landmarks a label hides; hiding another label counts as a whole hand. */
function hiddenBy(label: Label, hands: readonly Hand[], others: readonly Label[]): number {
  const [right, bottom] = [label.left + label.width, label.top + label.height];
  const covered = hands
    .flatMap((hand) => hand.points)
    .filter(({ x, y }) => x >= label.left && y >= label.top && x < right && y < bottom);
  const overlapped = others.filter(
    (other) =>
      label.left < other.left + other.width &&
      other.left < right &&
      label.top < other.top + other.height &&
      other.top < bottom,
  );
  return covered.length + JOINTS * overlapped.length;
}

/** How a context measures text, for `labelsOf`. */
export function measureWith(context: Context2D): Measure {
  return (text, fontSize) => {
    const { width, ascent, below } = extentOf(context, text, fontSize);
    return { width: Math.ceil(width), height: Math.ceil(ascent + 2 * below) };
  };
}

/** Where the ink of a line of text is, pixels: capitals above the base line, and what hangs below it. */
interface Extent {
  readonly width: number;
  /** From the first ink to where the text starts. */
  readonly left: number;
  readonly ascent: number;
  readonly below: number;
}

function extentOf(context: Context2D, text: string, fontSize: number): Extent {
  context.save();
  context.font = fontOf(fontSize);
  const { actualBoundingBoxLeft: left, actualBoundingBoxRight: right } = context.measureText(text);
  const ascent = context.measureText('R').actualBoundingBoxAscent;
  const below = context.measureText('g').actualBoundingBoxDescent;
  context.restore();
  return { width: left + right, left, ascent, below };
}

function fontOf(fontSize: number): string {
  return `${fontSize}px ${look.FONT_FAMILY}`;
}

/** Paint labels. The context is left as it was. */
export function paintLabels(context: Context2D, labels: readonly Label[]): void {
  paint(context, labels.map(plateOf));
  context.save();
  context.fillStyle = cssColour(look.WHITE);
  context.textAlign = 'left';
  context.textBaseline = 'alphabetic';
  for (const { text, fontSize, left, top, width, height } of labels) {
    const extent = extentOf(context, text, fontSize);
    context.font = fontOf(fontSize);
    const middle = top + (height + extent.ascent) / 2; // capitals in the middle of the plate
    context.fillText(text, left + (width - extent.width) / 2 + extent.left, middle);
  }
  context.restore();
}

/** The plate below a text. */
export function plateOf({ left, top, width, height }: Label): Stroke {
  const radius = height / 2;
  const y = top - 0.5 + radius;
  return {
    start: { x: left - 0.5 + radius, y },
    end: { x: left - 0.5 + width - radius, y },
    coats: [{ ...coat(radius, look.NIGHT), opacity: look.LABEL_OPACITY }],
  };
}
