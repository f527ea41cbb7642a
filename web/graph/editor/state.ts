/** All that the editor knows beside the text and the viewer. */

import type { Problem } from '../model';
import type { Packaged } from './server';

export interface State {
  readonly name: string;
  readonly graphs: readonly Packaged[];
  readonly problems: readonly Problem[];
  /** Whether the text is what the drawing shows. */
  readonly standing: 'checking' | 'drawn' | 'unreadable' | 'unreachable';
  /** Why the server could not be asked. */
  readonly failure: string;
  /** Whether it was changed since it was opened or saved. */
  readonly isChanged: boolean;
  readonly isDropping: boolean;
  /** Whether the list of graphs to start from is shown. */
  readonly isPicking: boolean;
}

export type Message =
  | { readonly type: 'graphs-known'; readonly graphs: readonly Packaged[] }
  | { readonly type: 'opened'; readonly name: string }
  | { readonly type: 'text-changed' }
  | { readonly type: 'saved' }
  | {
      readonly type: 'checked';
      readonly problems: readonly Problem[];
      readonly isReadable: boolean;
    }
  | { readonly type: 'failed'; readonly text: string }
  | { readonly type: 'dragging'; readonly isOver: boolean }
  | { readonly type: 'picking-switched' }
  | { readonly type: 'picking-left' }
  // For what is outside of the state:
  | { readonly type: 'graph-wanted'; readonly name: string }
  | { readonly type: 'open-wanted' }
  | { readonly type: 'save-wanted' }
  | { readonly type: 'line-wanted'; readonly line: number }
  | { readonly type: 'file-given'; readonly file: File };

export const START: State = {
  name: 'graph.pbtxt',
  graphs: [],
  problems: [],
  standing: 'checking',
  failure: '',
  isChanged: false,
  isDropping: false,
  isPicking: false,
};

export function reduce(state: State, message: Message): State {
  switch (message.type) {
    case 'graphs-known':
      return { ...state, graphs: message.graphs };
    case 'opened':
      return { ...state, name: message.name, isChanged: false, isDropping: false };
    case 'text-changed':
      return { ...state, standing: 'checking', isChanged: true };
    case 'saved':
      return { ...state, isChanged: false };
    case 'checked': {
      const standing = message.isReadable ? 'drawn' : 'unreadable';
      return { ...state, problems: message.problems, standing, failure: '' };
    }
    case 'failed':
      return { ...state, standing: 'unreachable', failure: message.text };
    case 'dragging':
      return { ...state, isDropping: message.isOver };
    case 'picking-switched':
      return { ...state, isPicking: !state.isPicking };
    case 'graph-wanted':
    case 'picking-left':
      return state.isPicking ? { ...state, isPicking: false } : state;
    default:
      return state;
  }
}
