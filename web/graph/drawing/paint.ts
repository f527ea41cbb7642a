/** The colours of the drawing, and how each part of it is painted; one table for pages and files. */

export type Theme = 'light' | 'dark';

export const COLOURS = {
  light: {
    ground: '#f6f6f4',
    card: '#ffffff',
    inside: '#efeff3',
    deeper: '#e6e6ee',
    ink: '#14161d',
    soft: '#575c6b',
    line: '#c9cbd4',
    stream: '#7a8296',
    side: '#a05e03',
    sideWash: '#fdf3e2',
    back: '#0a7f6f',
    input: '#e9eefb',
    inputLine: '#9fb0dc',
    accent: '#4a45d6',
    accentWash: '#ecebfc',
    danger: '#c81e45',
    dangerWash: '#fdecef',
    heat: '#e2571c',
    sunken: '#ecece8',
  },
  dark: {
    ground: '#0b0d13',
    card: '#1a1e2a',
    inside: '#12151e',
    deeper: '#0d1018',
    ink: '#eef0f6',
    soft: '#a2a9bb',
    line: '#3a4155',
    stream: '#7f89a3',
    side: '#e3a94f',
    sideWash: '#2c2415',
    back: '#3ecfb6',
    input: '#1a2340',
    inputLine: '#4a5f9e',
    accent: '#aeabff',
    accentWash: '#24244a',
    danger: '#ff7d97',
    dangerWash: '#3a1822',
    heat: '#ff8a4c',
    sunken: '#1f2330',
  },
} as const satisfies Record<Theme, Record<string, string>>;

type Colour = keyof (typeof COLOURS)['light'];

interface Paint {
  readonly fill?: Colour | 'none';
  readonly stroke?: Colour | 'none';
  /** Attributes that are the same in each theme. */
  readonly [attribute: string]: string | number | undefined;
}

const wire = { fill: 'none', 'stroke-width': 1.5, 'stroke-linejoin': 'round' } as const;

export const PAINTS = {
  ground: { fill: 'ground' },
  box: { fill: 'card', stroke: 'line' },
  'box-under': { fill: 'card', stroke: 'line' },
  'box-unknown': { fill: 'dangerWash', stroke: 'danger', 'stroke-dasharray': '5 3' },
  'box-wrong': { fill: 'card', stroke: 'danger', 'stroke-width': 1.6 },
  frame: { fill: 'inside', stroke: 'line' },
  'frame-deep': { fill: 'deeper', stroke: 'line' },
  pill: { fill: 'input', stroke: 'inputLine' },
  'pill-side': { fill: 'sideWash', stroke: 'side', 'stroke-dasharray': '4 3' },
  title: { fill: 'ink', 'font-size': 13, 'font-weight': 600 },
  'title-end': { fill: 'soft', 'font-weight': 400 },
  small: { fill: 'soft', 'font-size': 11 },
  tag: { fill: 'soft', 'font-size': 9.5, 'letter-spacing': 0 },
  'tag-side': { fill: 'side', 'font-size': 9.5 },
  'tag-lonely': { fill: 'danger', 'font-size': 9.5 },
  chip: { fill: 'ground' },
  'chip-inside': { fill: 'inside' },
  'chip-deep': { fill: 'deeper' },
  label: { fill: 'ink', 'font-size': 11 },
  'label-side': { fill: 'side', 'font-size': 11 },
  type: { fill: 'soft', 'font-size': 9.5 },
  dropped: { fill: 'danger', 'font-size': 9.5 },
  wire: { ...wire, stroke: 'stream' },
  'wire-side': { ...wire, stroke: 'side', 'stroke-dasharray': '5 4' },
  'wire-back': { ...wire, stroke: 'back', 'stroke-width': 2.2, 'stroke-dasharray': '11 3 2 3' },
  tip: { fill: 'stream' },
  'tip-side': { fill: 'side' },
  'tip-back': { fill: 'back' },
  dot: { fill: 'stream', stroke: 'card', 'stroke-width': 1 },
  'dot-side': { fill: 'side', stroke: 'card', 'stroke-width': 1 },
  'dot-back': { fill: 'back', stroke: 'card', 'stroke-width': 1 },
  'dot-lonely': { fill: 'card', stroke: 'danger', 'stroke-width': 1.5 },
  opener: { fill: 'accentWash' },
  'opener-sign': { fill: 'none', stroke: 'accent', 'stroke-width': 1.8, 'stroke-linecap': 'round' },
  badge: { fill: 'danger' },
  'badge-sign': { fill: 'none', stroke: 'card', 'stroke-width': 2, 'stroke-linecap': 'round' },
  'heat-ground': { fill: 'sunken' },
  heat: { fill: 'heat' },
} as const satisfies Record<string, Paint>;

export type PaintName = keyof typeof PAINTS;

/** The attributes that paint a part in a theme, its class among them. */
export function paint(name: PaintName, theme: Theme): Record<string, string | number> {
  return { class: `g-${name}`, ...resolved(PAINTS[name], theme) };
}

function resolved(from: Paint, theme: Theme): Record<string, string | number> {
  const colours: Readonly<Record<string, string>> = COLOURS[theme];
  const all = Object.entries(from).map(([key, value = '']): [string, string | number] => [
    key,
    key === 'fill' || key === 'stroke' ? (colours[value] ?? value) : value,
  ]);
  return Object.fromEntries(all);
}

/** Rules that paint what was painted light in the dark colours, where the reader's system is dark. */
export function darkRules(): string {
  const rules = Object.entries(PAINTS).map(([name, from]) => {
    const dark = resolved(from, 'dark');
    const words = (['fill', 'stroke'] as const)
      .filter((key) => dark[key] !== undefined)
      .map((key) => `${key}:${dark[key]}`);
    return `.g-${name}{${words.join(';')}}`;
  });
  return `@media (prefers-color-scheme:dark){${rules.join('')}}`;
}
