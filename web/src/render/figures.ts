/** Hands, ROIs and palms as strokes. */

import { boundsOf, roiCorners } from '../geometry/rois';
import { roundHalfEven } from '../geometry/rounding';
import { CONNECTIONS } from '../spec';
import type { Box, Detection, Hand, Point, Size } from '../values';
import { type Coat, coat, disc, polygon, type Stroke } from './strokes';
import type { Colour, Style } from './style';
import * as look from './style';

const BONES = look.PARTS.flatMap((part) =>
  CONNECTIONS[part].map(([start, end]) => ({ part, start, end })),
);

/** How a hand is drawn: the sizes that follow from its line, and the opacity of each landmark. */
interface Pen {
  /** The width of its lines, pixels. All other sizes follow from it. */
  readonly line: number;
  /** How many pixels of the display a pixel of the picture takes. */
  readonly scale: number;
  /** 21 numbers, 0 to 1. */
  readonly opacities: readonly number[];
}

/** The width of a hand's lines, pixels. */
export function lineWidth(hand: Hand, scale: number): number {
  const { x0, y0, x1, y1 } = boundsOf(hand.points);
  return widthFor(Math.max(x1 - x0, y1 - y0), hand.imageSize, scale);
}

function widthFor(handSide: number, { width, height }: Size, scale: number): number {
  const side = Math.min(handSide, Math.max(width, height));
  const { least, most } = look.LINE_PER_HAND;
  const usual = look.LINE_PER_PICTURE * Math.sqrt(width * height);
  return Math.max(Math.min(Math.max(usual, least * side), most * side), look.MIN_LINE / scale);
}

/**
 * The lines and dots of a hand, the farthest first.
 *
 * @param fades whether each landmark is as opaque as it is certain.
 * @param scale how many pixels of the display a pixel of the picture takes.
 */
export function figureOf(hand: Hand, style: Style, fades: boolean, scale: number): Stroke[] {
  const least = look.LEAST_OPACITY;
  const opacities = hand.confidence.map((share) => (fades ? least + (1 - least) * share : 1));
  const pen: Pen = { line: lineWidth(hand, scale), scale, opacities };
  return style === 'fingers' ? fingers(hand, pen) : depth(hand, pen);
}

/** A hand with a colour for each finger. */
function fingers(hand: Hand, pen: Pen): Stroke[] {
  const { line } = pen;
  const radius = look.DOT_RADIUS * line;
  const ring = rimmed(coat(radius + look.RING * line, look.WHITE), pen);
  return farToNear(
    hand,
    BONES.map(({ part }) => rimmed(coat(line / 2, look.PART_COLOURS[part]), pen)),
    look.LANDMARK_PARTS.map((part) => [...ring, coat(radius, look.PART_COLOURS[part])]),
    pen,
  );
}

/**
 * A hand in grey: its nearest point white and large, its farthest black and small.
 *
 * Source: the greys of mediapipe/graphs/hand_tracking/subgraphs/hand_renderer_cpu.pbtxt and of
 * mediapipe/calculators/util/landmarks_to_render_data_calculator.cc; the sizes are our own.
 */
function depth(hand: Hand, pen: Pen): Stroke[] {
  const { line } = pen;
  const z = hand.landmarks.map((landmark) => landmark.z);
  const nearest = Math.min(...z);
  const span = Math.max(...z) - nearest + 1e-6;
  const depths = z.map((value) => (value - nearest) / span);
  const greys = depths.map((share): Colour => {
    const grey = 255 - Math.trunc(255 * share);
    return [grey, grey, grey];
  });
  const least = look.DEPTH_RADII.farthest * line;
  const most = look.DEPTH_RADII.nearest * line;
  return farToNear(
    hand,
    BONES.map(({ start, end }) => rimmed(coat(line / 2, greys[start], greys[end]), pen)),
    depths.map((share, i) => rimmed(coat(Math.max(most * (1 - share), least), greys[i]), pen)),
    pen,
  );
}

/** A coat over a rim, which sets it off from a background of the same colour. */
function rimmed(paint: Coat, { line, scale }: Omit<Pen, 'opacities'>): Coat[] {
  const rim: Coat = {
    radius: paint.radius + Math.max(look.RIM * line, look.MIN_RIM / scale),
    colour: rimColour(paint.colour),
    opacity: look.RIM_OPACITY,
    endColour: paint.endColour && rimColour(paint.endColour),
  };
  return [rim, paint];
}

