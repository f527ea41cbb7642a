/** What the page does: it opens sources, looks at frames, paints and records them. */

import { KnuckleError, type Size, type StageTimes, type Tracker } from '@knuckle/web';
import { consequence, handOptions } from '../state/settings';
import { isMirrored, type Message, type Opening, type Source } from '../state/state';
import type { View3d } from '../three/view';
import { createEngine, problemOf } from './engine';
import { cardOf, rateOf } from './findings';
import { type Frames, followFrames } from './frames';
import { cameras, isFront, kindOf, openCamera, openPicture, release, show, Trouble } from './media';
import { paint, type Seen } from './paint';
import {
  download,
  fileName,
  type Recorder,
  type Saved,
  saved,
  startRecording,
  tables,
} from './recorder';
import type { Store } from './store';

const SAMPLE = { url: 'sample/two_hands.mp4', name: 'two_hands.mp4' };
const TELL_EVERY = 0.12; // seconds between updates of the panel
const NOBODY: Seen = { hands: [], palms: [] };

export interface Elements {
  readonly video: HTMLVideoElement;
  readonly picture: HTMLCanvasElement;
  readonly space: View3d;
  readonly file: HTMLInputElement;
}

type Effects = { [T in Message['type']]?: (message: Extract<Message, { type: T }>) => unknown };

