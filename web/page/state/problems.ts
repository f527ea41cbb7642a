/** What can go wrong: what the user reads, and the button that helps. */

import type { Message } from './state';

export type ProblemCode =
  | 'no-camera'
  | 'camera-denied'
  | 'camera-busy'
  | 'camera-insecure'
  | 'camera-lost'
  | 'no-simd'
  | 'not-media'
  | 'out-of-memory'
  | 'worker-died'
  | 'offline'
  | 'not-found'
  | 'no-webgpu'
  | 'no-recorder';

export interface Problem {
  readonly title: string;
  readonly cure: string;
  readonly button: string;
  readonly message: Message;
}

const SAMPLE = { button: 'Play the sample clip', message: { type: 'sample-wanted' } } as const;
const CAMERA = { button: 'Try again', message: { type: 'camera-wanted' } } as const;
const RESTART = { button: 'Start again', message: { type: 'restart-wanted' } } as const;
const RELOAD = { button: 'Reload', message: { type: 'reload-wanted' } } as const;

export const PROBLEMS: Readonly<Record<ProblemCode, Problem>> = {
  'no-camera': {
    title: 'No camera was found',
    cure: 'Connect one and try again, or play the sample clip.',
    ...SAMPLE,
  },
  'camera-denied': {
    title: 'The camera is blocked for this page',
    cure: 'Allow it with the icon beside the address, then try again.',
    ...CAMERA,
  },
  'camera-busy': {
    title: 'Another program is using the camera',
    cure: 'Close that program, then try again.',
    ...CAMERA,
  },
  'camera-insecure': {
    title: 'The camera needs a secure address',
    cure: 'Open the page by https, for example with "knuckle serve --tls", or play the sample clip.',
    ...SAMPLE,
  },
  'camera-lost': {
    title: 'The camera was disconnected',
    cure: 'Connect it again and try again.',
    ...CAMERA,
  },
  'no-simd': {
    title: 'This browser is too old for hand tracking',
    cure: 'It lacks WebAssembly SIMD: update it, or open the page in a newer one.',
    ...RELOAD,
  },
  'not-media': {
    title: 'This file is no picture or video that the browser can show',
    cure: 'Choose an MP4, WebM, JPEG, PNG or WebP file.',
    button: 'Choose another file',
    message: { type: 'file-wanted' },
  },
  'out-of-memory': {
    title: 'The device ran out of memory',
    cure: 'Close other tabs, then start again with the lite model.',
    button: 'Start with the lite model',
    message: { type: 'lite-wanted' },
  },
  'worker-died': {
    title: 'The tracker has stopped',
    cure: 'Start it again; your settings are kept.',
    ...RESTART,
  },
  offline: {
    title: 'You are offline, and this model is not on the device yet',
    cure: 'Connect to the internet once, then try again.',
    ...RESTART,
  },
  'not-found': {
    title: 'The server does not have the files of the networks',
    cure: 'Check that it serves "models" and "wasm" beside this page, then try again.',
    ...RESTART,
  },
  'no-webgpu': {
    title: 'The graphics card cannot run the networks',
    cure: 'They run on the processor instead.',
    button: 'Go on',
    message: { type: 'problem-dismissed' },
  },
  'no-recorder': {
    title: 'This browser cannot record the clip',
    cure: 'The table of hands is recorded all the same; update the browser for the clip.',
    button: 'Go on',
    message: { type: 'problem-dismissed' },
  },
};
