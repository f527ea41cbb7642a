import { Buffer } from 'node:buffer';
import { describe, expect, it, test } from 'vitest';
import { doubleText, floatText } from '../../src/io/numbers';
import { COLUMNS, type Column, type FrameLabel, NAMES, rowsOf } from '../../src/io/schema';
import { TABLE_FORMATS, tableParts, tableText } from '../../src/io/tables';
import type { Hand } from '../../src/values';
import { expectClose, golden } from '../golden';

interface Labelled {
  frame: FrameLabel;
  hands: Hand[];
}
interface Texts {
  frames: Labelled[];
  tables: Record<string, string>;
  empty: Record<string, string>;
}
type Written = { bits: string; text: string }[];

const ANGLE = 1e-6; // radians; the angles come from float64 in both languages

const rowsFor = (frames: Labelled[]) => frames.flatMap(({ frame, hands }) => rowsOf(frame, hands));

describe('against Python', () => {
  const { frames, tables, empty } = golden<Texts>('io', 'texts');

  test('columns', () => {
    expect(COLUMNS).toEqual(golden<Column[]>('io', 'columns'));
  });

  test.each(TABLE_FORMATS)('the text of a table, byte for byte: %s', (format) => {
    expect(tableText(format, rowsFor(frames))).toBe(tables[format]);
    expect(tableText(format, [])).toBe(empty[format]);
  });

  test('the cells of a hand, byte for byte, and its angles', () => {
    type Case = Labelled & { cells: string[]; angles: number[] };
    for (const { frame, hands, cells, angles } of golden<Case[]>('io', 'rows')) {
      const [row] = rowsOf(frame, hands);
      const [, line] = tableText('csv', [row]).split('\n');

      expect(line.split(',').slice(0, cells.length)).toEqual(cells);
      expectClose(row.slice(cells.length), angles, ANGLE);
    }
  });

  test('numbers', () => {
    const { floats, doubles } = golden<{ floats: Written; doubles: Written }>('io', 'numbers');
    const bytesOf = (bits: string) => Buffer.from(bits, 'hex');

    expect(floats.map(({ bits }) => floatText(bytesOf(bits).readFloatBE()))).toEqual(
      floats.map(({ text }) => text),
    );
    expect(doubles.map(({ bits }) => doubleText(bytesOf(bits).readDoubleBE()))).toEqual(
      doubles.map(({ text }) => text),
    );
  });
});

describe('properties', () => {
  const { frames } = golden<Texts>('io', 'texts');

  it('gives a frame without hands one row, with nothing from the hand on', () => {
    const [row, ...others] = rowsOf({ source: 'clip.mp4', index: 4, time: 0.5 }, []);

    expect(others).toEqual([]);
    expect(row.slice(0, 4)).toEqual([1, 'clip.mp4', 4, 0.5]);
    expect(new Set(row.slice(4))).toEqual(new Set([null]));
    expect(row).toHaveLength(NAMES.length);
  });

  it('writes JSON that reads back as the rows', () => {
    const rows = rowsFor(frames);
    const read: Record<string, unknown>[] = JSON.parse(tableText('json', rows));

    expect(read.map((row) => Object.keys(row))).toEqual(rows.map(() => [...NAMES]));
    read.forEach((row, i) => {
      NAMES.forEach((name, j) => {
        const cell = row[name];
        const isFloat = COLUMNS[j].kind === 'float' && typeof cell === 'number';
        expect(isFloat ? Math.fround(cell) : cell).toBe(rows[i][j]);
      });
    });
  });

  it('has a part for each row and one for the end', () => {
    const rows = rowsFor(frames);

    expect([...tableParts('csv', rows)]).toHaveLength(rows.length + 1);
  });

  it('names the formats it can write', () => {
    const xml = 'xml' as never;

    expect(() => tableText(xml, [])).toThrow(
      "format must be one of 'csv', 'tsv', 'json', 'jsonl', not 'xml'",
    );
  });

  test.each([
    [Number.NaN, 'nan'],
    [Infinity, 'inf'],
    [-Infinity, '-inf'],
  ])('writes %d as Python does', (value, text) => {
    expect(doubleText(value)).toBe(text);
    expect(floatText(value)).toBe(text);
  });
});
