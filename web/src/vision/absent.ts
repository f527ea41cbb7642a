/** The other tasks of @mediapipe/tasks-vision. They can be imported; making one throws. */

/** A task that knuckle does not have. */
function absent(name: string) {
  const refuse = async (): Promise<never> => {
    throw new Error(
      `${name} is not part of knuckle, which finds hands: import it from @mediapipe/tasks-vision`,
    );
  };
  return { createFromOptions: refuse, createFromModelPath: refuse, createFromModelBuffer: refuse };
}

export const FaceDetector = absent('FaceDetector');
export const FaceLandmarker = absent('FaceLandmarker');
export const GestureRecognizer = absent('GestureRecognizer');
export const HolisticLandmarker = absent('HolisticLandmarker');
export const ImageClassifier = absent('ImageClassifier');
export const ImageEmbedder = absent('ImageEmbedder');
export const ImageSegmenter = absent('ImageSegmenter');
export const InteractiveSegmenter = absent('InteractiveSegmenter');
export const ObjectDetector = absent('ObjectDetector');
export const PoseLandmarker = absent('PoseLandmarker');
