/** Coefficients against powers of ten of the penalty: a line for each, drawn only where it is not 0, and a cursor to drag. */
import { svg } from '../dom.ts';
import { powerOfTen, shortened } from '../numbers.ts';
import { colourOf } from './bases.ts';

export interface PathPicture {
  readonly alphas: readonly number[];
  /** A list of coefficients for each alpha. */
  readonly coefs: readonly (readonly number[])[];
  /** The place of the chosen alpha. */
  readonly chosen: number;
  /** Places of alphas that are marked, each with a word. */
  readonly marks: readonly (readonly [place: number, word: string])[];
}

const height = 270;
const [top, floor, left, right] = [14, height - 24, 34, 14];

export const mostOf = (coefs: readonly (readonly number[])[]): number =>
  Math.max(0.1, ...coefs.flatMap(list => list.map(Math.abs)));

/** The chart, and the place of the alpha that is nearest to a distance from its left edge. */
export function pathChart(
  { alphas, coefs, chosen, marks }: PathPicture,
  width: number,
): { readonly chart: SVGSVGElement; readonly placeAt: (x: number) => number } {
  const last = alphas.length - 1;
  const most = mostOf(coefs);
  // Penalties grow to the left, so that coefficients come in from there.
  const across = (place: number): number => left + ((width - left - right) * place) / last;
  const down = (coef: number): number => (top + floor) / 2 - ((floor - top) / 2) * (coef / most);
  const count = coefs[0]?.length ?? 0;
  const lines = Array.from({ length: count }, (_, feature) =>
    svg('path', {
      class: 'coefficient',
      d: pathWhereNotZero(
        coefs.map(list => list[feature] ?? 0),
        across,
        down,
      ),
      style: `fill: none; stroke: ${colourOf(feature, count)}; stroke-width: 2px`,
    }),
  );
  const powers = alphas.flatMap((alpha, place) => {
    const power = Math.log10(alpha);
    return Math.abs(power - Math.round(power)) < 1e-9 ? [{ place, power: Math.round(power) }] : [];
  });
  const upright = (place: number, style: string): SVGElement =>
    svg('line', { x1: across(place), x2: across(place), y1: top, y2: floor, style });
  const chart = svg(
    'svg',
    {
      width,
      height,
      role: 'img',
      'aria-label': `Paths of ${count} coefficients. ${(coefs[chosen] ?? []).filter(coef => coef !== 0).length} of them are not 0 where alpha is ${(alphas[chosen] ?? 0).toPrecision(3)}.`,
    },
    ...powers.flatMap(({ place, power }) => [
      upright(place, 'stroke: var(--line); stroke-opacity: 0.6'),
      svg('text', { x: across(place), y: height - 6, class: 'soft', 'text-anchor': 'middle' }, powerOfTen(power)),
    ]),
    svg('line', { x1: left, x2: width - right, y1: down(0), y2: down(0), style: 'stroke: var(--line)' }),
    ...[most, 0, -most].map(value => svg('text', { x: 0, y: down(value) + 4, class: 'soft' }, brief(value))),
    ...marks.flatMap(([place, word], k) => [
      upright(place, 'stroke: var(--soft); stroke-dasharray: 4 4'),
      svg('text', { x: across(place) + 4, y: top + 4 + 16 * k, class: 'soft' }, word),
    ]),
    ...lines,
    upright(chosen, 'stroke: var(--second); stroke-width: 2px'),
    ...(coefs[chosen] ?? []).map((coef, feature) =>
      svg('circle', {
        cx: across(chosen),
        cy: down(coef),
        r: coef === 0 ? 2.5 : 4,
        style: `fill: ${coef === 0 ? 'var(--card)' : colourOf(feature, count)}; stroke: ${colourOf(feature, count)}`,
      }),
    ),
  );
  const placeAt = (x: number): number =>
    Math.min(last, Math.max(0, Math.round((last * (x - left)) / (width - left - right))));
  return { chart, placeAt };
}

const brief = (value: number): string => (value === 0 ? '0' : shortened(value).replace(/(\.\d)\d+$/, '$1'));

/** A line from place to place, but not along zeros. */
function pathWhereNotZero(
  values: readonly number[],
  across: (place: number) => number,
  down: (coef: number) => number,
): string {
  const point = (place: number): string => `${across(place).toFixed(1)},${down(values[place] ?? 0).toFixed(1)}`;
  const isDrawn = (place: number): boolean => values[place - 1] !== 0 || values[place] !== 0;
  let path = '';
  for (let place = 1; place < values.length; place++)
    if (isDrawn(place)) path += `${place > 1 && isDrawn(place - 1) ? '' : `M${point(place - 1)}`}L${point(place)}`;
  return path;
}
