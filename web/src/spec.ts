/** Every number taken from MediaPipe Hands as shipped in mediapipe 0.10.21, with its source. */

/**
 * The 21 landmarks of a hand, by their index in every list of landmarks.
 *
 * Source: mediapipe/python/solutions/hands.py (HandLandmark); fingers without "_FINGER".
 */
export const LANDMARKS = [
  'WRIST',
  'THUMB_CMC',
  'THUMB_MCP',
  'THUMB_IP',
  'THUMB_TIP',
  'INDEX_MCP',
  'INDEX_PIP',
  'INDEX_DIP',
  'INDEX_TIP',
  'MIDDLE_MCP',
  'MIDDLE_PIP',
  'MIDDLE_DIP',
  'MIDDLE_TIP',
  'RING_MCP',
  'RING_PIP',
  'RING_DIP',
  'RING_TIP',
  'PINKY_MCP',
  'PINKY_PIP',
  'PINKY_DIP',
  'PINKY_TIP',
] as const;

export const JOINTS = LANDMARKS.length;

/** The landmarks that the stages ask for by name. */
export const WRIST = 0;
export const INDEX_MCP = 5;
export const MIDDLE_MCP = 9;
export const RING_MCP = 13;
export const PINKY_MCP = 17;

type Bone = readonly [start: number, end: number];

/**
 * Pairs of landmarks that are joined by a line, by finger.
 *
 * Source: mediapipe/python/solutions/hands_connections.py
 */
export const CONNECTIONS = {
  palm: [
    [0, 1],
    [0, 5],
    [9, 13],
    [13, 17],
    [5, 9],
    [0, 17],
  ],
  thumb: [
    [1, 2],
    [2, 3],
    [3, 4],
  ],
  index: [
    [5, 6],
    [6, 7],
    [7, 8],
  ],
  middle: [
    [9, 10],
    [10, 11],
    [11, 12],
  ],
  ring: [
    [13, 14],
    [14, 15],
    [15, 16],
  ],
  pinky: [
    [17, 18],
    [18, 19],
    [19, 20],
  ],
} as const satisfies Record<string, readonly Bone[]>;

/** The sides of the networks' square inputs, pixels. Source: the .tflite files themselves. */
export const PALM_INPUT_SIZE = 192;
export const HAND_INPUT_SIZE = 224;

// The palm network's boxes. Source: mediapipe/modules/palm_detection/palm_detection_cpu.pbtxt
/** SsdAnchorsCalculator. */
export const PALM_STRIDES: readonly number[] = [8, 16, 16, 16];
/** Aspect ratio 1 at its own and at the interpolated scale. */
export const PALM_ANCHORS_PER_CELL = 2;
/** The landmarks that the network gives with each box, in its order: wrist, MCPs, thumb CMC and MCP. */
export const PALM_KEYPOINTS: readonly number[] = [0, 5, 9, 13, 17, 1, 2];
/** Logits; TensorsToDetectionsCalculator. */
export const PALM_SCORE_CLIP = 100;
/** NonMaxSuppressionCalculator, weighted. */
export const PALM_OVERLAP = 0.3;

/** How a raw rectangle becomes a region of interest. */
export interface RoiTransform {
  /** In raw heights, along the rectangle's own y axis; negative: to the fingers. */
  readonly shiftY: number;
  /** Times the longer side gives both sides. */
  readonly scale: number;
}

/** Source: mediapipe/modules/hand_landmark/palm_detection_detection_to_roi.pbtxt */
export const PALM_ROI: RoiTransform = { shiftY: -0.5, scale: 2.6 };
/** Source: mediapipe/modules/hand_landmark/hand_landmark_landmarks_to_roi.pbtxt */
export const LANDMARK_ROI: RoiTransform = { shiftY: -0.1, scale: 2.0 };

/** Radians: an upright hand points up, from the wrist to the middle MCP. */
export const UPRIGHT = Math.PI / 2;

/** Source: mediapipe/modules/hand_landmark/calculators/hand_landmarks_to_rect_calculator.cc */
export const ROI_LANDMARKS: readonly number[] = [0, 1, 2, 3, 5, 6, 9, 10, 13, 14, 17, 18];

/**
 * The landmark network's z, in crop pixels, is divided by this.
 *
 * Source: mediapipe/modules/hand_landmark/hand_landmark_cpu.pbtxt (normalize_z)
 */
export const Z_SCALE = 0.4;

/**
 * Two regions that overlap by more than this hold the same hand.
 *
 * Source: mediapipe/modules/hand_landmark/hand_landmark_tracking_cpu.pbtxt
 */
export const ASSOCIATION_OVERLAP = 0.5;

// Source: mediapipe/python/solutions/hands.py (constructor defaults)
export const MAX_HANDS = 2;
export const MIN_PALM_SCORE = 0.5;
export const MIN_PRESENCE = 0.5;

// Two readings are one hand when enough of their landmarks are close together.
// Source: mediapipe/tasks/cc/vision/hand_landmarker/calculators/
//         hand_landmarks_deduplication_calculator.cc
/** Of the larger palm. */
export const DUPLICATE_DISTANCE = 0.2;
/** Of 21. */
export const DUPLICATE_LANDMARKS = 10;
/** Of the landmarks' boxes. */
export const DUPLICATE_OVERLAP = 0.2;
