import { describe, expect, it, test } from 'vitest';
import { type DrawOptions, strokesOf } from '../../src/render/draw';
import { palmStrokes } from '../../src/render/figures';
import { labelsOf, type Measure, plateOf } from '../../src/render/labels';
import type { Coat, Stroke } from '../../src/render/strokes';
import type { Detection, Hand } from '../../src/values';
import { expectClose, golden } from '../golden';

type PlainCoat = [number, readonly number[], number, readonly number[] | null];
type PlainStroke = [number, number, number, number, PlainCoat[]];
interface Drawing {
  options: Record<string, boolean | string>;
  texts: { text: string; fontSize: number; width: number; height: number }[];
  strokes: PlainStroke[];
  plates: PlainStroke[];
}

const FLOAT32_PIXELS = 1e-3; // the corners of ROIs are float32 in Python

function plain({ start, end, coats }: Stroke): PlainStroke {
  const plainCoat = ({ radius, colour, opacity, endColour }: Coat): PlainCoat => [
    radius,
    colour,
    opacity,
    endColour,
  ];
  return [start.x, start.y, end.x, end.y, coats.map(plainCoat)];
}

const hands = golden<Hand[]>('render', 'hands');
const drawings = golden<Drawing[]>('render', 'drawings');

function wordsOf({ handedness = true, score = false }: DrawOptions) {
  return { handedness, score };
}

/** Text as wide and high as in Python, whose font is another one. */
function measureOf({ texts }: Drawing): Measure {
  return (text, fontSize) => {
    const found = texts.find((one) => one.text === text);
    expect(found?.fontSize).toBe(fontSize);
    return found ?? { width: 0, height: 0 };
  };
}

describe('against Python', () => {
  test.each(drawings)('draw: $options', (drawing) => {
    const options: DrawOptions = drawing.options;
    expectClose(strokesOf(hands, options).map(plain), drawing.strokes, FLOAT32_PIXELS);

    const labels = labelsOf(hands, wordsOf(options), 1, measureOf(drawing));
    expect(labels.map(({ text }) => text)).toEqual(drawing.texts.map(({ text }) => text));
    expectClose(labels.map(plateOf).map(plain), drawing.plates, FLOAT32_PIXELS);
  });
});

describe('properties', () => {
  it('flips a drawing without flipping its labels', () => {
    const { width } = hands[0].imageSize;
    const there = strokesOf(hands, { roi: true });
    const back = strokesOf(hands, { roi: true, flipped: true });

    expectClose(
      back.map(({ start }) => width - 1 - start.x),
      there.map(({ start }) => start.x),
      1e-9,
    );
  });

  it('draws wider lines where a picture is shown smaller', () => {
    const far = hands.map((hand) => ({
      ...hand,
      points: hand.points.map(({ x, y }) => ({ x: x / 10, y: y / 10 })),
    }));
    const widest = (scale: number) =>
      Math.max(...strokesOf(far, { scale }).flatMap(({ coats }) => coats.map((c) => c.radius)));

    expect(widest(0.25)).toBeGreaterThan(2 * widest(1));
  });

  it('draws a palm by its box and key points', () => {
    const palm: Detection = {
      box: { x0: 0.25, y0: 0.25, x1: 0.5, y1: 0.5 },
      keypoints: [{ x: 0.3, y: 0.4 }],
      score: 0.9,
    };
    const strokes = palmStrokes(palm, { width: 400, height: 200 }, 1);

    expect(strokes[0].start).toEqual({ x: 100, y: 50 });
    expect(strokes.at(-1)?.start).toEqual({ x: 120, y: 80 });
  });

  it('names the styles', () => {
    const style = 'pencil' as never;

    expect(() => strokesOf([], { style })).toThrow(
      "style must be one of 'fingers', 'depth', not 'pencil'",
    );
  });
});
