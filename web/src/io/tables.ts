/** The table in each of its formats, the same text as the Python library writes. */

import { checkedChoice } from '../checks';
import { doubleText, floatText } from './numbers';
import { type Cell, COLUMNS, type Kind, NAMES, type Row } from './schema';

export type TableFormat = 'csv' | 'tsv' | 'json' | 'jsonl';

/** How a format writes the table. */
interface Layout {
  readonly mediaType: string;
  readonly head: string;
  readonly line: (row: Row) => string;
  readonly between: string;
  readonly end: string;
  /** The whole text of a table without rows. */
  readonly empty: string;
}

const LAYOUTS: Readonly<Record<TableFormat, Layout>> = {
  csv: separated('text/csv', ','),
  tsv: separated('text/tab-separated-values', '\t'),
  json: {
    mediaType: 'application/json',
    head: '[\n',
    line: jsonObject,
    between: ',\n',
    end: '\n]\n',
    empty: '[]\n',
  },
  jsonl: {
    mediaType: 'application/jsonl',
    head: '',
    line: jsonObject,
    between: '\n',
    end: '\n',
    empty: '',
  },
};

export const TABLE_FORMATS = Object.keys(LAYOUTS) as readonly TableFormat[];

/** The media type of a format, for `Blob`. */
export function mediaTypeOf(format: TableFormat): string {
  return LAYOUTS[format].mediaType;
}

/**
 * The text of a table in parts, a part for each row: `new Blob([...tableParts('csv', rows)])`.
 *
 * Throws RangeError for an unknown format.
 */
export function* tableParts(format: TableFormat, rows: Iterable<Row>): Generator<string> {
  const { head, line, between, end, empty } =
    LAYOUTS[checkedChoice('format', format, TABLE_FORMATS)];
  let before = head;
  for (const row of rows) {
    yield before + line(row);
    before = between;
  }
  yield before === head ? empty : end;
}

/** The text of a table. Throws RangeError for an unknown format. */
export function tableText(format: TableFormat, rows: Iterable<Row>): string {
  return [...tableParts(format, rows)].join('');
}

function separated(mediaType: string, delimiter: string): Layout {
  const head = `${NAMES.join(delimiter)}\n`;
  return {
    mediaType,
    head,
    line: (row) =>
      COLUMNS.map(({ kind }, i) => separatedCell(row[i], kind, delimiter)).join(delimiter),
    between: '\n',
    end: '\n',
    empty: head,
  };
}

function separatedCell(cell: Cell, kind: Kind, delimiter: string): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return numberText(cell, kind);
  const isPlain = !cell.includes(delimiter) && !/["\r\n]/.test(cell);
  return isPlain ? cell : `"${cell.replaceAll('"', '""')}"`;
}

function jsonObject(row: Row): string {
  return `{${COLUMNS.map(({ name, kind }, i) => `"${name}": ${jsonCell(row[i], kind)}`).join(', ')}}`;
}

function jsonCell(cell: Cell, kind: Kind): string {
  return typeof cell === 'number' ? jsonNumber(numberText(cell, kind)) : JSON.stringify(cell);
}

// Python's names for what JSON has no number for. Its own reader and pandas know them.
const UNUSUAL: Readonly<Record<string, string>> = {
  nan: 'NaN',
  inf: 'Infinity',
  '-inf': '-Infinity',
};

function jsonNumber(text: string): string {
  return UNUSUAL[text] ?? text;
}

function numberText(value: number, kind: Kind): string {
  if (kind === 'float') return floatText(value);
  return kind === 'double' ? doubleText(value) : String(value);
}
