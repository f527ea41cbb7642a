/** Raw tensors of the landmark network -> a Prediction in the picture's frames. */

import type { Outputs } from '../networks/requests';
import { HAND_INPUT_SIZE, JOINTS, Z_SCALE } from '../spec';
import type { Point3, Roi } from '../values';

/** The landmarks and scores of one hand. */
export interface Prediction {
  /** 21 points, normalised image frame, z in image widths. */
  readonly landmarks: readonly Point3[];
  /** 21 points, metres, axes as the picture's. */
  readonly worldLandmarks: readonly Point3[];
  /** 0 to 1. */
  readonly presence: number;
  /** The network's probability of a right hand, 0 to 1. */
  readonly right: number;
}

/**
 * What the network says about a crop, in the picture's frames.
 *
 * Source: mediapipe/calculators/util/landmark_projection_calculator.cc
 *         mediapipe/calculators/util/world_landmark_projection_calculator.cc
 * @param outputs landmarks (63), pixels of the crop; worldLandmarks (63), metres, axes of the crop;
 *   presence and handedness (1).
 */
export function predictionFromOutputs(outputs: Outputs, roi: Roi): Prediction {
  return {
    landmarks: pictureFromCrop(outputs.landmarks, roi),
    worldLandmarks: worldFromCrop(outputs.worldLandmarks, roi),
    presence: outputs.presence[0],
    right: outputs.handedness[0],
  };
}

function pictureFromCrop(values: Float32Array, roi: Roi): Point3[] {
  const cos = Math.cos(roi.rotation);
  const sin = Math.sin(roi.rotation);
  return Array.from({ length: JOINTS }, (_, i) => {
    const x = values[3 * i] / HAND_INPUT_SIZE - 0.5;
    const y = values[3 * i + 1] / HAND_INPUT_SIZE - 0.5;
    return {
      x: (x * cos - y * sin) * roi.width + roi.x,
      y: (x * sin + y * cos) * roi.height + roi.y,
      z: (values[3 * i + 2] / HAND_INPUT_SIZE / Z_SCALE) * roi.width,
    };
  });
}

function worldFromCrop(values: Float32Array, roi: Roi): Point3[] {
  const cos = Math.cos(roi.rotation);
  const sin = Math.sin(roi.rotation);
  return Array.from({ length: JOINTS }, (_, i) => {
    const x = values[3 * i];
    const y = values[3 * i + 1];
    return { x: x * cos - y * sin, y: x * sin + y * cos, z: values[3 * i + 2] };
  });
}
