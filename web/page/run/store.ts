/** The one place where the state is kept. */

import { reduce } from '../state/reduce';
import type { Message, State } from '../state/state';

export type Send = (message: Message) => void;
export type Follower = (state: State, message: Message, before: State) => void;

export interface Store {
  readonly state: () => State;
  readonly send: Send;
  follow(follower: Follower): void;
}

/** @param start the state before the first message. */
export function createStore(start: State): Store {
  const followers: Follower[] = [];
  let state = start;
  const send: Send = (message) => {
    const before = state;
    state = reduce(before, message);
    for (const follower of followers) follower(state, message, before);
  };
  return { state: () => state, send, follow: (follower) => followers.push(follower) };
}
