/** A recording: the table of hands, and the annotated clip. */

import { type Hand, mediaTypeOf, type Row, rowsOf, tableParts } from '@knuckle/web';
import type { Offer } from '../state/state';

/** A file to save, and how it is offered. */
export interface Saved extends Offer {
  readonly blob: Blob;
}

interface Frame {
  readonly time: number; // seconds
  readonly hands: readonly Hand[];
}

export interface Recorder {
  readonly frames: () => number;
  readonly seconds: () => number;
  add(time: number, hands: readonly Hand[]): void;
  /**
   * End it.
   *
   * @param period seconds between the frames of a clip; null for a camera.
   * @returns the files, the clip first if there is one.
   */
  stop(period: number | null): Promise<readonly Saved[]>;
}

/** The first that the browser can write is used. MP4 plays in most places. */
const CLIPS = [
  ['video/mp4;codecs=avc1.42E01F', 'mp4'],
  ['video/webm;codecs=vp9', 'webm'],
  ['video/webm;codecs=vp8', 'webm'],
  ['video/mp4', 'mp4'],
  ['video/webm', 'webm'],
] as const;
const BITS_PER_PIXEL = 5;

/**
 * @param canvas what the clip shows.
 * @param source what the table names as its source.
 */
export function startRecording(canvas: HTMLCanvasElement, source: string): Recorder {
  const frames: Frame[] = [];
  const name = fileName(source, new Date());
  const clip = startClip(canvas);
  return {
    frames: () => frames.length,
    seconds: () => (frames.at(-1)?.time ?? 0) - (frames[0]?.time ?? 0),
    // Without the unsmoothed hands, which no table holds.
    add: (time, hands) =>
      frames.push({ time, hands: hands.map((hand) => ({ ...hand, raw: null })) }),
    async stop(period) {
      // A camera's recording begins at 0.
      const start = period === null ? (frames[0]?.time ?? 0) : 0;
      const shifted = frames.map((frame) => ({ ...frame, time: frame.time - start }));
      const recorded = (await clip?.stop()) ?? [];
      const [kind] = recorded;
      const film = kind === undefined ? [] : [saved(`${name}.${kind.ending}`, 'Clip', kind.blob)];
      return [...film, ...tables(name, source, shifted, period)];
    },
  };
}

/** The table in its two formats. */
export function tables(
  name: string,
  source: string,
  frames: readonly Frame[],
  period: number | null,
): Saved[] {
  const times = frames.map((frame) => frame.time);
  const indices = frameIndices(times, period);
  const rows: Row[] = frames.flatMap(({ time, hands }, i) =>
    rowsOf({ source, index: indices[i], time }, hands),
  );
  return (['csv', 'json'] as const).map((format) => {
    const blob = new Blob([...tableParts(format, rows)], { type: mediaTypeOf(format) });
    return saved(`${name}.${format}`, format.toUpperCase(), blob);
  });
}

export function saved(name: string, label: string, blob: Blob): Saved {
  return { name, label, bytes: blob.size, blob };
}

/**
 * The index of each frame from its time, so that frames which were skipped count.
 *
 * @param times seconds, rising.
 * @param period seconds between the frames of the clip; null for a camera, whose frames are counted.
 */
export function frameIndices(times: readonly number[], period: number | null): readonly number[] {
  return times.map((time, i) => (period === null ? i : Math.round(time / period)));
}

/** "two_hands.mp4" -> "knuckle-two_hands-2026-11-26-1930". */
export function fileName(source: string, now: Date): string {
  const stem = source
    .replace(/\.[^.]*$/, '')
    .replace(/[^\p{L}\p{N}_-]+/gu, '-')
    .slice(0, 60);
  const two = (n: number) => String(n).padStart(2, '0');
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  return `knuckle-${stem || 'hands'}-${day}-${two(now.getHours())}${two(now.getMinutes())}`;
}

interface Clip {
  stop(): Promise<{ blob: Blob; ending: string }[]>;
}

/** null if the browser cannot record. */
function startClip(canvas: HTMLCanvasElement): Clip | null {
  const found = CLIPS.find(([type]) => globalThis.MediaRecorder?.isTypeSupported(type));
  if (found === undefined) return null;
  const [mimeType, ending] = found;
  const parts: Blob[] = [];
  const bits = Math.min(canvas.width * canvas.height * BITS_PER_PIXEL, 12e6);
  const stream = canvas.captureStream(30);
  const recorder = new MediaRecorder(stream, { mimeType, videoBitsPerSecond: bits });
  recorder.ondataavailable = ({ data }) => parts.push(data);
  recorder.start(1000);
  return {
    stop: async () => {
      const isStopped = new Promise((resolve) => {
        recorder.onstop = resolve;
      });
      recorder.stop();
      await isStopped;
      for (const track of stream.getTracks()) track.stop();
      const blob = new Blob(parts, { type: mimeType.split(';')[0] });
      return blob.size > 0 ? [{ blob, ending }] : [];
    },
  };
}

/** Hand a file to the browser's downloads. */
export function download({ name, blob }: Saved): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