/** Dark around bright colours, light around dark ones. */
function rimColour(colour: Colour): Colour {
  const darkness = Math.max(1 - Math.max(...colour) / look.DARK, 0);
  const mixed = (i: 0 | 1 | 2): number =>
    roundHalfEven(look.NIGHT[i] + darkness * (look.DAY[i] - look.NIGHT[i]));
  return [mixed(0), mixed(1), mixed(2)];
}

/**
 * Lines between landmarks and dots on all 21 as strokes, the farthest first.
 *
 * A line counts as far as its far end, and comes before a dot at the same depth. So it runs below the
 * dots at its own ends.
 */
function farToNear(
  { points, landmarks }: Hand,
  lines: readonly (readonly Coat[])[],
  dots: readonly (readonly Coat[])[],
  { opacities }: Pen,
): Stroke[] {
  const strokes: { z: number; stroke: Stroke }[] = BONES.map(({ start, end }, i) => ({
    z: Math.max(landmarks[start].z, landmarks[end].z),
    stroke: {
      start: points[start],
      end: points[end],
      coats: faded(lines[i], Math.min(opacities[start], opacities[end])),
    },
  }));
  points.forEach((point, i) => {
    strokes.push({ z: landmarks[i].z, stroke: disc(point, faded(dots[i], opacities[i])) });
  });
  return strokes.sort((a, b) => b.z - a.z).map(({ stroke }) => stroke);
}

function faded(coats: readonly Coat[], opacity: number): Coat[] {
  return coats.map((one) => ({ ...one, opacity: one.opacity * opacity }));
}

/** The square in which the landmarks were read, with a dot on the side of the fingers. */
export function roiStrokes(hand: Hand, scale: number): Stroke[] {
  const corners = roiCorners(hand.roi, hand.imageSize);
  const [, left, right] = corners;
  const middle = { x: (left.x + right.x) / 2, y: (left.y + right.y) / 2 };
  const pen = { line: lineWidth(hand, scale), scale };
  const side = coat((look.BOX_LINE * pen.line) / 2, look.ROI_COLOUR);
  const dot = coat(look.DOT_RADIUS * pen.line, look.ROI_COLOUR);
  return [...polygon(corners, rimmed(side, pen)), disc(middle, rimmed(dot, pen))];
}

/** The box of the palm by which the hand was detected; nothing for a tracked hand. */
export function palmBoxStrokes(hand: Hand, scale: number): Stroke[] {
  return hand.palmBox === null ? [] : boxStrokes(hand.palmBox, lineWidth(hand, scale), scale);
}

function boxStrokes({ x0, y0, x1, y1 }: Box, line: number, scale: number): Stroke[] {
  const corners = [
    { x: x0, y: y0 },
    { x: x1, y: y0 },
    { x: x1, y: y1 },
    { x: x0, y: y1 },
  ];
  const side = coat((look.BOX_LINE * line) / 2, look.PALM_BOX_COLOUR);
  return polygon(corners, rimmed(side, { line, scale }));
}

/** A hand is about so much longer than the box of its palm. */
const HAND_PER_PALM = 2;

/** The box and the key points of a palm that was detected. */
export function palmStrokes({ box, keypoints }: Detection, size: Size, scale: number): Stroke[] {
  const low = inPixels({ x: box.x0, y: box.y0 }, size);
  const high = inPixels({ x: box.x1, y: box.y1 }, size);
  const line = widthFor(HAND_PER_PALM * Math.max(high.x - low.x, high.y - low.y), size, scale);
  const dot = rimmed(coat(look.DOT_RADIUS * line, look.PALM_BOX_COLOUR), { line, scale });
  return [
    ...boxStrokes({ x0: low.x, y0: low.y, x1: high.x, y1: high.y }, line, scale),
    ...keypoints.map((point) => disc(inPixels(point, size), dot)),
  ];
}

function inPixels({ x, y }: Point, { width, height }: Size): Point {
  return { x: x * width, y: y * height };
}