/** @returns what begins to load the networks. */
export function createSession(store: Store, { video, picture, space, file }: Elements): () => void {
  const { send, state } = store;
  const engine = createEngine(send);
  const frame = document.createElement('canvas');
  let tracker: Tracker | null = null;
  let attempt = 0; // grows with each opening of networks
  let frames: Frames | null = null;
  let still: ImageBitmap | null = null;
  let seen: Seen = NOBODY;
  let times: StageTimes | null = null;
  let visit = 0; // grows with each source, so that what comes late for an older one is dropped
  let lastTime = 0;
  let told = 0;
  let moments: readonly number[] = [];
  let recorder: Recorder | null = null;
  let offers: readonly Saved[] = [];

  const isFile = () => state().source?.kind !== 'camera';
  const now = () => performance.now() / 1000;

  function repaint(): void {
    if (state().source === null || frame.width === 0) return;
    paint(picture, frame, seen, state().settings, isMirrored(state()));
    if (state().is3d) space.show(seen.hands, isMirrored(state()));
  }

  function tell(): void {
    const isPalms = state().settings.find === 'palms';
    const palms = isPalms ? seen.palms.map((palm) => palm.score) : null;
    const hands = seen.hands.map(cardOf);
    const report = { hands, palms, times, rate: rateOf(moments), clock: lastTime };
    send({ type: 'found', findings: report, now: now() });
    if (recorder !== null) {
      send({ type: 'recording', seconds: recorder.seconds(), frames: recorder.frames() });
    }
    told = now();
  }

  function fail(error: unknown): void {
    // Other networks are on their way.
    if (error instanceof KnuckleError && error.code === 'closed') return;
    const code = problemOf(error);
    if (!(error instanceof Trouble)) console.warn(error);
    tracker = null;
    engine.drop();
    send({ type: 'problem', code });
  }

  async function openNetworks(): Promise<void> {
    attempt += 1;
    const ours = attempt;
    tracker = null;
    try {
      const opened = await engine.wanted(state().settings, isFile());
      if (ours !== attempt) return;
      tracker = opened;
      await opened.set(handOptions(state().settings, isFile()));
      await lookAgain();
    } catch (error) {
      if (ours === attempt) fail(error);
    }
  }

  /** Find what is in the frame; without networks, nothing. */
  async function find(time: number | null): Promise<[Seen, StageTimes | null]> {
    const one = tracker;
    const start = now();
    if (one === null) return [NOBODY, null];
    if (state().settings.find === 'palms') {
      const palms = await one.findPalms(frame);
      return [{ hands: [], palms }, totalOf(now() - start)];
    }
    if (time === null) {
      const hands = await one.detect(frame);
      return [{ hands, palms: [] }, totalOf(now() - start)];
    }
    if (time < lastTime) await one.reset();
    const tracked = await one.track(frame, time);
    const palms = state().settings.palmBox ? (tracked.palms ?? []) : [];
    return [{ hands: tracked.hands, palms }, tracked.times];
  }

  async function look(time: number, ours: number): Promise<void> {
    try {
      keepFrame(video, { width: video.videoWidth, height: video.videoHeight });
      const found = await find(time);
      if (ours !== visit) return;
      [seen, times] = found;
      lastTime = time;
      moments = [...moments.filter((moment) => moment > now() - 1), now()];
      repaint();
      if (tracker !== null) recorder?.add(time, seen.hands);
      if (video.paused || now() - told > TELL_EVERY) tell();
    } catch (error) {
      if (ours === visit) fail(error);
    }
  }

  function keepFrame(source: CanvasImageSource, { width, height }: Size): void {
    if (frame.width !== width) frame.width = width;
    if (frame.height !== height) frame.height = height;
    frame.getContext('2d')?.drawImage(source, 0, 0);
  }

  /** After a change of settings: a picture and a paused clip bring no frame of their own. */
  async function lookAgain(): Promise<void> {
    const { source } = state();
    if (source === null || (source.kind !== 'picture' && !source.paused)) return;
    const ours = visit;
    if (source.kind !== 'picture') await tracker?.reset();
    const found = await find(source.kind === 'picture' ? null : lastTime);
    if (ours !== visit) return;
    [seen, times] = found;
    repaint();
    tell();
  }

  function letGo(): void {
    visit += 1;
    frames?.stop();
    frames = null;
    release(video);
    still?.close();
    still = null;
    void recorder?.stop(null);
    recorder = null;
    [seen, times, moments, lastTime] = [NOBODY, null, [], 0];
  }

  async function open(what: Opening, opener: () => Promise<Source>): Promise<void> {
    letGo();
    const ours = visit;
    send({ type: 'opening', opening: what });
    try {
      const source = await opener();
      if (ours !== visit) return;
      send({ type: 'opened', source });
      if (tracker === null) void openNetworks();
      else await tracker.reset().then(() => tracker?.set(handOptions(state().settings, isFile())));
      if (source.kind === 'picture') await lookAtStill();
      else frames = followFrames(video, ({ time }) => look(time, ours));
    } catch (error) {
      if (ours !== visit) return;
      if (state().source !== null) send({ type: 'closed' });
      if (error instanceof Trouble) send({ type: 'problem', code: error.code });
      else fail(error);
    }
  }

  async function lookAtStill(): Promise<void> {
    if (still === null) return;
    keepFrame(still, still);
    repaint();
    await lookAgain();
  }

  const openTheCamera = () =>
    open('camera', async () => {
      const ours = visit;
      const stream = await openCamera(state().settings);
      const [track] = stream.getVideoTracks();
      if (ours !== visit) {
        track.stop();
        throw new Trouble('camera-lost'); // nobody waits for it any more
      }
      const size = await show(video, stream);
      track.onended = () => {
        if (ours !== visit) return;
        letGo();
        send({ type: 'closed' });
        send({ type: 'problem', code: 'camera-lost' });
      };
      send({ type: 'cameras', cameras: await cameras() });
      return { kind: 'camera', name: 'camera', size, isFront: isFront(track), paused: false };
    });

  const openClip = (address: string, name: string, isSample: boolean) =>
    open('clip', async () => {
      const size = await show(video, address);
      const { duration } = video;
      return { kind: 'clip', name, size, isSample, paused: false, duration };
    });

  const openFile = (given: File) => {
    if (kindOf(given) === 'clip') return openClip(URL.createObjectURL(given), given.name, false);
    return open('picture', async () => {
      const ours = visit;
      const bitmap = await openPicture(given);
      if (ours === visit) still = bitmap;
      else bitmap.close();
      const size = { width: bitmap.width, height: bitmap.height };
      return { kind: 'picture', name: given.name, size };
    });
  };

  function startRecorder(): void {
    const { source } = state();
    if (source === null || source.kind === 'picture') return;
    if (source.paused) void video.play();
    recorder = startRecording(picture, source.name);
    if (globalThis.MediaRecorder === undefined) send({ type: 'problem', code: 'no-recorder' });
    send({ type: 'recording', seconds: 0, frames: 0 });
  }

  async function stopRecorder(): Promise<void> {
    const { source } = state();
    const ending = recorder;
    recorder = null;
    if (ending === null || source === null) return;
    const period = source.kind === 'clip' ? (frames?.period() ?? null) : null;
    offer(source.name, await ending.stop(period));
  }

  function offer(name: string, files: readonly Saved[]): void {
    offers = files;
    const shown = files.map(({ name: title, label, bytes }) => ({ name: title, label, bytes }));
    send({ type: 'recorded', name, offers: shown });
  }

  function savePicture(): void {
    const { source } = state();
    if (source?.kind !== 'picture') return;
    const name = fileName(source.name, new Date());
    picture.toBlob((blob) => {
      const image = blob === null ? [] : [saved(`${name}.png`, 'Picture', blob)];
      offer(source.name, [
        ...image,
        ...tables(name, source.name, [{ time: 0, hands: seen.hands }], null),
      ]);
    });
  }

  async function follow(settingsKey: Parameters<typeof consequence>[0]): Promise<void> {
    switch (consequence(settingsKey)) {
      case 'networks':
        return openNetworks();
      case 'camera':
        return state().source?.kind === 'camera' ? openTheCamera() : undefined;
      case 'hands':
        await tracker?.set(handOptions(state().settings, isFile()));
        return lookAgain();
      case 'find':
        await tracker?.reset();
        return lookAgain();
      case 'picture':
        return repaint();
    }
  }

  const effects: Effects = {
    'camera-wanted': openTheCamera,
    'sample-wanted': () => openClip(SAMPLE.url, SAMPLE.name, true),
    'file-wanted': () => file.click(),
    'file-given': (message) => openFile(message.file),
    'pause-toggled': () => (video.paused ? video.play() : video.pause()),
    seek: ({ seconds }) => {
      video.currentTime = seconds;
    },
    closed: letGo,
    set: ({ key }) => follow(key).catch(fail),
    'lite-wanted': openNetworks,
    'restart-wanted': openNetworks,
    '3d-toggled': () => requestAnimationFrame(repaint),
    '3d-reset': () => space.reset(),
    'record-toggled': () => (recorder === null ? startRecorder() : stopRecorder()),
    'save-wanted': savePicture,
    save: ({ name }) => {
      const found = offers.find((one) => one.name === name);
      if (found !== undefined) download(found);
    },
  };
  store.follow((_, message) => {
    (effects[message.type] as ((m: Message) => unknown) | undefined)?.(message);
  });

  video.onpause = () => send({ type: 'paused', paused: true });
  video.onplay = () => send({ type: 'paused', paused: false });
  video.onended = () => {
    // A recording of a clip ends with it.
    void stopRecorder();
    video.currentTime = 0;
    void video.play();
  };
  return () => void openNetworks();
}

/** The time of a call that does not tell its stages apart. @param seconds of all of it. */
function totalOf(seconds: number): StageTimes {
  return { picture: 0, palm: 0, hand: 0, total: 1000 * seconds };
}
