/**
 * The entry for programs that were written for `@mediapipe/tasks-vision`.
 *
 *     import { FilesetResolver, HandLandmarker } from '@knuckle/web/vision';
 *
 * Change the import, and nothing else. docs/coming-from-mediapipe-web.md lists what differs.
 */

export {
  FaceDetector,
  FaceLandmarker,
  GestureRecognizer,
  HolisticLandmarker,
  ImageClassifier,
  ImageEmbedder,
  ImageSegmenter,
  InteractiveSegmenter,
  ObjectDetector,
  PoseLandmarker,
} from './absent';
export { type Connection, HAND_CONNECTIONS } from './connections';
export {
  type BoundingBox,
  type DrawingOptions,
  DrawingUtils,
  drawConnectors,
  drawLandmarks,
  type LandmarkData,
} from './drawing_utils';
export { FilesetResolver, type WasmFileset } from './fileset';
export { HandLandmarker, type ImageSource } from './hand_landmarker';
export type {
  BaseOptions,
  HandLandmarkerOptions,
  ImageProcessingOptions,
  RunningMode,
} from './options';
export type { Category, HandLandmarkerResult, Landmark, NormalizedLandmark } from './results';
