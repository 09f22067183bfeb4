/** The course of an iteration: its residual over powers of ten, and the rank, as they come. Shared by the pages. */
import { svg } from './dom.ts';

interface Step {
  readonly residual: number;
  readonly rank: number;
}

const height = 200;
const floor = height - 24;
/** Room for the scales at both sides. */
const margin = 40;

/** With a dashed line at the residual where the iteration ends, if it ends at one. */
export function course(history: readonly Step[], width: number, tolerance?: number): SVGSVGElement {
  const residuals = history.map(({ residual }) => Math.max(residual, 1e-12));
  const most = Math.ceil(Math.log10(Math.max(1e-3, ...residuals)));
  const least = Math.floor(Math.log10(Math.min(tolerance ?? 0.1, ...residuals)));
  const highest = Math.max(4, ...history.map(({ rank }) => rank));
  const across = (k: number): number => margin + ((width - 2 * margin) * k) / Math.max(1, history.length - 1);
  const top = 22;
  const down = (power: number): number => top + ((floor - top) * (most - power)) / (most - least);
  const up = (rank: number): number => floor - ((floor - top) * rank) / highest;
  const line = (points: readonly (readonly [number, number])[], colour: string, name: string): SVGElement =>
    svg('polyline', {
      points: points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' '),
      fill: 'none',
      stroke: colour,
      'stroke-width': 2,
      class: name,
    });
  const last = history.at(-1);
  return svg(
    'svg',
    {
      width,
      height,
      role: 'img',
      'aria-label': `After ${history.length} iterations the residual is ${last ? last.residual.toExponential(1) : 'unknown'} and the rank ${last?.rank ?? 'unknown'}`,
    },
    ...[most, least].map(power => svg('text', { x: 0, y: down(power) + 4, class: 'soft' }, `1e${power}`)),
    ...[highest, 0].map(rank =>
      svg('text', { x: width, y: up(rank) + 4, class: 'soft', 'text-anchor': 'end' }, String(rank)),
    ),
    ...(tolerance === undefined ? [] : [end(down(Math.log10(tolerance)), width)]),
    line(
      history.map(({ rank }, k) => [across(k), up(rank)]),
      'var(--second)',
      'rank',
    ),
    line(
      residuals.map((value, k) => [across(k), down(Math.log10(value))]),
      'var(--accent)',
      'residual',
    ),
    svg('text', { x: margin, y: 12, style: 'fill: var(--accent)' }, 'residual'),
    svg('text', { x: width - margin, y: 12, style: 'fill: var(--second)', 'text-anchor': 'end' }, 'rank'),
    svg('text', { x: margin, y: height - 4, class: 'soft' }, 'iteration 1'),
    svg('text', { x: width - margin, y: height - 4, class: 'soft', 'text-anchor': 'end' }, String(history.length)),
  );
}

const end = (y: number, width: number): SVGElement =>
  svg('line', { x1: margin, x2: width - margin, y1: y, y2: y, stroke: 'var(--soft)', 'stroke-dasharray': '4 4' });
