/** Hand tracking in the browser: the public names of `@knuckle/web`. */

export type {
  HandOptions,
  NetworkOptions,
  Progress,
  Setup,
  Source,
  StageTimes,
  Tracked,
  Tracker,
  TrackerOptions,
} from './api';
export { type ErrorCode, KnuckleError } from './errors';
export { jointAngles } from './geometry/hand_pose';
export { type JointAngles, namedAngles } from './geometry/joint_angles';
export { type Cell, COLUMNS, type Column, type FrameLabel, type Row, rowsOf } from './io/schema';
export {
  mediaTypeOf,
  TABLE_FORMATS,
  type TableFormat,
  tableParts,
  tableText,
} from './io/tables';
export { type DrawOptions, draw, drawPalms, type View } from './render/draw';
export { STYLES, type Style } from './render/style';
export { CONNECTIONS, LANDMARKS } from './spec';
export {
  adaptive,
  everyFrame,
  everyFrames,
  everySeconds,
  type SearchPolicy,
} from './streams/search';
export { type Smoothing, smoothing } from './streams/smoothing';
export { createTracker, detect } from './tracker';
export type {
  Box,
  Candidate,
  Detection,
  Hand,
  Handedness,
  Point,
  Point3,
  Roi,
  Size,
  Status,
} from './values';
