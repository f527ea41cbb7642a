/**
 * The bones of an average hand, as the landmark network sees it.
 *
 * They are the medians of the world landmarks of 442 hands of many people, which the Python library's
 * studies/average_hand.py prints.
 */

import type { Side } from './palm_frame';
import type { Vector } from './vectors';

/** The joints of the palm, which is treated as rigid: wrist, thumb CMC and the MCPs. */
export const PALM_JOINTS: readonly number[] = [0, 1, 5, 9, 13, 17];

const RIGHT_PALM: readonly Vector[] = [
  [0, 0, 0],
  [0.0268, 0.0208, -0.0167],
  [0.0999, 0.0208, -0.0077],
  [0.0988, 0, 0],
  [0.0927, -0.0195, -0.0022],
  [0.0748, -0.0361, -0.0058],
];

/** The positions of the palm's joints, metres, in the palm's frame. */
export const PALMS: Readonly<Record<Side, readonly Vector[]>> = {
  right: RIGHT_PALM,
  left: RIGHT_PALM.map(([x, y, z]) => [x, -y, z]),
};

/** The lengths of the finger bones from the palm outwards, thumb to pinky, metres. */
export const BONES: readonly (readonly number[])[] = [
  [0.0332, 0.0368, 0.0314],
  [0.0312, 0.0228, 0.0298],
  [0.039, 0.0281, 0.0291],
  [0.0322, 0.026, 0.0252],
  [0.0236, 0.0223, 0.0205],
];
