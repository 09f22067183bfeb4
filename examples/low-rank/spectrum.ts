/** Singular values as points over powers of ten, and a line behind those that are kept. */
import { svg } from '../dom.ts';
import { powerOfTen } from '../numbers.ts';

const height = 220;
const floor = height - 26;
/** Room at the left for the powers of ten, and at the right for half a point. */
const margin = 36;
const edge = 4;

export function spectrum(strengths: readonly number[], kept: number, width: number): SVGSVGElement {
  const [largest = 1] = strengths;
  const most = Math.ceil(Math.log10(largest > 0 ? largest : 1));
  // Below a millionth of the largest there is only rounding.
  const least = Math.max(most - 7, Math.floor(Math.log10(Math.max(strengths.at(-1) ?? 0, largest * 1e-6, 1e-30))));
  const down = (power: number): number => 12 + (floor - 12) * ((most - power) / Math.max(1, most - least));
  const across = (place: number): number =>
    margin + ((width - margin - edge) * place) / Math.max(1, strengths.length - 1);
  const lines = Array.from({ length: most - least + 1 }, (_, k) => most - k).flatMap(power => [
    svg('line', { x1: margin, x2: width, y1: down(power), y2: down(power), stroke: 'var(--line)' }),
    svg('text', { x: 0, y: down(power) + 4, class: 'soft' }, powerOfTen(power)),
  ]);
  const points = strengths.map((value, k) => {
    const power = value > 0 ? Math.max(least, Math.log10(value)) : least;
    const colour = k < kept ? 'var(--accent)' : 'var(--soft)';
    return svg('circle', { cx: across(k), cy: down(power), r: k < kept ? 2.6 : 1.7, fill: colour });
  });
  const cut = across(kept - 0.5);
  return svg(
    'svg',
    {
      width,
      height,
      role: 'img',
      'aria-label': `${strengths.length} singular values from ${largest.toPrecision(3)} down to ${(strengths.at(-1) ?? 0).toPrecision(3)}; ${kept} of them are kept`,
    },
    ...lines,
    svg('line', { x1: cut, x2: cut, y1: 4, y2: floor, stroke: 'var(--second)', 'stroke-width': 2, class: 'cut' }),
    ...points,
    svg('text', { x: margin, y: height - 6, class: 'soft' }, '1'),
    svg('text', { x: width, y: height - 6, class: 'soft', 'text-anchor': 'end' }, String(strengths.length)),
  );
}
