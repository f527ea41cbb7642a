/** Where an arrow key goes from a box: the nearest one that lies that way. */

import type { PlacedBox, Rectangle } from '../layout/layout';

export type Way = 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight';

export function neighbour(
  boxes: readonly PlacedBox[],
  from: PlacedBox,
  way: Way,
): PlacedBox | null {
  const here = centre(from);
  let best: PlacedBox | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const box of boxes) {
    if (box === from) continue;
    const there = centre(box);
    const [dx, dy] = [there.x - here.x, there.y - here.y];
    const isAlong = way === 'ArrowUp' || way === 'ArrowDown';
    const sign = way === 'ArrowUp' || way === 'ArrowLeft' ? -1 : 1;
    const [along, aside] = isAlong ? [dy * sign, Math.abs(dx)] : [dx * sign, Math.abs(dy)];
    if (along <= 4) continue;
    const far = along + 2.2 * aside;
    if (far < least) [best, least] = [box, far];
  }
  return best;
}

/** Of an open box, the middle of its head: the keyboard goes there, and then inside. */
function centre({ x, y, width, height, ...rest }: Rectangle & { box?: { isOpen: boolean } }) {
  return { x: x + width / 2, y: rest.box?.isOpen ? y + 14 : y + height / 2 };
}
