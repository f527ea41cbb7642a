/**
 * The worker: networks and the state of one stream. It answers one question at a time.
 *
 * It is a classic worker, because LiteRT.js loads its script with `importScripts`.
 */

import type { StageTimes } from '../api';
import { knuckleError } from '../errors';
import { closeFrame, sizeOf } from '../io/sources';
import { type OpenedNetworks, openNetworks } from '../networks/open';
import type { Network, NetworkName } from '../networks/requests';
import { run } from '../networks/requests';
import type { HandSettings } from '../options';
import { type Detector, detect, findPalms } from '../pictures/detector';
import { PictureCanvas } from '../stages/canvas_picture';
import type { Picture } from '../stages/picture';
import { PixelPicture } from '../stages/pixel_picture';
import { START, step, type TrackState } from '../streams/step';
import type { Answers, Frame, Question, Reply } from './messages';

/** What the worker holds once the networks are open. */
interface Session {
  readonly networks: OpenedNetworks;
  readonly canvas: PictureCanvas;
  hands: HandSettings;
  state: TrackState;
}

let session: Session | null = null;

addEventListener('message', ({ data }: MessageEvent<Question>) => {
  answer(data).then(
    (value) => say({ kind: 'answer', value }),
    (error: unknown) => {
      const { code, message } = knuckleError(error);
      say({ kind: 'error', code, message, isFatal: code !== 'bad-source' });
    },
  );
});

function say(reply: Reply): void {
  postMessage(reply);
}

async function answer(question: Question): Promise<Answers[keyof Answers]> {
  if (question.kind === 'open') return open(question);
  if (session === null) throw new Error('the networks are not open');
  const { networks, state, hands } = session;
  switch (question.kind) {
    case 'track':
      return withPicture(session, question.frame, async (picture) => {
        const stopwatch = watched(networks.run);
        const follower = { detector: detectorOf(hands), ...hands };
        const found = await run(step(follower, state, picture, question.time), stopwatch.networks);
        if (session !== null) session.state = found.state;
        const { width, height } = picture;
        return {
          hands: found.hands,
          palms: found.palms,
          size: { width, height },
          time: question.time,
          times: stopwatch.times(),
        };
      });
    case 'detect': {
      const detector = { ...detectorOf(question.hands ?? hands), secondLook: true };
      return withPicture(session, question.frame, (picture) =>
        run(detect(detector, picture), networks.run),
      );
    }
    case 'findPalms':
      return withPicture(session, question.frame, (picture) =>
        run(findPalms(detectorOf(hands), picture), networks.run),
      );
    case 'set':
      session.hands = question.hands;
      return null;
    case 'reset':
      session.state = START;
      return null;
  }
}

async function open(question: Question & { kind: 'open' }): Promise<Answers['open']> {
  holdLock(question.lock);
  const onBytes = (bytes: number, file: string) => say({ kind: 'progress', bytes, file });
  const { networks, setup } = await openNetworks(question, onBytes);
  session = { networks, canvas: new PictureCanvas(), hands: question.hands, state: START };
  return setup;
}

/** Hold a lock until the worker ends. So the page learns of an end that the browser does not report. */
function holdLock(name: string): void {
  navigator.locks?.request(name, () => new Promise(() => {}));
}

function detectorOf(hands: HandSettings): Detector {
  const { maxHands, minPalmScore, minPresence, mirrored } = hands;
  return { maxHands, minPalmScore, minPresence, mirrored, secondLook: false };
}

/** Read a frame as a picture, and free it. */
async function withPicture<T>(
  { canvas }: Session,
  frame: Frame,
  read: (picture: Picture) => Promise<T>,
): Promise<T> {
  try {
    const picture =
      frame instanceof ImageData ? new PixelPicture(frame) : canvas.draw(frame, sizeOf(frame));
    return await read(picture);
  } finally {
    closeFrame(frame);
  }
}

/** The networks, and how long they took. */
function watched(networks: Readonly<Record<NetworkName, Network>>): {
  networks: Readonly<Record<NetworkName, Network>>;
  times: () => StageTimes;
} {
  const start = performance.now();
  const spent = { palm: 0, hand: 0 };
  const timed =
    (name: NetworkName): Network =>
    async (pixels) => {
      const before = performance.now();
      const outputs = await networks[name](pixels);
      spent[name] += performance.now() - before;
      return outputs;
    };
  return {
    networks: { palm: timed('palm'), hand: timed('hand') },
    times: () => {
      const total = performance.now() - start;
      return { ...spent, picture: total - spent.palm - spent.hand, total };
    },
  };
}
