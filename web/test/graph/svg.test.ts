/** The text of an SVG file. */

import { expect, test } from 'vitest';
import { svgOf } from '../../graph/drawing/svg';
import { BROKEN, DESKTOP, TRACKING, traced } from './fixtures';

const count = (text: string, what: RegExp) => [...text.matchAll(what)].length;

test('it has a title, a description and no address of anything', () => {
  const text = svgOf(TRACKING);

  expect(text).toContain('<title id="graph-title">hand_landmark_tracking</title>');
  expect(text).toContain('A graph of 19 nodes from image to multi_hand_landmarks');
  expect(text.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|url\(|href/);
});

test('a closed subgraph shows one box, an open one those inside it', () => {
  const nodes = (text: string) => count(text, /data-id="[^|"]*"/g);

  expect(nodes(svgOf(TRACKING))).toBe(19);
  expect(nodes(svgOf(TRACKING, { open: ['PalmDetectionDetectionToRoi'] }))).toBe(21);
  expect(nodes(svgOf(TRACKING, { open: 'all' }))).toBe(52);
});

test('each theme has its own colours, and auto has both', () => {
  const [light, dark, auto] = (['light', 'dark', 'auto'] as const).map((theme) =>
    svgOf(BROKEN, { theme }),
  );

  expect(light).toContain('fill="#ffffff"');
  expect(light).not.toContain('#0b0d13');
  expect(dark).toContain('fill="#0b0d13"');
  expect(dark).not.toContain('#ffffff');
  expect(auto).toContain('@media (prefers-color-scheme:dark)');
});

test('side packets are dashed and back edges differ from both', () => {
  const text = svgOf(TRACKING);

  expect(count(text, /class="g-wire-back"/g)).toBe(2); // one of them in the legend
  expect(count(text, /class="g-wire-side"[^>]*stroke-dasharray="5 4"/g)).toBeGreaterThan(4);
});

test('problems and unknown calculators are marked', () => {
  const text = svgOf(BROKEN);

  expect(count(text, /class="g-badge"/g)).toBe(2);
  expect(count(text, /class="g-box-unknown"/g)).toBe(1);
  expect(text).toContain('there is no calculator &quot;MirrorCalculater&quot;');
  expect(text).toMatch(/class="g-tag-lonely"[^>]*>render_data </);
});

test('a side packet that a subgraph may go without is no problem', () => {
  expect(svgOf(DESKTOP, { open: 'all' })).not.toContain('g-tag-lonely');
});

test('with a trace, nodes show their time and streams their packets', () => {
  const text = svgOf(traced(TRACKING));

  expect(text).toMatch(/>[\d.]+ (ms|µs), 240 calls </);
  expect(text).toContain('28 packets, 212 dropped');
});

test('odd letters leave the file well formed', () => {
  const text = svgOf({ ...BROKEN, title: 'a\u0000<b>&"c\u001b' });

  expect(text).toContain('a&lt;b&gt;&amp;&quot;c');
});
