/** The tracker: opened when it is wanted, opened anew when the networks change. */

import { createTracker, KnuckleError, type Tracker } from '@knuckle/web';
import type { ProblemCode } from '../state/problems';
import { handOptions, networkOptions, type Settings } from '../state/settings';
import { Trouble } from './media';
import type { Send } from './store';

export interface Engine {
  /** The tracker with these settings. Throws Trouble; the user has then been told. */
  wanted(settings: Settings, isFile: boolean): Promise<Tracker>;
  /** Close the tracker, if there is one. */
  drop(): void;
}

const ASSETS = { models: 'models/', wasm: 'wasm/' };

export function createEngine(send: Send): Engine {
  let tracker: Promise<Tracker> | null = null;
  let options = '';

  const drop = () => {
    tracker?.then((one) => one.close()).catch(() => undefined); // a failure was told already
    tracker = null;
  };
  const open = async (settings: Settings, isFile: boolean): Promise<Tracker> => {
    send({ type: 'loading' });
    try {
      const made = await createTracker({
        ...handOptions(settings, isFile),
        ...networkOptions(settings),
        assets: ASSETS,
        onProgress: (progress) => send({ type: 'progress', progress }),
      });
      send({ type: 'ready', setup: made.setup });
      return made;
    } catch (error) {
      throw new Trouble(problemOf(error), { cause: error });
    }
  };
  return {
    wanted(settings, isFile) {
      const wanted = JSON.stringify(networkOptions(settings));
      if (tracker !== null && wanted === options) return tracker;
      drop();
      options = wanted;
      const opening = open(settings, isFile);
      tracker = opening;
      opening.catch(() => {
        if (tracker === opening) tracker = null;
      });
      return opening;
    },
    drop,
  };
}

const CODES: Readonly<Record<string, ProblemCode>> = {
  'no-simd': 'no-simd',
  'out-of-memory': 'out-of-memory',
  'worker-died': 'worker-died',
  'bad-source': 'not-media',
};

/** What the user is told of an error of the library. */
export function problemOf(error: unknown): ProblemCode {
  if (error instanceof Trouble) return error.code;
  const code = error instanceof KnuckleError ? error.code : 'cannot-run';
  if (code === 'file-missing' || code === 'wrong-file') {
    return navigator.onLine ? 'not-found' : 'offline';
  }
  return CODES[code] ?? 'worker-died';
}
