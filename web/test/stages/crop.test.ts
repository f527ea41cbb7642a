import { Buffer } from 'node:buffer';
import { describe, expect, it, test } from 'vitest';
import type { Border } from '../../src/stages/picture';
import { PixelPicture } from '../../src/stages/pixel_picture';
import type { Roi, Size } from '../../src/values';
import { golden } from '../golden';
import { madePicture } from '../made_picture';

interface Crops {
  size: Size;
  cropSize: number;
  cases: { name: string; roi: Roi; border: Border; rgb: string }[];
}

// Both round to whole levels of 255. Python's coordinates are float32, so ties fall to either side.
const LEVELS = 1.01;

function levelsOf(text: string): number[] {
  return [...Buffer.from(text, 'base64')];
}

function largestDifference(a: readonly number[], b: readonly number[]): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
}

describe('against Python', () => {
  const { size, cropSize, cases } = golden<Crops>('stages', 'crops');
  const picture = madePicture(size.width, size.height);

  test.each(cases)('crop: $name, $border', ({ roi, border, rgb }) => {
    const crop = Array.from(picture.crop(roi, cropSize, border), (value) => value * 255);

    expect(largestDifference(crop, levelsOf(rgb))).toBeLessThan(LEVELS);
  });

  test('thumbnail', () => {
    type Case = { size: Size; thumbnail: Size; rgb: string };
    for (const { size, thumbnail, rgb } of golden<Case[]>('stages', 'thumbnails')) {
      const { width, height, data } = madePicture(size.width, size.height).thumbnail();

      expect({ width, height }).toEqual(thumbnail);
      expect([...data].filter((_, i) => i % 4 < 3)).toEqual(levelsOf(rgb));
    }
  });
});

describe('properties', () => {
  const picture = madePicture(64, 48);

  it('copies a square of pixels', () => {
    const roi: Roi = { x: 0.5, y: 0.5, width: 16 / 64, height: 16 / 48, rotation: 0 };
    const crop = picture.crop(roi, 16, 'zero');
    const copied = [0, 16, 8 * 16 + 4].map((i) => Math.round(255 * crop[3 * i]));
    const ramp = (x: number, y: number) => Math.abs(((3 * x + 5 * y) % 510) - 255);

    expect(copied).toEqual([ramp(24, 16), ramp(24, 17), ramp(28, 24)]);
  });

  it('is the same at every rotation of a plain picture', () => {
    const plain = new PixelPicture({
      data: new Uint8ClampedArray(4 * 50 * 30).fill(200),
      width: 50,
      height: 30,
    });
    for (let rotation = -3; rotation < 3; rotation += 0.37) {
      const roi: Roi = { x: 0.2, y: 0.9, width: 0.8, height: 0.8 * (50 / 30), rotation };
      const crop = plain.crop(roi, 20, 'replicate');

      expect(largestDifference([...crop], Array(1200).fill(200 / 255))).toBeLessThan(1e-6);
    }
  });

  it('shows black beyond the picture, or its edge', () => {
    const roi: Roi = { x: 3, y: 0.5, width: 0.1, height: 0.1 * (64 / 48), rotation: 0.5 };

    expect(Math.max(...picture.crop(roi, 8, 'zero'))).toBe(0);
    expect(Math.max(...picture.crop(roi, 8, 'replicate'))).toBeGreaterThan(0);
  });

  it('reads the edge of a picture of one pixel', () => {
    const pixel = new PixelPicture({
      data: new Uint8ClampedArray([255, 0, 51, 255]),
      width: 1,
      height: 1,
    });
    const crop = pixel.crop({ x: 0.5, y: 0.5, width: 3, height: 3, rotation: 1 }, 2, 'replicate');

    expect([...crop].map((value) => Math.round(255 * value))).toEqual(
      Array(4).fill([255, 0, 51]).flat(),
    );
  });

  it('refuses pixels that are not RGBA', () => {
    const data = new Uint8ClampedArray(3 * 4 * 2);

    expect(() => new PixelPicture({ data, width: 4, height: 2 })).toThrow(/32 numbers, not 24/);
  });
});
