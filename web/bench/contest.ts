/** What runs in the page of the race. Each function is sent to the page, so it stands on its own. */

import type { Hand, Tracker, TrackerOptions } from '@knuckle/web';

export interface Scenario {
  readonly name: string;
  /** In every frame. */
  readonly hands: number;
  /** How many hands to find at most. */
  readonly slots: number;
  /** Files, read back and forth. */
  readonly frames: readonly string[];
}

export interface Plan {
  readonly rounds: number;
  readonly firsts: number;
  readonly scenarios: readonly Scenario[];
  readonly clip: readonly string[];
}

/** A hand as `knuckle evaluate` reads recorded predictions. */
export interface RecordedHand {
  readonly landmarks: readonly (readonly number[])[];
  readonly world: readonly (readonly number[])[];
  readonly handedness: string;
}

/** A tracker in the race: it tells the hands of one frame. */
export interface Runner {
  follow(slots: number): Promise<void>;
  read(frame: ImageBitmap, seconds: number): Promise<RecordedHand[]>;
  close(): void;
}

export type Library = 'knuckle' | 'google';

export interface Contestant {
  readonly name: string;
  readonly library: Library;
  readonly variant: 'full' | 'lite';
  readonly threads: number;
  /** The name of the contestant to divide by; null if it is one itself. */
  readonly reference: string | null;
}

interface GoogleHands {
  readonly landmarks: { x: number; y: number; z: number }[][];
  readonly worldLandmarks: { x: number; y: number; z: number }[][];
  readonly handedness: { categoryName: string }[][];
}

interface GoogleLandmarker {
  detectForVideo(frame: ImageBitmap, milliseconds: number): GoogleHands;
  setOptions(options: object): Promise<void>;
  close(): void;
}

declare global {
  interface Window {
    /** The two libraries, which race.html imports. */
    libraries: {
      knuckle: { createTracker(options: TrackerOptions): Promise<Tracker> };
      google: {
        FilesetResolver: { forVisionTasks(folder: string): Promise<object> };
        HandLandmarker: {
          createFromOptions(fileset: object, options: object): Promise<GoogleLandmarker>;
        };
      };
    };
    runners: Record<string, Runner>;
    bitmaps: Record<string, ImageBitmap>;
    isReady?: boolean;
  }
}

/** Open a contestant in the page, under its name. */
export async function open({ contestant }: { contestant: Contestant }): Promise<void> {
  const { knuckle, google } = window.libraries;
  const { variant, threads } = contestant;
  const numbers = (p: { x: number; y: number; z: number }) => [p.x, p.y, p.z];
  window.runners ??= {};

  if (contestant.library === 'knuckle') {
    const tracker = await knuckle.createTracker({ variant, threads });
    window.runners[contestant.name] = {
      follow: async (slots) => {
        await tracker.set({ maxHands: slots });
        await tracker.reset();
      },
      read: async (frame, seconds) => {
        const found = await tracker.track(frame, seconds);
        return (found?.hands ?? []).map((hand: Hand) => ({
          landmarks: hand.landmarks.map(numbers),
          world: hand.worldLandmarks.map(numbers),
          handedness: hand.handedness,
        }));
      },
      close: () => tracker.close(),
    };
    return;
  }
  const fileset = await google.FilesetResolver.forVisionTasks('/peer/wasm');
  const options = {
    baseOptions: { modelAssetPath: `/plan/${variant}.task`, delegate: 'CPU' },
    runningMode: 'VIDEO',
    numHands: 2,
  };
  const landmarker = await google.HandLandmarker.createFromOptions(fileset, options);
  let last = 0;
  let start = 0;
  window.runners[contestant.name] = {
    follow: async (slots) => {
      await landmarker.setOptions({ numHands: slots });
      start = last + 1000; // its time stamps must increase for as long as it lives
    },
    read: async (frame, seconds) => {
      last = start + seconds * 1000;
      const found = landmarker.detectForVideo(frame, last);
      return found.landmarks.map((hand, i) => ({
        landmarks: hand.map(numbers),
        world: (found.worldLandmarks[i] ?? []).map(numbers),
        handedness: (found.handedness[i]?.[0]?.categoryName ?? 'Left').toLowerCase(),
      }));
    },
    close: () => landmarker.close(),
  };
}

/** Decode pictures of the plan, once. */
export async function load({ files }: { files: readonly string[] }): Promise<void> {
  window.bitmaps = {};
  for (const file of files) {
    const answer = await fetch(`/plan/${file}`);
    window.bitmaps[file] = await createImageBitmap(await answer.blob());
  }
}

/** The hands of every frame of a clip. */
export async function record(about: {
  name: string;
  files: readonly string[];
  slots: number;
}): Promise<RecordedHand[][]> {
  const runner = window.runners[about.name];
  await runner.follow(about.slots);
  const found: RecordedHand[][] = [];
  for (const [i, file] of about.files.entries()) {
    found.push(await runner.read(window.bitmaps[file], i / 30));
  }
  return found;
}

/** The next frames of a scenario, back and forth, so that hands never jump and stay tracked. */
export async function round(about: {
  name: string;
  scenario: Scenario;
  /** Where this contestant is in the scenario; at 0 it starts a stream. */
  position: number;
  /** Frames that are read first and do not count. */
  leading: number;
  measured: number;
}): Promise<{ milliseconds: number[]; hands: number[] }> {
  const { name, scenario, position, leading, measured } = about;
  const runner = window.runners[name];
  if (position === 0) await runner.follow(scenario.slots);
  const there = scenario.frames;
  const path = [...there, ...there.slice(1, -1).reverse()];
  const milliseconds: number[] = [];
  const hands: number[] = [];
  for (let i = position; i < position + leading + measured; i++) {
    const frame = window.bitmaps[path[i % path.length]];
    const begin = performance.now();
    const found = await runner.read(frame, i / 30);
    if (i >= position + leading) {
      milliseconds.push(performance.now() - begin);
      hands.push(found.length);
    }
  }
  return { milliseconds, hands };
}

/** The milliseconds from the start of the visit until the first hand is read. */
export async function first({ contestant, file }: { contestant: Contestant; file: string }) {
  const answer = await fetch(`/plan/${file}`);
  const frame = await createImageBitmap(await answer.blob());
  const found = await window.runners[contestant.name].read(frame, 0);
  return { milliseconds: performance.now(), hands: found.length };
}
