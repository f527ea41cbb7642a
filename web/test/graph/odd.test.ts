/** Graphs as people type them: half done, wrong, or large. */

import { describe, expect, test } from 'vitest';
import { openIn } from '../../graph/drawing/open';
import { layoutOf, svgOf } from '../../graph/drawing/svg';
import { placedBoxes } from '../../graph/layout/layout';
import { measureByTable } from '../../graph/layout/measure';
import type { Drawing, Graph } from '../../graph/model';
import { graph, node } from './fixtures';

const drawn = (inside: Graph): Drawing => ({
  title: 'odd',
  file: '',
  graph: inside,
  problems: [],
  trace: null,
});

const ODD: Readonly<Record<string, Graph>> = {
  'a cycle that nobody declared': graph('', { inputs: 'a' }, [
    node('', 'One', { inputs: 'a c', outputs: 'b' }),
    node('', 'Two', { inputs: 'b', outputs: 'c' }),
  ]),
  'a node that reads itself': graph('', { inputs: 'a' }, [
    node('', 'One', { inputs: 'a LOOP:b', back: 'LOOP', outputs: 'b' }),
  ]),
  'a node that reads itself, undeclared': graph('', { inputs: 'a' }, [
    node('', 'One', { inputs: 'a b', outputs: 'b' }),
  ]),
  'two nodes that make one stream': graph('', { outputs: 'b' }, [
    node('', 'One', { outputs: 'b' }),
    node('', 'Two', { outputs: 'b' }),
  ]),
  'an output that is named twice': graph('', { inputs: 'a a', outputs: 'b b' }, [
    node('', 'One', { inputs: 'a', outputs: 'b' }),
  ]),
  'an input that goes straight out': graph('', { inputs: 'a', outputs: 'a' }, []),
  'a subgraph whose ports fit nobody': graph('', { inputs: 'a' }, [
    node('', 'Outer', {
      inputs: 'X:a',
      outputs: 'Y:b',
      side: 'Z:c',
      graph: (prefix) =>
        graph('Outer', { inputs: 'Q:q', outputs: 'R:r' }, [
          node(prefix, 'Inner', { inputs: 'q', outputs: 'r' }),
        ]),
    }),
  ]),
  'a subgraph that passes its input on': graph('', { inputs: 'a', outputs: 'b' }, [
    node('', 'Outer', {
      inputs: 'IN:a',
      outputs: 'OUT:b',
      graph: () => graph('Outer', { inputs: 'IN:x', outputs: 'OUT:x' }, []),
    }),
  ]),
  'a back edge into a subgraph': graph('', { inputs: 'a', outputs: 'c' }, [
    node('', 'Outer', {
      inputs: 'IN:a LOOP:c',
      back: 'LOOP',
      outputs: 'OUT:b',
      graph: (prefix) =>
        graph('Outer', { inputs: 'IN:x LOOP:y', outputs: 'OUT:z' }, [
          node(prefix, 'Inner', { inputs: 'x y', outputs: 'z' }),
        ]),
    }),
    node('', 'Next', { inputs: 'b', outputs: 'c' }),
  ]),
  'a back edge inside a subgraph': graph('', { inputs: 'a', outputs: 'b' }, [
    node('', 'Outer', {
      inputs: 'IN:a',
      outputs: 'OUT:b',
      graph: (prefix) =>
        graph('Outer', { inputs: 'IN:x', outputs: 'OUT:z' }, [
          node(prefix, 'First', { inputs: 'x LOOP:z', back: 'LOOP', outputs: 'y' }),
          node(prefix, 'Second', { inputs: 'y', outputs: 'z' }),
        ]),
    }),
  ]),
  'names without end': graph('', { inputs: 'a'.repeat(300) }, [
    node('', `${'Very'.repeat(80)}Calculator`, {
      inputs: `${'T'.repeat(99)}:${'a'.repeat(300)}`,
      outputs: 'b'.repeat(300),
    }),
  ]),
  'nodes without ports': graph('', {}, [node('', 'One', {}), node('', 'Two', {})]),
};

describe.each(Object.entries(ODD))('%s', (_, inside) => {
  test.each(['none', 'all'] as const)('is drawn with subgraphs open: %s', (open) => {
    const drawing = drawn(inside);
    const layout = layoutOf(drawing, openIn(drawing, open), measureByTable);
    const places = [...placedBoxes(layout.boxes)].flatMap(({ x, y, width, height }) => [
      x,
      y,
      width,
      height,
    ]);

    const ids = [...placedBoxes(layout.boxes)].map(({ box }) => box.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(places.every(Number.isFinite)).toBe(true);
    expect(layout.wires.every(({ points }) => points.length >= 2)).toBe(true);
    expect(svgOf(drawing, { open })).not.toContain('NaN');
  });
});

test('a graph of 300 nodes is drawn', () => {
  const nodes = Array.from({ length: 300 }, (_, i) =>
    node('', `Step${i}Calculator`, {
      inputs: `s${i} s${Math.max(0, i - 1 - (i % 7))}`,
      outputs: `s${i + 1}`,
    }),
  );
  const layout = layoutOf(drawn(graph('', { inputs: 's0' }, nodes)), new Set(), measureByTable);

  expect([...placedBoxes(layout.boxes)].length).toBe(301);
});
