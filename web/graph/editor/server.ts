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
  const answer = await fetch('api/check', {
    method: 'POST',
    body: text,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    signal,
  });
  return (await read(answer)).json() as Promise<Drawing>;
}

export async function packaged(): Promise<Packaged[]> {
  return (await read(await fetch('api/graphs'))).json() as Promise<Packaged[]>;
}

export async function textOf(name: string): Promise<string> {
  return (await read(await fetch(`api/graphs/${encodeURIComponent(name)}`))).text();
}

export async function start(): Promise<Start> {
  return (await read(await fetch('api/start'))).json() as Promise<Start>;
}

/** An answer that is one. Throws what the server says. */
async function read(answer: Response): Promise<Response> {
  if (answer.ok) return answer;
  const said = (await answer.json().catch(() => ({}))) as { detail?: string };
  throw new Error(said.detail ?? `the server answers ${answer.status}`);
}
