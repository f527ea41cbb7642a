/** What the page and the worker say to each other. */

import type { Setup, Tracked } from '../api';
import type { ErrorCode } from '../errors';
import type { LocatedFile } from '../networks/files';
import type { RuntimeFiles } from '../networks/litert';
import type { Variant } from '../networks/models';
import type { NetworkName } from '../networks/requests';
import type { HandSettings } from '../options';
import type { Detection, Hand } from '../values';

/** A picture that the worker can have: what is drawn onto its canvas, or pixels. */
export type Frame = ImageBitmap | VideoFrame | ImageData;

/** What the worker is asked. */
export type Question =
  | {
      readonly kind: 'open';
      readonly variant: Variant;
      readonly device: 'wasm' | 'webgpu';
      readonly runtime: RuntimeFiles;
      readonly networks: Readonly<Record<NetworkName, LocatedFile>>;
      readonly hands: HandSettings;
      /** Held by the worker for as long as it lives. */
      readonly lock: string;
    }
  | { readonly kind: 'track'; readonly frame: Frame; readonly time: number }
  | { readonly kind: 'detect'; readonly frame: Frame; readonly hands: HandSettings | null }
  | { readonly kind: 'findPalms'; readonly frame: Frame }
  | { readonly kind: 'set'; readonly hands: HandSettings }
  | { readonly kind: 'reset' };

/** What the worker answers, by the kind of question. */
export interface Answers {
  open: Setup;
  track: TrackAnswer;
  detect: readonly Hand[];
  findPalms: readonly Detection[];
  set: null;
  reset: null;
}

/** What was found in a frame; the page counts the frames that it left out. */
export type TrackAnswer = Omit<Tracked, 'dropped'>;

/** What the worker says: the answer to its one open question, or how far the loading is. */
export type Reply =
  | { readonly kind: 'progress'; readonly bytes: number; readonly file: string }
  | { readonly kind: 'answer'; readonly value: Answers[keyof Answers] }
  | {
      readonly kind: 'error';
      readonly code: ErrorCode;
      readonly message: string;
      /** The networks no longer work. */
      readonly isFatal: boolean;
    };
