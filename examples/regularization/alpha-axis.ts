/** The axis of penalties that charts share, on a scale of powers of ten: strong ones at the left, so that coefficients come in from there. */
import { svg } from '../dom.ts';
import { powerOfTen } from '../numbers.ts';

export interface AlphaAxis {
  /** From the place of an alpha to a distance from the chart's left edge, and back to the nearest place. */
  readonly across: (place: number) => number;
  readonly placeAt: (x: number) => number;
  /** Lines from top to floor at powers of ten. */
  readonly grid: (top: number, floor: number) => SVGElement[];
  /** The powers in words, at a height. */
  readonly words: (y: number) => SVGElement[];
  readonly upright: (place: number, top: number, floor: number, style: string) => SVGElement;
}

/** Room for words at the left, and for half of one at the right. */
const [left, right] = [34, 14];

export function alphaAxis(alphas: readonly number[], width: number): AlphaAxis {
  const last = alphas.length - 1;
  const across = (place: number): number => left + ((width - left - right) * place) / last;
  const powers = alphas.flatMap((alpha, place) => {
    const power = Math.round(Math.log10(alpha));
    return Math.abs(Math.log10(alpha) - power) < 1e-9 ? [{ place, power }] : [];
  });
  const upright = (place: number, top: number, floor: number, style: string): SVGElement =>
    svg('line', { x1: across(place), x2: across(place), y1: top, y2: floor, style });
  return {
    across,
    placeAt: x => Math.min(last, Math.max(0, Math.round((last * (x - left)) / (width - left - right)))),
    grid: (top, floor) =>
      powers.map(({ place }) => upright(place, top, floor, 'stroke: var(--line); stroke-opacity: 0.6')),
    words: y =>
      powers.map(({ place, power }) =>
        svg('text', { x: across(place), y, class: 'soft', 'text-anchor': 'middle' }, powerOfTen(power)),
      ),
    upright,
  };
}
