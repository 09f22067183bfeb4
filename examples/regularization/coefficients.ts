/** Coefficients as bars under the features that they belong to. What is exactly 0 is a ring on the line. */
import { svg } from '../dom.ts';
import { half } from '../plane.ts';
import { shortened } from '../numbers.ts';
import { colourOf, type Basis } from './bases.ts';

const reachUp = 40;

/** Bars for a picture around 0, as long as `most` allows. */
export function coefficientBars(picture: SVGSVGElement, basis: Basis, coefs: readonly number[], most: number): void {
  const { width } = picture.viewBox.baseVal;
  const bars = coefs.map((coef, k) => {
    const across = ((basis.middles[k] ?? 0) * width) / (2 * half);
    const colour = colourOf(k, coefs.length);
    const title = svg('title', {}, `${basis.names[k] ?? ''}: ${coef === 0 ? '0' : shortened(coef)}`);
    if (coef === 0)
      return svg(
        'circle',
        { class: 'zero', cx: across, cy: 0, r: 3.5, style: `fill: var(--card); stroke: ${colour}` },
        title,
      );
    const size = (reachUp * Math.abs(coef)) / most;
    const bar = {
      class: 'bar',
      x: across - 6,
      y: coef > 0 ? -size : 0,
      width: 12,
      height: Math.max(0.5, size),
      rx: 1.5,
    };
    return svg('rect', { ...bar, style: `fill: ${colour}` }, title);
  });
  const zero = svg('line', { x1: -width / 2, x2: width / 2, style: 'stroke: var(--line)' });
  picture.replaceChildren(zero, ...bars);
  const told = coefs.flatMap((coef, k) => (coef === 0 ? [] : [`${basis.names[k] ?? ''} ${shortened(coef)}`]));
  picture.setAttribute('aria-label', `Coefficients: ${told.length > 0 ? told.join(', ') : 'all 0'}`);
}
