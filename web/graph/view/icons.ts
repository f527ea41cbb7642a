/** The signs on buttons. */

import { h, type Tree } from '../../page/view/tree';

const PATHS = {
  search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM16.2 16.2 20 20',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  fit: 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5',
  open: 'M8 10l4-4 4 4M8 14l4 4 4-4',
  close: 'M8 6l4 4 4-4M8 18l4-4 4 4',
  cross: 'M6 6l12 12M18 6 6 18',
  clock: 'M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16ZM12 8v4.4l3 1.8',
  sun: 'M12 16.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9ZM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4',
  moon: 'M19.5 14.2A8 8 0 0 1 9.8 4.5a8 8 0 1 0 9.7 9.7Z',
  info: 'M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16ZM12 11v5M12 8v.1',
  key: 'M4 7h9M17 7h3M4 12h3M11 12h9M4 17h9M17 17h3',
  save: 'M12 4v11M7.5 11 12 15.5 16.5 11M5 19.5h14',
  folder: 'M3.5 18V6.5h6l2 2.5h9v9Z',
} as const;

export function icon<M>(name: keyof typeof PATHS): Tree<M> {
  return h(
    'svg',
    { class: 'icon', viewBox: '0 0 24 24', 'aria-hidden': 'true' },
    h('path', { d: PATHS[name] }),
  );
}
