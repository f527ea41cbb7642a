/** What the editor asks the server that serves it. */

import type { Drawing } from '../model';

export interface Packaged {
  readonly name: string;
  readonly about: string;
}

/** What the editor starts with. */
export interface Start {
  readonly name: string;
  readonly text: string;
}

/** The drawing of a text, with all that is wrong with it. */
export async function check(text: string, signal: AbortSignal): Promise<Drawing> {
  const answer = fetch('api/check', {
    method: 'POST',
    body: text,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    signal,
  });
  return (await read(answer)).json() as Promise<Drawing>;
}

export async function packaged(): Promise<Packaged[]> {
  return (await read(fetch('api/graphs'))).json() as Promise<Packaged[]>;
}

export async function textOf(name: string): Promise<string> {
  return (await read(fetch(`api/graphs/${encodeURIComponent(name)}`))).text();
}

export async function start(): Promise<Start> {
  return (await read(fetch('api/start'))).json() as Promise<Start>;
}

/** An answer that is one. Throws what the server says, or that it says nothing. */
async function read(asked: Promise<Response>): Promise<Response> {
  const answer = await asked.catch((error: Error) => {
    if (error.name === 'AbortError') throw error;
    throw new Error('there is no answer: is knuckle graph edit still running?');
  });
  if (answer.ok) return answer;
  const said = (await answer.json().catch(() => ({}))) as { detail?: string };
  throw new Error(said.detail ?? `the server answers ${answer.status}`);
}
