/** A source -> its size, its time, and a frame that a worker can have. */

import type { Source } from '../api';
import { shown } from '../checks';
import { KnuckleError } from '../errors';
import type { Size } from '../values';
import type { Frame } from '../worker/messages';

/** The kinds of sources that this browser knows. Old ones lack some. */
function isA<T>(name: string, source: unknown): source is T {
  const kind: unknown = Reflect.get(globalThis, name);
  return typeof kind === 'function' && source instanceof kind;
}

const isVideo = (source: unknown): source is HTMLVideoElement => isA('HTMLVideoElement', source);
const isVideoFrame = (source: unknown): source is VideoFrame => isA('VideoFrame', source);
const isImage = (source: unknown): source is HTMLImageElement => isA('HTMLImageElement', source);
const isImageData = (source: unknown): source is ImageData => isA('ImageData', source);
const isBlob = (source: unknown): source is Blob => isA('Blob', source);
const isBitmap = (source: unknown): source is ImageBitmap => isA('ImageBitmap', source);
const isCanvas = (source: unknown): source is HTMLCanvasElement | OffscreenCanvas =>
  isA('HTMLCanvasElement', source) || isA('OffscreenCanvas', source);

/** The width and height of a picture that can be drawn. Throws TypeError or KnuckleError. */
export function sizeOf(source: CanvasImageSource | ImageData): Size {
  if (isVideo(source)) {
    return checkedSize(
      source.videoWidth,
      source.videoHeight,
      'the video shows no picture yet: wait for its "loadeddata" event',
    );
  }
  if (isImage(source)) {
    return checkedSize(
      source.naturalWidth,
      source.naturalHeight,
      'the image is not loaded: await image.decode()',
    );
  }
  if (isVideoFrame(source)) {
    return checkedSize(source.displayWidth, source.displayHeight, 'the video frame is closed');
  }
  if (isBitmap(source)) return checkedSize(source.width, source.height, 'the bitmap is closed');
  if (isCanvas(source) || isImageData(source)) {
    return checkedSize(source.width, source.height, 'the canvas has no pixels');
  }
  throw new TypeError(
    `a source must be a video, an image, a canvas, an ImageBitmap, a VideoFrame, ImageData or a Blob, not ${shown(source)}`,
  );
}

function checkedSize(width: number, height: number, cure: string): Size {
  if (width > 0 && height > 0) return { width, height };
  throw new KnuckleError('bad-source', `There is no picture in the source: ${cure}.`);
}

/** Seconds: the media time of a video, else now. */
export function timeOf(source: Source): number {
  if (isVideo(source)) return source.currentTime;
  if (isVideoFrame(source)) return source.timestamp / 1e6;
  return performance.now() / 1000;
}

/**
 * What the source shows now, for the worker. The source stays as it is.
 *
 * Throws TypeError for something else than a picture, KnuckleError when it cannot be read.
 */
export async function frameOf(source: Source): Promise<Frame> {
  if (isBlob(source)) return decoded(source);
  sizeOf(source);
  if (isImageData(source)) return source;
  if (isVideoFrame(source)) return source.clone();
  try {
    // It refers to the frame that the video has decoded, where a bitmap would be a copy.
    if (isVideo(source) && typeof VideoFrame === 'function') return new VideoFrame(source);
  } catch {
    // Safari refuses some videos; a bitmap serves them all.
  }
  return createImageBitmap(source).catch((error: unknown) => {
    throw new KnuckleError(
      'bad-source',
      'The picture cannot be read; if it comes from another site, that site must allow it (CORS).',
      { cause: error },
    );
  });
}

async function decoded(file: Blob): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(file);
  } catch (error) {
    const type = file.type || 'unknown type';
    throw new KnuckleError(
      'bad-source',
      `The file is no picture that this browser can read (${type}); JPEG, PNG and WebP work everywhere.`,
      { cause: error },
    );
  }
}

/** What of a frame moves to the worker instead of being copied. */
export function transferOf(frame: Frame): Transferable[] {
  return isImageData(frame) ? [] : [frame];
}

/** Free a frame that is no longer needed. */
export function closeFrame(frame: Frame): void {
  if (!isImageData(frame)) frame.close();
}
