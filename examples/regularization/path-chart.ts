/** Coefficients against the penalty: a line for each, drawn only where it is not 0. */
import { svg } from '../dom.ts';
import { shortened } from '../numbers.ts';
import type { AlphaAxis } from './alpha-axis.ts';
import { colourOf } from './bases.ts';

const height = 250;
const [top, floor] = [10, height - 10];

export const mostOf = (coefs: readonly (readonly number[])[]): number =>
  Math.max(0.1, ...coefs.flatMap(list => list.map(Math.abs)));

/** `coefs`: a list for each penalty; `chosen`: the place of the one that is looked at. */
export function pathChart(
  { across, grid, upright }: AlphaAxis,
  coefs: readonly (readonly number[])[],
  chosen: number,
  width: number,
): SVGSVGElement {
  const most = mostOf(coefs);
  const down = (coef: number): number => (top + floor) / 2 - ((floor - top) / 2) * (coef / most);
  const now = coefs[chosen] ?? [];
  const lines = now.map((_, feature) =>
    svg('path', {
      class: 'coefficient',
      d: pathWhereNotZero(
        coefs.map(list => list[feature] ?? 0),
        across,
        down,
      ),
      style: `fill: none; stroke: ${colourOf(feature, now.length)}; stroke-width: 2px`,
    }),
  );
  const dots = now.map((coef, feature) => {
    const colour = colourOf(feature, now.length);
    const style = `fill: ${coef === 0 ? 'var(--card)' : colour}; stroke: ${colour}`;
    return svg('circle', { cx: across(chosen), cy: down(coef), r: coef === 0 ? 2.5 : 4, style });
  });
  return svg(
    'svg',
    {
      width,
      height,
      role: 'img',
      'aria-label': `Paths of ${now.length} coefficients, of which ${now.filter(coef => coef !== 0).length} are not 0 at the chosen penalty`,
    },
    ...grid(top, floor),
    svg('line', { x1: across(0), x2: width, y1: down(0), y2: down(0), style: 'stroke: var(--line)' }),
    ...[most, 0, -most].map(value => svg('text', { x: 0, y: down(value) + 4, class: 'soft' }, brief(value))),
    ...lines,
    upright(chosen, top, floor, 'stroke: var(--second); stroke-width: 2px'),
    ...dots,
  );
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
