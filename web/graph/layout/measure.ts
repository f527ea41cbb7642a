/** How wide texts are, without a document: by the widths of a broad font that others stay within. */

/** The fonts of the drawing; DejaVu Sans is the broadest that systems fall back to. */
export const SANS =
  "ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', Arial, 'DejaVu Sans', sans-serif";

export interface Face {
  readonly size: number;
  readonly weight: 400 | 600;
}

/** The pixels that a text takes in a line. */
export type Measure = (text: string, face: Face) => number;

// Advance widths in thousandths of the size, of the letters from space to tilde.
// Source: the fonts DejaVu Sans and DejaVu Sans Bold, as an image library measures them.
const REGULAR = [
  318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636,
  636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632,
  575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685,
  611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579,
  278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
];
const BOLD = [
  348, 456, 521, 838, 696, 1002, 872, 306, 457, 457, 523, 838, 380, 415, 380, 365, 696, 696, 696,
  696, 696, 696, 696, 696, 696, 696, 400, 400, 838, 838, 838, 580, 1000, 774, 762, 734, 830, 683,
  683, 821, 837, 372, 372, 775, 637, 995, 837, 850, 733, 850, 770, 720, 682, 812, 774, 1103, 771,
  724, 725, 457, 365, 457, 838, 500, 500, 675, 716, 593, 716, 678, 435, 716, 712, 343, 343, 665,
  343, 1042, 712, 687, 716, 716, 493, 595, 478, 712, 652, 924, 645, 652, 582, 712, 365, 712, 838,
];
const FIRST = 32;
/** Of a letter that the table lacks; Chinese letters are as wide as they are high. */
const OTHER = 1000;

export const measureByTable: Measure = (text, { size, weight }) => {
  const widths = weight === 600 ? BOLD : REGULAR;
  let sum = 0;
  for (const letter of text) sum += widths[letter.charCodeAt(0) - FIRST] ?? OTHER;
  return (sum * size) / 1000;
};

/** A text that fits, with an ellipsis in the middle where it had to be cut: names differ at both ends. */
export function fitted(text: string, most: number, face: Face, measure: Measure): string {
  if (measure(text, face) <= most) return text;
  for (let kept = text.length - 1; kept > 2; kept--) {
    const head = Math.ceil(kept * 0.6);
    const short = `${text.slice(0, head)}…${text.slice(text.length - (kept - head))}`;
    if (measure(short, face) <= most) return short;
  }
  return '…';
}

/**
 * The lines of a name that breaks after underscores, and where it must, within words.
 *
 * As even as they can be: the fewest lines of at most `most` pixels, and then the least width.
 */
export function broken(name: string, most: number, face: Face, measure: Measure): string[] {
  const words = name.match(/[^_]*_+|[^_]+$/g)?.map((word) => fitted(word, most, face, measure));
  if (words === undefined) return [name];
  const wide = fill(words, most, face, measure);
  for (let width = most - 8; width > 40; width -= 8) {
    const narrower = fill(words, width, face, measure);
    if (narrower.length > wide.length) break;
    if (narrower.every((line) => measure(line, face) <= width))
      wide.splice(0, wide.length, ...narrower);
  }
  return wide;
}

function fill(words: readonly string[], most: number, face: Face, measure: Measure): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const longer = `${lines.at(-1) ?? ''}${word}`;
    if (lines.length > 0 && measure(longer, face) <= most) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
