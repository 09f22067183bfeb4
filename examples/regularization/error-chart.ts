/** Errors against the penalty, on a logarithmic scale: on the points that a model has seen, and on those that it has not. */
import { svg } from '../dom.ts';
import type { AlphaAxis } from './alpha-axis.ts';
import type { LeftOut } from './left-out.ts';

const height = 150;
const [top, floor] = [20, height - 24];

export function errorChart(
  { across, grid, words, upright }: AlphaAxis,
  seen: readonly number[],
  leftOut: LeftOut | undefined,
  chosen: number,
  width: number,
): SVGSVGElement {
  const errors = [...seen, ...(leftOut?.errors ?? [])];
  const most = Math.max(1e-9, ...errors);
  // Points that are met exactly have no error to speak of.
  const least = Math.max(most / 1000, Math.min(...errors));
  const down = (error: number): number =>
    floor - (floor - top) * (Math.log(Math.max(least, error) / least) / Math.log((1.01 * most) / least));
  const line = (values: readonly number[], colour: string, name: string): SVGElement =>
    svg('polyline', {
      class: name,
      points: values.map((error, place) => `${across(place).toFixed(1)},${down(error).toFixed(1)}`).join(' '),
      style: `fill: none; stroke: var(${colour}); stroke-width: 2px`,
    });
  return svg(
    'svg',
    {
      width,
      height,
      role: 'img',
      'aria-label':
        'Mean square errors on points that were seen and on points that were left out; the figures have them in words',
    },
    ...grid(top, floor),
    ...[most, least].map(error => svg('text', { x: 0, y: down(error) + 4, class: 'soft' }, error.toPrecision(1))),
    ...words(height - 6),
    line(seen, '--soft', 'seen'),
    ...(leftOut
      ? [
          line(leftOut.errors, '--accent', 'left-out'),
          ...[leftOut.best, leftOut.simplest].map(place =>
            svg('circle', {
              cx: across(place),
              cy: down(leftOut.errors[place] ?? NaN),
              r: 4.5,
              style: 'fill: var(--accent); stroke: var(--card); stroke-width: 1.5px',
            }),
          ),
        ]
      : []),
    upright(chosen, top, floor, 'stroke: var(--second); stroke-width: 2px'),
    svg('text', { x: across(0), y: 12, style: 'fill: var(--accent)' }, 'error, left out'),
    svg('text', { x: width, y: 12, class: 'soft', 'text-anchor': 'end' }, 'error, seen'),
  );
}
