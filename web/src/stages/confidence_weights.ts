/** The numbers of the confidence model: the very file that the Python library reads. */

import { alone, bone_shares } from '../../../src/knuckle/fitted/confidence.json';

/** The features of a reading: signs of trouble, larger is worse. A list has one number a joint. */
export interface Signs {
  /** Log odds that no hand is there, at least -log(MOST_CERTAIN). */
  readonly absence: number;
  /** Log of how much longer the palm would be if it lay flat. */
  readonly shortened: number;
  /** Log of the root mean square of `bone` over the hand. */
  readonly bones: number;
  /** |log| of the bone that ends here over what is usual. */
  readonly bone: readonly number[];
  /** Hand lengths beyond the picture's border, from BORDER inside. */
  readonly beyond: readonly number[];
  /** ROI sides beyond CROP_MARGIN of its middle. */
  readonly cropEdge: readonly number[];
  /** How much another joint lies over it: nearness times depth. */
  readonly hidden: readonly number[];
}

/** The weights of the logistic model for one reading of a hand, in log odds. */
export const ALONE = {
  /** Of each joint. */
  level: alone.level,
  signs: {
    absence: alone.signs.absence,
    shortened: alone.signs.shortened,
    bones: alone.signs.bones,
    bone: alone.signs.bone,
    beyond: alone.signs.beyond,
    cropEdge: alone.signs.crop_edge,
    hidden: alone.signs.hidden,
  },
  /** Of the log of the residual over what would surprise nobody; not positive. */
  residual: alone.residual,
} as const;

/** The length of the bone from each joint's parent to it, over the root mean square of the hand's bones; joints 1 to 20. */
export const BONE_SHARES: readonly number[] = bone_shares;
