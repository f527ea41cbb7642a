/** Which streams are one, and what letters find. */

import { expect, test } from 'vitest';
import { catalogueOf } from '../../graph/scene/catalogue';
import { totalsOf } from '../../graph/scene/totals';
import { search } from '../../graph/state/search';
import { DESKTOP, TRACKING, traced } from './fixtures';

const catalogue = catalogueOf(DESKTOP);

test('a stream is one through all the subgraphs that it passes', () => {
  const way = catalogue.wayOf('HandLandmarkTrackingCpu', 'stream', 'input_video');
  const users = catalogue.streams.get(way.id)?.ends.filter(({ isSource }) => !isSource);

  expect(way.name).toBe('input_video');
  expect(users?.map(({ node }) => node)).toEqual([
    'HandLandmarkTrackingCpu',
    'handlandmarktrackingcpu__GateCalculator_2',
    'handlandmarktrackingcpu__ImagePropertiesCalculator_2',
    'handlandmarktrackingcpu__BeginLoopNormalizedRectCalculator',
    'handlandmarktrackingcpu__PreviousLoopbackCalculator',
    'HandRendererSubgraph',
  ]);
});

test('streams of the same name in two subgraphs are two', () => {
  const [palm, hand] = ['palmdetectioncpu', 'handlandmarkcpu'].map((name) =>
    catalogueOf(TRACKING).wayOf(`${name}__InferenceCalculator`, 'stream', 'input_tensors'),
  );

  expect(palm.id).not.toBe(hand.id);
  expect(palm.names).toEqual(['palmdetectioncpu__input_tensors']);
});

test('a stream and a side packet of one name are two', () => {
  const ids = (['stream', 'side'] as const).map((kind) => catalogue.wayOf('', kind, 'x').id);

  expect(new Set(ids).size).toBe(2);
});

test('the best hit comes first', () => {
  const names = (query: string) => search(catalogueOf(TRACKING), query).map(({ name }) => name);

  expect(names('handlandmarkcpu')[0]).toBe('HandLandmarkCpu');
  expect(names('hand_rects_timestamp')[0]).toBe('hand_rects_timestamp');
  expect(names('gate')[0]).toBe('GateCalculator');
  expect(names('BATCH_END').slice(0, 2).sort()).toEqual([
    'hand_rects_timestamp',
    'palm_detections_timestamp',
  ]);
});

test('all words must be found, and no words find nothing', () => {
  const hits = search(catalogueOf(TRACKING), 'end loop rect');

  expect(hits.map(({ name }) => name)).toContain('EndLoopNormalizedRectCalculator');
  expect(hits.every(({ name }) => /rect/i.test(name))).toBe(true);
  expect(search(catalogueOf(TRACKING), '  ')).toEqual([]);
});

test('a subgraph took what the nodes in it took', () => {
  const drawing = traced(TRACKING);
  const { byNode, whole } = totalsOf(drawing);
  const inner = ['HandLandmarksToRectCalculator', 'RectTransformationCalculator'].map(
    (name) => byNode.get(`handlandmarklandmarkstoroi__${name}`) ?? 0,
  );

  expect(byNode.get('HandLandmarkLandmarksToRoi')).toBe(inner[0] + inner[1]);
  expect(Math.round(whole)).toBe(Math.round(drawing.trace?.duration ?? 0));
  expect(totalsOf(TRACKING).byNode.size).toBe(0);
});
