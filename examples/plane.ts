/**
 * The plane that pictures show, 3.2 wide and 3.2 high around the origin, and what a reader can move in it: by pointer, without
 * a jump where it is taken hold of, or by the arrow keys.
 */
import { svg } from './dom.ts';

/** First coordinate to the right, second upwards. */
export type Place = readonly [right: number, up: number];

/** How far pictures reach from the origin. What can be moved stays a little within. */
export const half = 1.6;
const reach = 1.5;

export const showPlace = ([right, up]: Place): string => `(${right.toFixed(2)}, ${up.toFixed(2)})`;

/** Lines keep their width, however large the picture is. */
export const still = { 'vector-effect': 'non-scaling-stroke' };
export const line = (colour: string, extra = ''): string =>
  `fill: none; stroke: var(${colour}); stroke-width: 2px; ${extra}`;

/** The two axes of a picture that takes `unit` of its own units for 1. */
export const axes = (unit = 1): SVGLineElement[] =>
  [
    [half * unit, 0],
    [0, half * unit],
  ].map(([x2 = 0, y2 = 0]) =>
    svg('line', {
      ...still,
      x1: -x2,
      y1: -y2,
      x2,
      y2,
      style: line('--line', 'stroke-width: 1px; pointer-events: none'),
    }),
  );

/** The place under the pointer. */
export function placeAt(picture: Element, { clientX, clientY }: MouseEvent): Place {
  const { left, top, width, height } = picture.getBoundingClientRect();
  return [((clientX - left) / width - 0.5) * 2 * half, (0.5 - (clientY - top) / height) * 2 * half];
}

/** The nearest place that a thing may be moved to: within reach, in hundredths. */
export function held([right, up]: Place): Place {
  const hold = (part: number): number => Math.round(Math.min(reach, Math.max(-reach, part)) * 100) / 100;
  return [hold(right), hold(up)];
}

const steps: Readonly<Record<string, Place>> = {
  ArrowLeft: [-0.05, 0],
  ArrowRight: [0.05, 0],
  ArrowUp: [0, 0.05],
  ArrowDown: [0, -0.05],
};

export interface Movable {
  readonly picture: SVGSVGElement;
  /** What the pointer takes hold of. */
  readonly grip: SVGElement;
  /** What hears the arrow keys when it has the focus. */
  readonly focus: SVGElement;
  readonly place: () => Place;
  readonly move: (place: Place) => void;
}

export function makeMovable({ picture, grip, focus, place, move }: Movable): void {
  const moveBy = ([right, up]: Place, [x, y]: Place): void => move(held([right + x, up + y]));
  /** From the pointer to the middle of what it holds. */
  let off: Place = [0, 0];
  grip.addEventListener('pointerdown', event => {
    const [right, up] = placeAt(picture, event);
    off = [place()[0] - right, place()[1] - up];
    grip.setPointerCapture(event.pointerId);
  });
  grip.addEventListener('pointermove', event => {
    if (grip.hasPointerCapture(event.pointerId)) moveBy(placeAt(picture, event), off);
  });
  focus.addEventListener('keydown', event => {
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    moveBy(place(), step);
  });
}
