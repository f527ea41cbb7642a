/** All that the viewer knows. What is seen follows from it. */

import type { Theme } from '../drawing/paint';
import type { Layout } from '../layout/layout';
import type { Drawing } from '../model';
import { type Catalogue, catalogueOf } from '../scene/catalogue';
import type { Hit } from './search';

export type Thing =
  | { readonly kind: 'node'; readonly id: string }
  | { readonly kind: 'way'; readonly id: string };

export interface State {
  readonly drawing: Drawing;
  readonly catalogue: Catalogue;
  /** Subgraphs that are open. */
  readonly open: ReadonlySet<string>;
  /** null until the first is there; then the last one, even while the next is made. */
  readonly layout: Layout | null;
  /** Whether a layout is being made. */
  readonly isBusy: boolean;
  /** Why there is no layout. */
  readonly failure: string;
  readonly selected: Thing | null;
  readonly hovered: Thing | null;
  /** The node that the keyboard is at. */
  readonly focus: string;
  readonly query: string;
  readonly hits: readonly Hit[];
  /** The hit that Enter goes to. */
  readonly hit: number;
  readonly isSearching: boolean;
  readonly look: 'auto' | Theme;
  readonly prefersDark: boolean;
  readonly hasTrace: boolean;
  readonly isOverviewShown: boolean;
  readonly isLegendShown: boolean;
  /** For those who hear the page. */
  readonly said: string;
}

export type Message =
  | { readonly type: 'drawing-given'; readonly drawing: Drawing }
  | { readonly type: 'toggled'; readonly id: string }
  | { readonly type: 'all-opened' }
  | { readonly type: 'all-closed' }
  | { readonly type: 'layout-asked' }
  | { readonly type: 'laid-out'; readonly layout: Layout }
  | { readonly type: 'layout-failed'; readonly text: string }
  | { readonly type: 'selected'; readonly thing: Thing | null }
  | { readonly type: 'hovered'; readonly thing: Thing | null }
  | { readonly type: 'focused'; readonly id: string }
  | { readonly type: 'jumped'; readonly thing: Thing }
  | { readonly type: 'typed'; readonly query: string }
  | { readonly type: 'hit-moved'; readonly by: number }
  /** To the hit that is the best, or that arrow keys have chosen. */
  | { readonly type: 'hit-taken' }
  | { readonly type: 'search-left' }
  /** Without a look, the other one. */
  | { readonly type: 'look-chosen'; readonly look?: State['look'] }
  | { readonly type: 'dark-preferred'; readonly isDark: boolean }
  | { readonly type: 'trace-switched' }
  | { readonly type: 'overview-switched' }
  | { readonly type: 'legend-switched' }
  | { readonly type: 'zoomed'; readonly by: number }
  | { readonly type: 'fitted' }
  | { readonly type: 'svg-wanted' };

export interface Start {
  readonly drawing: Drawing;
  readonly prefersDark: boolean;
  readonly isNarrow: boolean;
  /** Whether the window is so low that the legend would cover the graph. */
  readonly isLow?: boolean;
}

export function startOf({ drawing, prefersDark, isNarrow, isLow = false }: Start): State {
  const hasTrace = drawing.trace !== null;
  return {
    drawing,
    catalogue: catalogueOf(drawing),
    open: new Set(),
    layout: null,
    isBusy: false,
    failure: '',
    selected: null,
    hovered: null,
    focus: drawing.graph?.nodes[0]?.id ?? '',
    query: '',
    hits: [],
    hit: 0,
    isSearching: false,
    look: 'auto',
    prefersDark,
    hasTrace,
    isOverviewShown: !isNarrow && (hasTrace || drawing.problems.some(({ isNote }) => !isNote)),
    isLegendShown: !isNarrow && !isLow,
    said: '',
  };
}

export function themeOf({ look, prefersDark }: State): Theme {
  if (look !== 'auto') return look;
  return prefersDark ? 'dark' : 'light';
}

/** The drawing as it is shown: without its trace where that is switched off. */
export function shown({ drawing, hasTrace }: State): Drawing {
  return hasTrace || drawing.trace === null ? drawing : { ...drawing, trace: null };
}
