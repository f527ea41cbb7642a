/** `createTracker` and `detect`. */

import type { Source, Tracker, TrackerOptions } from './api';
import { networkFiles, runtimeFiles } from './assets';
import { shown } from './checks';
import { frameOf, timeOf } from './io/sources';
import { chooseBuild } from './networks/features';
import type { OnBytes } from './networks/files';
import { handSettings, type NetworkSettings, trackerSettings } from './options';
import type { Hand } from './values';
import { type OpenQuestion, WorkerClient } from './worker/client';

/**
 * Load the networks into a worker and make a tracker of it.
 *
 *     const tracker = await createTracker({ maxHands: 2 });
 *     const { hands } = await tracker.track(video);
 *
 * Throws TypeError or RangeError for bad options, and KnuckleError when the networks cannot be
 * loaded or cannot run in this browser.
 */
export async function createTracker(options: TrackerOptions = {}): Promise<Tracker> {
  const [network, initial] = trackerSettings(options);
  let hands = initial;
  const files = filesOf(network);
  const first = (): OpenQuestion => ({ ...files, hands, kind: 'open' });
  const client = new WorkerClient(first, progressOf(files, options.onProgress));
  const setup = await client.open().catch((error: unknown) => {
    client.close();
    throw error;
  });
  return {
    setup,
    async track(source, time = timeOf(source)) {
      const at = checkedTime(time);
      const frame = frameOf(source);
      const question = frame.then((frame) => ({ kind: 'track' as const, frame, time: at }));
      const { value, dropped } = await client.ask('track', question);
      return { ...value, dropped };
    },
    async detect(source) {
      return (await client.ask('detect', detectQuestion(source, null))).value;
    },
    async findPalms(source) {
      const frame = frameOf(source);
      const question = frame.then((frame) => ({ kind: 'findPalms' as const, frame }));
      return (await client.ask('findPalms', question)).value;
    },
    async set(changes) {
      hands = handSettings(changes, hands);
      await client.ask('set', Promise.resolve({ kind: 'set', hands }));
    },
    async reset() {
      await client.ask('reset', Promise.resolve({ kind: 'reset' }));
    },
    close: () => client.close(),
  };
}

/** The networks of the last `detect`, and their client. */
let ofDetect: { key: string; client: Promise<WorkerClient> } | null = null;

/**
 * The hands in one picture, highest presence first.
 *
 *     const hands = await detect(image, { maxHands: 4 });
 *
 * It keeps the networks of the last call open, so that the next call with the same `variant`,
 * `device`, `threads` and `assets` finds them ready. `search` and `smoothing` have no effect.
 * Throws the same as `createTracker` and `track`.
 */
export async function detect(
  source: Source,
  options: TrackerOptions = {},
): Promise<readonly Hand[]> {
  const [network, hands] = trackerSettings(options);
  const question = detectQuestion(source, hands);
  question.catch(() => {}); // it is awaited below
  const key = JSON.stringify(network);
  if (ofDetect?.key !== key) {
    ofDetect?.client.then((old) => old.close());
    ofDetect = { key, client: openedClient(network, options) };
    ofDetect.client.catch(() => {
      if (ofDetect?.key === key) ofDetect = null;
    });
  }
  return (await (await ofDetect.client).ask('detect', question)).value;
}

async function openedClient(
  network: NetworkSettings,
  options: TrackerOptions,
): Promise<WorkerClient> {
  const files = filesOf(network);
  const first = (): OpenQuestion => ({ ...files, hands: handSettings({}), kind: 'open' });
  const client = new WorkerClient(first, progressOf(files, options.onProgress));
  await client.open();
  return client;
}

async function detectQuestion(source: Source, hands: ReturnType<typeof handSettings> | null) {
  return { kind: 'detect' as const, frame: await frameOf(source), hands };
}

type Files = Omit<OpenQuestion, 'hands' | 'kind'>;

function filesOf({ variant, device, threads, assets }: NetworkSettings): Files {
  const chosen = chooseBuild(threads);
  return {
    variant,
    device,
    runtime: runtimeFiles(chosen.build, chosen.threads, assets.wasm),
    networks: networkFiles(variant, assets.models),
  };
}

function progressOf({ runtime, networks }: Files, tell: TrackerOptions['onProgress']): OnBytes {
  const files = [runtime.script, runtime.wasm, networks.palm, networks.hand];
  const total = files.reduce((sum, file) => sum + file.bytes, 0);
  let loaded = 0;
  return (bytes, file) => {
    loaded += bytes;
    tell?.({ loaded: Math.min(loaded, total), total, file });
  };
}

function checkedTime(time: unknown): number {
  if (typeof time === 'number' && Number.isFinite(time)) return time;
  throw new TypeError(`time must be a number of seconds, not ${shown(time)}`);
}
