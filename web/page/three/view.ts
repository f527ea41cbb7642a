/** The 3D view on its canvas: painting, and turning it by mouse, touch and keys. */

import type { Hand, Point3, Size } from '@knuckle/web';
import {
  AT_REST,
  eased,
  type Focus,
  FRONT,
  focusOn,
  isNear,
  type Orbit,
  placed,
  projected,
  turned,
  zoomed,
} from './math';
import { floor, type Part, type Shape, scene } from './scene';

type Colour = readonly [red: number, green: number, blue: number];

const COLOURS: Readonly<Record<Part, Colour>> = {
  palm: [198, 208, 222],
  thumb: [255, 84, 112],
  index: [255, 190, 46],
  middle: [46, 213, 134],
  ring: [38, 172, 255],
  pinky: [172, 120, 255],
};
const BACKGROUND: Colour = [14, 17, 26];
const WHITE: Colour = [255, 255, 255];
const RIM = 0.0009; // metres
const MOST_HAZE = 0.5;
const LIGHT = 0.3; // of joints, beside their bones
const GLIDE = 0.12; // share of the way to a new focus, per frame
const DRAG = 0.009; // radians per pixel
const KEY_TURN = 0.15; // radians

export interface View3d {
  show(hands: readonly Hand[], isMirrored: boolean): void;
  reset(): void;
}

const KEYS: Readonly<Record<string, (orbit: Orbit) => Orbit>> = {
  ArrowLeft: (orbit) => turned(orbit, -KEY_TURN, 0),
  ArrowRight: (orbit) => turned(orbit, KEY_TURN, 0),
  ArrowUp: (orbit) => turned(orbit, 0, -KEY_TURN),
  ArrowDown: (orbit) => turned(orbit, 0, KEY_TURN),
  '+': (orbit) => zoomed(orbit, 1.2),
  '=': (orbit) => zoomed(orbit, 1.2),
  '-': (orbit) => zoomed(orbit, 1 / 1.2),
  Home: () => FRONT,
};

/** @param canvas of the document; it may change its size at any time. */
export function createView3d(canvas: HTMLCanvasElement): View3d {
  let orbit = FRONT;
  let focus = AT_REST;
  let target = AT_REST;
  let hands: readonly (readonly Point3[])[] = [];
  let isAsked = false;
  const isCalm = matchMedia('(prefers-reduced-motion: reduce)');

  const paintSoon = () => {
    if (isAsked) return;
    isAsked = true;
    requestAnimationFrame(() => {
      isAsked = false;
      focus = isNear(focus, target) ? target : eased(focus, target, isCalm.matches ? 1 : GLIDE);
      paint(canvas, hands, focus, orbit);
      if (focus !== target) paintSoon();
    });
  };
  const turn = (change: (orbit: Orbit) => Orbit) => {
    orbit = change(orbit);
    paintSoon();
  };

  followPointers(canvas, turn);
  canvas.addEventListener('keydown', (event) => {
    const change = KEYS[event.key];
    if (change === undefined || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    turn(change);
  });
  canvas.addEventListener('dblclick', () => turn(() => FRONT));
  new ResizeObserver(paintSoon).observe(canvas);

  return {
    show(found, isMirrored) {
      const inSpace = found.map(placed);
      hands = isMirrored ? inSpace.map((hand) => hand.map((p) => ({ ...p, x: -p.x }))) : inSpace;
      if (hands.length > 0) target = focusOn(hands);
      if (focus === AT_REST) focus = target;
      paintSoon();
    },
    reset: () => turn(() => FRONT),
  };
}

/** One finger or the mouse turns, two fingers or the wheel zoom. */
function followPointers(canvas: HTMLCanvasElement, turn: (change: (o: Orbit) => Orbit) => void) {
  const held = new Map<number, PointerEvent>();
  canvas.addEventListener('pointerdown', (event) => {
    held.set(event.pointerId, event);
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener('pointermove', (event) => {
    const before = held.get(event.pointerId);
    if (before === undefined) return;
    const other = [...held.values()].find((one) => one.pointerId !== event.pointerId);
    held.set(event.pointerId, event);
    if (other === undefined) {
      const [dx, dy] = [event.clientX - before.clientX, event.clientY - before.clientY];
      turn((orbit) => turned(orbit, dx * DRAG, dy * DRAG));
    } else {
      turn((orbit) => zoomed(orbit, apart(event, other) / Math.max(apart(before, other), 1)));
    }
  });
  const release = (event: PointerEvent) => held.delete(event.pointerId);
  canvas.addEventListener('pointerup', release);
  canvas.addEventListener('pointercancel', release);
  canvas.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      turn((orbit) => zoomed(orbit, Math.exp(-event.deltaY * 0.002)));
    },
    { passive: false },
  );
}

function apart(a: PointerEvent, b: PointerEvent): number {
  return Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
}

function paint(
  canvas: HTMLCanvasElement,
  hands: readonly (readonly Point3[])[],
  focus: Focus,
  orbit: Orbit,
): void {
  const density = Math.min(devicePixelRatio, 2);
  const size = { width: canvas.clientWidth * density, height: canvas.clientHeight * density };
  const context = canvas.getContext('2d');
  if (context === null || size.width === 0 || size.height === 0) return;
  if (canvas.width !== Math.round(size.width)) canvas.width = Math.round(size.width);
  if (canvas.height !== Math.round(size.height)) canvas.height = Math.round(size.height);
  context.fillStyle = css(BACKGROUND);
  context.fillRect(0, 0, canvas.width, canvas.height);
  paintFloor(context, focus, orbit, size);
  for (const shape of scene(hands, focus, orbit, size)) paintShape(context, shape);
}

function paintFloor(
  context: CanvasRenderingContext2D,
  focus: Focus,
  orbit: Orbit,
  size: Size,
): void {
  context.strokeStyle = 'rgb(148 163 196 / 0.16)';
  context.lineWidth = Math.max(size.height / 600, 1);
  context.beginPath();
  for (const [a, b] of floor(focus)) {
    const [from, to] = [projected(a, focus, orbit, size), projected(b, focus, orbit, size)];
    context.moveTo(from.x, from.y);
    context.lineTo(to.x, to.y);
  }
  context.stroke();
}

function paintShape(context: CanvasRenderingContext2D, shape: Shape): void {
  const { from, to, radius, part, haze } = shape;
  const own = from === to ? mixed(COLOURS[part], WHITE, LIGHT) : COLOURS[part];
  stroke(context, from, to, radius + RIM * from.scale, css(BACKGROUND));
  stroke(context, from, to, radius, css(mixed(own, BACKGROUND, haze * MOST_HAZE)));
}

function stroke(
  context: CanvasRenderingContext2D,
  from: { x: number; y: number },
  to: { x: number; y: number },
  radius: number,
  colour: string,
): void {
  context.lineCap = 'round';
  context.lineWidth = 2 * radius;
  context.strokeStyle = colour;
  context.beginPath();
  context.moveTo(from.x, from.y);
  context.lineTo(to.x, to.y + 0.01); // a line of no length has no ends
  context.stroke();
}

function mixed([r, g, b]: Colour, other: Colour, share: number): Colour {
  const mix = (a: number, z: number) => Math.round(a + (z - a) * share);
  return [mix(r, other[0]), mix(g, other[1]), mix(b, other[2])];
}

function css([r, g, b]: Colour): string {
  return `rgb(${r} ${g} ${b})`;
}
