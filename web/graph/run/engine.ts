/** Lays graphs out beside the page, in a worker that runs this same script; in the page where that cannot be. */

import {
  type ElkAnswer,
  type ElkNode,
  type ElkRequest,
  layOutNow,
  REGISTER,
  resultOf,
} from '../layout/elk';

export type LayOut = (graph: ElkNode) => Promise<ElkNode>;

/** @param script this script's text, or its address; null to work in the page. */
export function createEngine(script: { text: string } | { address: string } | null): LayOut {
  const worker = script === null ? null : workerOf(script);
  if (worker === null) return async (graph) => layOutNow(graph);
  const waiting = new Map<number, (answer: ElkAnswer) => void>();
  let isBroken = false;
  let count = 0;
  worker.onmessage = ({ data }: MessageEvent<ElkAnswer>) => {
    waiting.get(data.id)?.(data);
    waiting.delete(data.id);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    isBroken = true; // a browser that starts no such workers: the page does it itself
    for (const [id, answer] of waiting) answer({ id, error: BROKEN });
    waiting.clear();
  };
  worker.postMessage(REGISTER);
  return async (graph) => {
    if (isBroken) return layOutNow(graph);
    const id = ++count;
    const request: ElkRequest = { id, cmd: 'layout', graph };
    const answer = await new Promise<ElkAnswer>((done) => {
      waiting.set(id, done);
      worker.postMessage(request);
    });
    return answer.error === BROKEN ? layOutNow(graph) : resultOf(answer, graph);
  };
}

const BROKEN = 'no worker';

function workerOf(script: { text: string } | { address: string }): Worker | null {
  try {
    if ('address' in script) return new Worker(script.address);
    const address = URL.createObjectURL(new Blob([script.text], { type: 'text/javascript' }));
    const worker = new Worker(address);
    URL.revokeObjectURL(address);
    return worker;
  } catch {
    return null;
  }
}
