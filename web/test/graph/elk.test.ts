/** What is said when the layout library fails. */

import { expect, test } from 'vitest';
import { type ElkNode, resultOf } from '../../graph/layout/elk';

const GRAPH: ElkNode = { id: 'root', children: [{ id: 'a', children: [{ id: 'b' }] }] };

test.each(['Maximum call stack size exceeded', 'too much recursion'])(
  'a graph that is too large comes with a cure: %s',
  (message) => {
    expect(() => resultOf({ id: 1, error: { message } }, GRAPH)).toThrow(
      'a drawing of 2 boxes is more than the layout library can place: draw a part of the graph, ' +
        'close subgraphs, or write a Mermaid flowchart (.mmd)',
    );
  },
);

test('what else the library reports is passed on', () => {
  expect(() => resultOf({ id: 1, error: { message: 'no' } }, GRAPH)).toThrow(
    'the layout library cannot place this graph: no',
  );
});
