/** The frames of a video, one at a time; the newest wins. */

/** What a video shows now. */
export interface Tick {
  readonly time: number; // seconds, of the video
}

export interface Frames {
  /** Seconds between the video's own frames, as far as they were seen. */
  readonly period: () => number;
  stop(): void;
}

/** Seconds; two ticks closer together than this show the same frame. */
const LEAST_STEP = 1 / 250;
const DEFAULT_PERIOD = 1 / 30;

/**
 * Call `look` for the frames that the video shows. While a call runs, frames pass by; after it, the
 * newest is next.
 */
export function followFrames(video: HTMLVideoElement, look: (tick: Tick) => Promise<void>): Frames {
  let last = Number.NaN;
  let shortest = Number.POSITIVE_INFINITY;
  let isBusy = false;
  let isMissed = false;
  let isStopped = false;

  const begin = async () => {
    isBusy = true;
    do {
      isMissed = false;
      await look({ time: last });
    } while (isMissed && !isStopped);
    isBusy = false;
  };
  const tick = (time: number) => {
    const step = time - last;
    if (step > LEAST_STEP) shortest = Math.min(shortest, step);
    last = time;
    if (isBusy) isMissed = true;
    else void begin();
  };
  const cancel = onEachFrame(video, tick);
  return {
    period: () => (Number.isFinite(shortest) ? shortest : DEFAULT_PERIOD),
    stop: () => {
      isStopped = true;
      cancel();
    },
  };
}

/** @returns what ends it. */
function onEachFrame(video: HTMLVideoElement, tick: (time: number) => void): () => void {
  if (typeof video.requestVideoFrameCallback !== 'function') return onEachRepaint(video, tick);
  let handle = 0;
  const next = (_: number, { mediaTime }: VideoFrameCallbackMetadata) => {
    handle = video.requestVideoFrameCallback(next);
    tick(mediaTime);
  };
  handle = video.requestVideoFrameCallback(next);
  return () => video.cancelVideoFrameCallback(handle);
}

/** For browsers that do not tell when a frame is new. */
function onEachRepaint(video: HTMLVideoElement, tick: (time: number) => void): () => void {
  let handle = 0;
  let last = -1;
  const next = () => {
    handle = requestAnimationFrame(next);
    if (video.currentTime === last) return;
    last = video.currentTime;
    tick(last);
  };
  handle = requestAnimationFrame(next);
  return () => cancelAnimationFrame(handle);
}
