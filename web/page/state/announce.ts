/** What the screen reader hears. */

import type { Findings, State } from './state';

/** Seconds for which a count must hold, so that a flicker is not read out. */
const CALM = 0.8;

const NUMBERS = ['No', 'One', 'Two', 'Three', 'Four'];

export function announced(state: State, now: number): State {
  const { said, pending, since } = state.announcement;
  const words = wordsFor(state.findings);
  const from = words === pending ? since : now;
  // A picture does not flicker.
  const isCalm = state.source?.kind === 'picture' || now - from >= CALM;
  const announcement = { said: isCalm ? words : said, pending: words, since: from };
  return { ...state, announcement };
}

export function wordsFor({ hands, palms }: Findings): string {
  if (palms !== null) return `${count(palms.length, 'palm')}.`;
  const sides = hands.map((hand) => hand.handedness).join(' and ');
  return sides === '' ? `${count(0, 'hand')}.` : `${count(hands.length, 'hand')}: ${sides}.`;
}

export function count(many: number, noun: string): string {
  return `${NUMBERS[many] ?? many} ${noun}${many === 1 ? '' : 's'}`;
}
