/** Networks that replay what `tests/web/recording.py` has recorded. */

import { Buffer } from 'node:buffer';
import { expect } from 'vitest';
import type { NetworkName, Outputs, SyncNetwork } from '../src/networks/requests';
import { PALM_ANCHORS } from '../src/stages/anchors';
import { PixelPicture } from '../src/stages/pixel_picture';
import { golden } from './golden';

/** The answers of the palm network at the anchors that see something. */
export interface SparsePalm {
  anchors: number[];
  /** 18 numbers for each. */
  boxes: number[][];
  /** Logits. */
  scores: number[];
}

export type Turn = {
  /** The mean colours of the crop; the recording of a stream has none. */
  blocks?: number[][][];
} & (
  | { network: 'palm'; outputs: SparsePalm }
  | { network: 'hand'; outputs: Record<string, number[]> }
);

/** A small picture, and what the networks were shown and answered in it. */
export interface Scene {
  width: number;
  height: number;
  /** RGB, base64. */
  pixels: string;
  options: { maxHands: number; mirrored: boolean };
  turns: Turn[];
}

export function scenes(): Record<string, Scene> {
  return golden('pictures', 'recording');
}

export function pictureOf({ width, height, pixels }: Scene): PixelPicture {
  const rgb = Buffer.from(pixels, 'base64');
  const data = new Uint8ClampedArray(4 * width * height).fill(255);
  for (let i = 0; i < width * height; i++) data.set(rgb.subarray(3 * i, 3 * i + 3), 4 * i);
  return new PixelPicture({ data, width, height });
}

/** All answers of the palm network; the other anchors are silent. */
export function palmOutputs({ anchors, boxes, scores }: SparsePalm) {
  const outputs = {
    boxes: new Float32Array(PALM_ANCHORS.length * 9),
    scores: new Float32Array(PALM_ANCHORS.length / 2).fill(-100),
  };
  anchors.forEach((anchor, i) => {
    outputs.boxes.set(boxes[i], 18 * anchor);
    outputs.scores[anchor] = scores[i];
  });
  return outputs;
}

/** Networks that answer in the recorded order, and only if they are shown the recorded pictures. */
export function replay(turns: readonly Turn[]) {
  const waiting = [...turns];
  const network =
    (name: NetworkName): SyncNetwork =>
    (pixels) => {
      const turn = waiting.shift();
      expect(turn?.network).toBe(name);
      if (turn === undefined) throw new Error('The recording is over.');
      if (turn.blocks !== undefined) expectBlocks(pixels, turn.blocks);
      return turn.network === 'palm' ? palmOutputs(turn.outputs) : handOutputs(turn.outputs);
    };
  return { networks: { palm: network('palm'), hand: network('hand') }, waiting };
}

function handOutputs(outputs: Record<string, number[]>): Outputs {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, values]) => [name, Float32Array.from(values)]),
  );
}

/** Whether the mean colours of a crop's blocks are the recorded ones, to half a level of 255. */
function expectBlocks(pixels: Float32Array, blocks: number[][][]): void {
  const size = Math.sqrt(pixels.length / 3);
  const side = size / blocks.length;
  blocks.forEach((line, j) => {
    line.forEach((colour, i) => {
      const mean = [0, 0, 0];
      for (let y = j * side; y < (j + 1) * side; y++) {
        for (let x = i * side; x < (i + 1) * side; x++) {
          for (let c = 0; c < 3; c++) mean[c] += (255 * pixels[3 * (y * size + x) + c]) / side ** 2;
        }
      }
      colour.forEach((value, c) => {
        expect(Math.abs(mean[c] - value)).toBeLessThan(0.5);
      });
    });
  });
}
