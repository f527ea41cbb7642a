/**
 * The table: a row for every hand of every frame, with the same columns as the Python library writes.
 *
 * A frame without hands is one row in which `hand` and all columns after it are empty. The pose of the
 * wrist needs a calibrated camera, which a page does not have, so its columns are empty, as in Python
 * without `--camera`.
 */

import { jointAngles } from '../geometry/hand_pose';
import { FINGER_JOINT_NAMES, FINGERS, type JointAngles } from '../geometry/joint_angles';
import { boundsOf } from '../geometry/rois';
import { LANDMARKS } from '../spec';
import type { Hand, Point, Point3 } from '../values';

export const SCHEMA = 1;

/** A "float" is a float32, a "double" a float64. */
export type Kind = 'integer' | 'text' | 'double' | 'float';
export type Cell = number | string | null;
/** One cell for each of `COLUMNS`. */
export type Row = readonly Cell[];

export interface Column {
  readonly name: string;
  readonly kind: Kind;
}

/** Which picture of a source a row is about. */
export interface FrameLabel {
  /** The file or camera that it came from. */
  readonly source: string;
  /** Its index in the source, from 0; skipped frames count. */
  readonly index: number;
  /** Seconds from the start. */
  readonly time: number;
}

/** What the row of a hand is read from. */
interface HandReading {
  /** Of the hand in its frame, from 0. */
  readonly index: number;
  readonly hand: Hand;
  readonly angles: JointAngles | null;
}

/** Columns that are read together. null: all are empty. */
interface Block<T> {
  readonly names: readonly string[];
  readonly kind: Kind;
  readonly read: (row: T) => readonly Cell[] | null;
}

const JOINT_NAMES = LANDMARKS.map((landmark) => landmark.toLowerCase());

function ofJoints(...endings: readonly string[]): string[] {
  return JOINT_NAMES.flatMap((joint) => endings.map((ending) => `${joint}_${ending}`));
}

function one<T>(name: string, kind: Kind, read: (row: T) => Cell): Block<T> {
  return { names: [name], kind, read: (row) => [read(row)] };
}

function floats<T>(names: readonly string[], read: Block<T>['read']): Block<T> {
  return { names, kind: 'float', read };
}

const OF_FRAME: readonly Block<FrameLabel>[] = [
  one('schema', 'integer', () => SCHEMA),
  one('source', 'text', (frame) => frame.source),
  one('frame', 'integer', (frame) => frame.index),
  one('time', 'double', (frame) => frame.time),
];

const OF_HAND: readonly Block<HandReading>[] = [
  one('hand', 'integer', (row) => row.index),
  one('track_id', 'integer', ({ hand }) => hand.trackId),
  one('status', 'text', ({ hand }) => hand.status),
  one('age', 'float', ({ hand }) => hand.age),
  one('handedness', 'text', ({ hand }) => hand.handedness),
  one('handedness_score', 'float', ({ hand }) => hand.handednessScore),
  one('presence', 'float', ({ hand }) => hand.presence),
  one('palm_score', 'float', ({ hand }) => hand.palmScore),
  floats(['box_x0', 'box_y0', 'box_x1', 'box_y1'], ({ hand }) => {
    const { x0, y0, x1, y1 } = boundsOf(hand.points);
    return [x0, y0, x1, y1];
  }),
  floats(ofJoints('x', 'y', 'z'), ({ hand }) => hand.landmarks.flatMap(threeOf)),
  floats(ofJoints('x_px', 'y_px'), ({ hand }) => hand.points.flatMap(twoOf)),
  floats(ofJoints('x_m', 'y_m', 'z_m'), ({ hand }) => hand.worldLandmarks.flatMap(threeOf)),
  floats(ofJoints('confidence'), ({ hand }) => hand.confidence),
  floats(['pose_tx', 'pose_ty', 'pose_tz'], () => null),
  floats(['pose_qx', 'pose_qy', 'pose_qz', 'pose_qw'], () => null),
  floats(['pose_error'], () => null),
  ...FINGERS.map((_, finger) => ofFinger(finger)),
];

function threeOf({ x, y, z }: Point3): number[] {
  return [x, y, z];
}

function twoOf({ x, y }: Point): number[] {
  return [x, y];
}

/** The angles of one finger's joints. */
function ofFinger(finger: number): Block<HandReading> {
  const joints = FINGER_JOINT_NAMES[finger];
  const names = [`${joints[0]}_abduction`, ...joints.map((joint) => `${joint}_flexion`)];
  return floats(
    names.map((name) => `${FINGERS[finger]}_${name}`),
    ({ angles }) => angles && [angles.abduction[finger], ...angles.flexion[finger]],
  );
}

/** The columns of the table, in their order. */
export const COLUMNS: readonly Column[] = [...OF_FRAME, ...OF_HAND].flatMap(({ names, kind }) =>
  names.map((name) => ({ name, kind })),
);
export const NAMES: readonly string[] = COLUMNS.map((column) => column.name);

/** The rows of a frame: one for each hand, or one without a hand. */
export function rowsOf(frame: FrameLabel, hands: readonly Hand[]): Row[] {
  const start = OF_FRAME.flatMap((block) => cellsOf(block, frame));
  if (hands.length === 0) {
    return [[...start, ...OF_HAND.flatMap(({ names }) => names.map(() => null))]];
  }
  return hands.map((hand, index) => {
    const row = { index, hand, angles: jointAngles(hand) };
    return [...start, ...OF_HAND.flatMap((block) => cellsOf(block, row))];
  });
}

/** A block's cells in a row, floats rounded to float32. */
function cellsOf<T>({ names, kind, read }: Block<T>, row: T): readonly Cell[] {
  const cells = read(row) ?? names.map(() => null);
  if (kind !== 'float') return cells;
  return cells.map((cell) => (typeof cell === 'number' ? Math.fround(cell) : cell));
}
