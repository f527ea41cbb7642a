/** What messages do to the viewer's state. */

import { expect, test } from 'vitest';
import { reduce } from '../../graph/state/reduce';
import { type Message, type State, startOf } from '../../graph/state/state';
import { BROKEN, TRACKING } from './fixtures';

const start = startOf({ drawing: TRACKING, prefersDark: false, isNarrow: false });
const after = (...messages: Message[]): State => messages.reduce(reduce, start);
const INNER = 'palmdetectioncpu__InferenceCalculator';

test('a subgraph opens and closes', () => {
  const open: Message = { type: 'toggled', id: 'PalmDetectionCpu' };

  expect([...after(open).open]).toEqual(['PalmDetectionCpu']);
  expect([...after(open, open).open]).toEqual([]);
  expect(after({ type: 'toggled', id: 'GateCalculator' })).toBe(start);
});

test('whoever jumps to a node sees it', () => {
  const state = after({ type: 'jumped', thing: { kind: 'node', id: INNER } });

  expect([...state.open]).toEqual(['PalmDetectionCpu']);
  expect(state.selected).toEqual({ kind: 'node', id: INNER });
  expect(state.focus).toBe(INNER);
});

test('when a subgraph closes, the keyboard is at its box', () => {
  const state = after(
    { type: 'jumped', thing: { kind: 'node', id: INNER } },
    { type: 'all-closed' },
  );

  expect(state.focus).toBe('PalmDetectionCpu');
});

test('arrow keys go round the hits', () => {
  const state = after({ type: 'typed', query: 'gate' }, { type: 'hit-moved', by: -1 });

  expect(state.hit).toBe(state.hits.length - 1);
  expect(reduce(state, { type: 'hit-moved', by: 1 }).hit).toBe(0);
});

test('Enter goes to the best hit', () => {
  const state = after({ type: 'typed', query: 'HandLandmarkCpu' }, { type: 'hit-taken' });

  expect(state.selected).toEqual({ kind: 'node', id: 'HandLandmarkCpu' });
  expect(state.isSearching).toBe(false);
});

test('a newer drawing keeps what is still there', () => {
  const state = after(
    { type: 'toggled', id: 'PalmDetectionCpu' },
    { type: 'selected', thing: { kind: 'node', id: 'HandLandmarkCpu' } },
  );
  const same = reduce(state, { type: 'drawing-given', drawing: { ...TRACKING, file: 'new' } });
  const other = reduce(state, { type: 'drawing-given', drawing: BROKEN });

  expect([[...same.open], same.selected?.id]).toEqual([['PalmDetectionCpu'], 'HandLandmarkCpu']);
  expect([[...other.open], other.selected]).toEqual([[], null]);
});

test('the switch goes from the system to the other theme and back', () => {
  const other = after({ type: 'look-chosen' });

  expect(other.look).toBe('dark');
  expect(reduce(other, { type: 'look-chosen' }).look).toBe('auto');
});
