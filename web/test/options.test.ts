/** Options: defaults, checks, and the names of MediaPipe. */

import { expect, test } from 'vitest';
import { HAND_DEFAULTS, handSettings, trackerSettings } from '../src/options';
import { everyFrame } from '../src/streams/search';

test('what is not given keeps its value', () => {
  expect(handSettings({})).toEqual(HAND_DEFAULTS);
  const one = handSettings({ maxHands: 1, search: everyFrame() });
  expect(handSettings({ smoothing: null, minPresence: undefined }, one)).toEqual({
    ...HAND_DEFAULTS,
    maxHands: 1,
    search: { kind: 'everyFrame' },
    smoothing: null,
  });
});

test('the options of the networks and of the hands are told apart', () => {
  const [network, hands] = trackerSettings({ variant: 'lite', threads: 2, maxHands: 3 });
  expect(network).toEqual({ variant: 'lite', device: 'wasm', threads: 2, assets: {} });
  expect(hands.maxHands).toBe(3);
});

test.each([
  [{ maxHands: 1.5 }, 'maxHands must be a whole number, not 1.5'],
  [{ minPalmScore: -1 }, 'minPalmScore must be from 0 to 1, not -1'],
  [{ mirrored: 'yes' }, "mirrored must be true or false, not 'yes'"],
  [{ variant: 'heavy' }, "variant must be one of 'full', 'lite', not 'heavy'"],
  [{ threads: 0 }, 'threads must be at least 1, not 0'],
  [
    { minTrackingConfidence: 0.5 },
    'there is no option minTrackingConfidence: it is called minPresence',
  ],
])('%o is refused', (options, message) => {
  expect(() => trackerSettings(options as object)).toThrow(message);
});
