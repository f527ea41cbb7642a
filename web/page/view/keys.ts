/** Keyboard shortcuts. */

import { isMirrored, type Message, type State } from '../state/state';

/** The message of a key, or null. Shortcuts work once there is a picture. */
export function shortcut(key: string, state: State): Message | null {
  if (!state.settings.shortcuts || state.source === null) return null;
  switch (key.toLowerCase()) {
    case ' ':
      return { type: 'pause-toggled' };
    case 'r':
      return state.source.kind === 'picture' ? { type: 'save-wanted' } : { type: 'record-toggled' };
    case 'v':
      return { type: '3d-toggled' };
    case 'm':
      return { type: 'set', key: 'mirror', value: isMirrored(state) ? 'off' : 'on' };
    case 'p':
      return {
        type: 'set',
        key: 'find',
        value: state.settings.find === 'hands' ? 'palms' : 'hands',
      };
    default:
      return null;
  }
}

/** Whether an element takes a key itself. Buttons and switches take only those that press them. */
export function takesKey(element: Element | null, key: string): boolean {
  if (element?.matches('button, summary, [type=checkbox], [type=radio], [type=range]')) {
    return key === ' ' || key === 'Enter';
  }
  return element?.matches('input, select, textarea, [contenteditable]') ?? false;
}
