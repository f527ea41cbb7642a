/** What the part of an address after `#` asks for, so that a link can lead to a node. */

import type { Message } from '../state/state';

/**
 * The messages of `#node=ID`, `#stream=NAME`, `#open=all`, `#look=dark` and several of them with `&`.
 *
 * @param wayOf the id of the stream with a name.
 */
export function messagesOf(hash: string, wayOf: (name: string) => string | undefined): Message[] {
  const wanted = new URLSearchParams(hash.replace(/^#/, ''));
  const messages: Message[] = [];
  const look = wanted.get('look');
  if (look === 'dark' || look === 'light' || look === 'auto')
    messages.push({ type: 'look-chosen', look });
  if (wanted.get('open') === 'all') messages.push({ type: 'all-opened' });
  const node = wanted.get('node');
  if (node !== null) messages.push({ type: 'jumped', thing: { kind: 'node', id: node } });
  const stream = wayOf(wanted.get('stream') ?? '');
  if (stream !== undefined) messages.push({ type: 'jumped', thing: { kind: 'way', id: stream } });
  return messages;
}
