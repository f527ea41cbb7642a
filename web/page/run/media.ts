/** Cameras, clips and pictures -> something that shows frames. */

import type { Size } from '@knuckle/web';
import type { ProblemCode } from '../state/problems';
import type { Settings } from '../state/settings';

/** A problem that the user is told, thrown where it is noticed. */
export class Trouble extends Error {
  constructor(
    readonly code: ProblemCode,
    options?: ErrorOptions,
  ) {
    super(code, options);
  }
}

/** The camera's stream as the settings want it. Throws Trouble. */
export async function openCamera({
  camera,
  resolution,
}: Pick<Settings, 'camera' | 'resolution'>): Promise<MediaStream> {
  const devices = navigator.mediaDevices;
  if (devices === undefined) throw new Trouble('camera-insecure');
  const [width, height] = resolution.split('x').map(Number);
  const which = FACING.has(camera) ? { facingMode: camera } : { deviceId: { exact: camera } };
  const video = {
    ...which,
    width: { ideal: width },
    height: { ideal: height },
    frameRate: { ideal: 30 },
  };
  try {
    return await devices.getUserMedia({ audio: false, video });
  } catch (error) {
    // A camera that was chosen once may be gone.
    if (!FACING.has(camera)) return openCamera({ camera: 'user', resolution });
    const name = error instanceof DOMException ? error.name : '';
    throw new Trouble(CAMERA_PROBLEMS[name] ?? 'no-camera', { cause: error });
  }
}

const FACING: ReadonlySet<string> = new Set(['user', 'environment']);

const CAMERA_PROBLEMS: Readonly<Record<string, ProblemCode>> = {
  NotAllowedError: 'camera-denied',
  SecurityError: 'camera-denied',
  NotReadableError: 'camera-busy',
  AbortError: 'camera-busy',
};

/** Whether a camera looks at its user. One without a direction, as on desks, does. */
export function isFront(track: MediaStreamTrack): boolean {
  const facing = track.getSettings().facingMode;
  if (facing !== undefined) return facing === 'user';
  return !/\b(back|rear|environment)\b/i.test(track.label);
}

export async function cameras(): Promise<{ id: string; label: string }[]> {
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  return devices
    .filter(({ kind, deviceId }) => kind === 'videoinput' && deviceId !== '')
    .map(({ deviceId, label }, i) => ({ id: deviceId, label: label || `Camera ${i + 1}` }));
}

/** Show a stream or a clip's address in the video. Throws Trouble when it is no video. */
export async function show(video: HTMLVideoElement, source: MediaStream | string): Promise<Size> {
  const isShown = new Promise<void>((resolve, reject) => {
    video.onloadeddata = () => resolve();
    video.onerror = () => reject(new Trouble('not-media', { cause: video.error }));
  });
  if (typeof source === 'string') video.src = source;
  else video.srcObject = source;
  video.muted = true;
  video.load();
  await isShown;
  if (video.videoWidth === 0) throw new Trouble('not-media'); // sound without a picture
  await video.play();
  return { width: video.videoWidth, height: video.videoHeight };
}

/** Let go of what the video shows. The camera's light goes off. */
export function release(video: HTMLVideoElement): void {
  video.onloadeddata = null;
  video.onerror = null;
  video.pause();
  if (video.srcObject instanceof MediaStream) {
    for (const track of video.srcObject.getTracks()) track.stop();
  }
  if (video.src.startsWith('blob:')) URL.revokeObjectURL(video.src);
  video.srcObject = null;
  video.removeAttribute('src');
  video.load();
}

const MOST_PIXELS = 4096 * 4096;

/** A picture of a file, upright, made smaller if it is huge. Throws Trouble when it is none. */
export async function openPicture(file: Blob): Promise<ImageBitmap> {
  try {
    const whole = await createImageBitmap(file);
    const share = Math.sqrt(MOST_PIXELS / (whole.width * whole.height));
    if (share >= 1) return whole;
    const resizeWidth = Math.floor(whole.width * share);
    const small = await createImageBitmap(whole, { resizeWidth, resizeQuality: 'high' });
    whole.close();
    return small;
  } catch (error) {
    throw new Trouble('not-media', { cause: error });
  }
}

/** What a file is, by its type; without a type, by its ending. */
export function kindOf({ type, name }: { type: string; name: string }): 'clip' | 'picture' {
  if (type.startsWith('image/')) return 'picture';
  if (type.startsWith('video/')) return 'clip';
  return /\.(jpe?g|png|webp|gif|avif|bmp)$/i.test(name) ? 'picture' : 'clip';
}
