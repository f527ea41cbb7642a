/** How drawn hands look: colours and sizes, as data; the same as in the Python library. */

import { CONNECTIONS } from '../spec';

/** RGB, 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number];
export type Style = 'fingers' | 'depth';
export type Part = keyof typeof CONNECTIONS;

export const STYLES: readonly Style[] = ['fingers', 'depth'];

export const WHITE: Colour = [255, 255, 255];
/** Labels, and rims around what is bright: near black, a little blue. */
export const NIGHT: Colour = [14, 17, 26];
/** Rims around what is black. */
export const DAY: Colour = [200, 200, 200];
/** 0 to 255: below it a rim turns from night to day. */
export const DARK = 70;

export const PART_COLOURS: Readonly<Record<Part, Colour>> = {
  palm: [226, 232, 240],
  thumb: [255, 84, 112],
  index: [255, 190, 46],
  middle: [46, 213, 134],
  ring: [38, 172, 255],
  pinky: [172, 120, 255],
};
export const PALM_BOX_COLOUR: Colour = [74, 222, 128];
export const ROI_COLOUR: Colour = [244, 114, 182];

export const PARTS = Object.keys(CONNECTIONS) as readonly Part[];

/** The part that each landmark belongs to. A knuckle belongs to its finger and to the palm; the finger wins. */
export const LANDMARK_PARTS: readonly Part[] = PARTS.reduce<Part[]>((parts, part) => {
  for (const landmark of CONNECTIONS[part].flat()) parts[landmark] = part;
  return parts;
}, []);

// The width of a line: a share of the picture's size (the root of its area), kept between two shares
// of the hand's longer side, so that it suits a distant hand and one that fills the picture.
export const LINE_PER_PICTURE = 0.0052;
export const LINE_PER_HAND = { least: 0.011, most: 0.018 } as const;
export const MIN_LINE = 0.8; // pixels of the display

// The sizes below are in widths of the line.
export const DOT_RADIUS = 0.95;
export const RING = 0.35; // width of the light ring around a dot
export const RIM = 0.3; // width of the rim around everything, which sets it off from its background
export const MIN_RIM = 0.5; // pixels of the display
export const RIM_OPACITY = 0.4;
export const LEAST_OPACITY = 0.12; // of a landmark without confidence, when confidence is drawn
export const DEPTH_RADII = { farthest: 0.6, nearest: 3.2 } as const; // of dots in the depth style
export const BOX_LINE = 0.6; // width of the lines of boxes
export const FONT_SIZE = 4.4;
export const MIN_FONT_SIZE = 10; // pixels of the display

// Labels, by the size of their font.
export const LABEL_PADDING = 0.5; // left and right of the text
export const LABEL_MARGIN = 0.1; // above and below it
export const LABEL_GAP = 0.4; // to the hand, by the height of the plate
export const LABEL_OPACITY = 0.72;
/** Whatever font the system uses for its own texts. */
export const FONT_FAMILY = 'system-ui, sans-serif';
