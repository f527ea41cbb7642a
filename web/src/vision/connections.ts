/** The lines between landmarks, in MediaPipe's order. */

/** A line between two landmarks, by their indices. */
export interface Connection {
  start: number;
  end: number;
}

/** Source: `HandLandmarker.HAND_CONNECTIONS` of @mediapipe/tasks-vision 1.1.0. */
export const HAND_CONNECTIONS: Connection[] = [
  [0, 1],
  [1, 2],
  [2, 3],
  [3, 4],
  [0, 5],
  [5, 6],
  [6, 7],
  [7, 8],
  [5, 9],
  [9, 10],
  [10, 11],
  [11, 12],
  [9, 13],
  [13, 14],
  [14, 15],
  [15, 16],
  [13, 17],
  [0, 17],
  [17, 18],
  [18, 19],
  [19, 20],
].map(([start, end]) => ({ start, end }));
