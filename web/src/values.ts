/**
 * The values that flow between the stages. All are plain data, and nothing changes them.
 *
 * Frames of reference, as in the Python library:
 *
 * - image pixels: x to the right, y down, origin at the top left corner of the picture;
 * - normalised image: pixels divided by the picture's width and height;
 * - metres: the hand's own frame, axes as the picture's, z away from the camera.
 */

export type Handedness = 'left' | 'right';
export type Status = 'detected' | 'tracked';

/** Width and height of a picture, pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Point3 extends Point {
  readonly z: number;
}

/**
 * A rotated rectangle on the picture, square in pixels; normalised image frame.
 *
 * x and y are the centre. A positive rotation (radians, in [-pi, pi)) turns the x axis towards the
 * y axis, clockwise on the screen. At rotation 0 the fingers of the hand point up.
 */
export interface Roi extends Point, Size {
  readonly rotation: number;
}

/** An axis-aligned box: left, top, right and bottom edge, image pixels unless said otherwise. */
export interface Box {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** A palm found in a picture; normalised image frame. */
export interface Detection {
  readonly box: Box;
  /** 7 points: wrist, index to pinky MCP, thumb CMC, thumb MCP. */
  readonly keypoints: readonly Point[];
  /** 0 to 1. */
  readonly score: number;
}

/** A place where a hand may be. */
export interface Candidate {
  readonly roi: Roi;
  /** The score of the palm detector; null when the hand was tracked from the last frame. */
  readonly palmScore: number | null;
  /** The box of the palm, image pixels; null when the hand was tracked. */
  readonly palmBox: Box | null;
}

/** One hand in one picture. */
export interface Hand {
  /** 21 points: x and y as fractions of the picture's width and height, z in picture widths, 0 at the wrist, negative towards the camera. */
  readonly landmarks: readonly Point3[];
  /** The same 21 points in image pixels. */
  readonly points: readonly Point[];
  /** 21 points in metres; the origin is near the middle of the hand, the axes are those of the picture. */
  readonly worldLandmarks: readonly Point3[];
  /** The person's own left or right hand. */
  readonly handedness: Handedness;
  /** 0.5 to 1: how sure the network is of `handedness`. */
  readonly handednessScore: number;
  /** 0 to 1: how sure the network is that it read a hand. */
  readonly presence: number;
  /** 0 to 1: the score of the palm detector; null when the hand was tracked. */
  readonly palmScore: number | null;
  /** The box of the detected palm, image pixels; null when the hand was tracked. */
  readonly palmBox: Box | null;
  /** The region in which the landmarks were read. */
  readonly roi: Roi;
  readonly imageSize: Size;
  /** 21 numbers, 0 to 1: the probability that each point is within 0.1 palm lengths of its joint. */
  readonly confidence: readonly number[];
  /** "detected" by its palm, or "tracked" from the frame before. */
  readonly status: Status;
  /** The number that a hand keeps throughout a stream; null in a single picture. */
  readonly trackId: number | null;
  /** Seconds since the hand was first seen. */
  readonly age: number;
  /** The unsmoothed hand, as read in this frame alone; null for hands of a single picture. */
  readonly raw: Hand | null;
  /** Whether the picture is a mirror image. */
  readonly mirrored: boolean;
}
