/** The anchors of the palm network: the places to which its outputs are relative. */

import { PALM_ANCHORS_PER_CELL, PALM_INPUT_SIZE, PALM_STRIDES } from '../spec';

/**
 * The centres of all anchors, x and y in turn, fractions of the input; every anchor has size 1.
 *
 * Layers of equal stride share their cells. The order is layer, row, column, anchor.
 * Source: mediapipe/calculators/tflite/ssd_anchors_calculator.cc with fixed_anchor_size.
 */
export function anchorCentres(
  inputSize: number,
  strides: readonly number[] = PALM_STRIDES,
  perCell: number = PALM_ANCHORS_PER_CELL,
): Float32Array {
  const centres: number[] = [];
  for (let layer = 0; layer < strides.length; ) {
    const stride = strides[layer];
    let equal = 0;
    while (strides[layer + equal] === stride) equal += 1;
    const cells = Math.ceil(inputSize / stride);
    for (let row = 0; row < cells; row++) {
      for (let column = 0; column < cells; column++) {
        for (let i = 0; i < perCell * equal; i++) {
          centres.push((column + 0.5) / cells, (row + 0.5) / cells);
        }
      }
    }
    layer += equal;
  }
  return Float32Array.from(centres);
}

/** Those of the palm networks, which are all of one size. */
export const PALM_ANCHORS: Readonly<Float32Array> = anchorCentres(PALM_INPUT_SIZE);
