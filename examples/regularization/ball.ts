/**
 * The picture of a ball and the ellipses of a loss around the least squares solution, which can be moved: where they first
 * touch is the best that the ball allows. Two coefficients need no GPU: everything is computed in doubles on the cpu device.
 */
import { messageOf } from '../devices.ts';
import { byId, html, svg, tell } from '../dom.ts';
import { shortened } from '../numbers.ts';
import { nameOfOrder, orderSlider } from '../order-slider.ts';
import { lengthOf, outline } from '../outline.ts';
import { axes, half, held, line, makeMovable, placeAt, showPlace, still, type Place } from '../plane.ts';
import { latest } from '../turns.ts';
import { bestWithin } from './within.ts';
import { lossAt, type Loss } from './touching.ts';

const picture = byId('ball', SVGSVGElement);
const table = byId('ball-numbers', HTMLTableSectionElement);
const status = byId('ball-status', HTMLParagraphElement);
const [radius, correlation] = [byId('radius', HTMLInputElement), byId('correlation', HTMLInputElement)];

/** How many units of the picture are 1 in the plane. */
const unit = picture.viewBox.baseVal.width / (2 * half);

const ball = svg('path', {
  ...still,
  style: line('--accent', 'stroke-width: 2.5px; fill: var(--accent); fill-opacity: 0.12'),
});
/** Shares of the touching ellipse's size: it is the bold one. */
const sizes = [1 / 3, 2 / 3, 1, 4 / 3];
const ellipses = sizes.map(size =>
  svg('ellipse', {
    ...still,
    style: line('--second', size === 1 ? 'stroke-width: 2.5px' : 'stroke-width: 1px; stroke-opacity: 0.6'),
  }),
);
const axisNames = [
  svg('text', { class: 'soft', x: 156, y: -6, 'text-anchor': 'end' }, 'w₁'),
  svg('text', { class: 'soft', x: 6, y: 154 }, 'w₂'),
];
const walk = svg('g', { style: 'fill: var(--soft)' });
const found = svg('circle', { r: 0.05 * unit, style: 'fill: var(--accent); stroke: var(--card); stroke-width: 2px' });
const foundName = svg('text', { style: 'fill: var(--accent)' }, 'w');
const grip = svg('circle', { r: 0.2 * unit, class: 'grip' });
const centre = svg(
  'g',
  { class: 'point', tabindex: 0, role: 'button', 'aria-describedby': 'ball-help' },
  grip,
  svg('circle', { r: 0.05 * unit, class: 'dot', style: 'fill: var(--second)' }),
  svg('text', { x: 0.08 * unit, y: -0.08 * unit }, 'ŵ'),
);

let leastSquares: Place = [0.3, 0.9];

const chosenP = orderSlider(byId('p', HTMLInputElement), byId('p-shown', HTMLElement), () => void draw());

const draw = latest(async () => {
  const p = chosenP();
  const loss: Loss = { leastSquares, correlation: Number(correlation.value) };
  const most = Number(radius.value);
  byId('radius-shown', HTMLElement).textContent = most.toFixed(2);
  byId('correlation-shown', HTMLElement).textContent = shortened(loss.correlation).slice(0, -1);
  try {
    const [path, best] = await Promise.all([outline(p, unit * most), bestWithin(loss, p, most)]);
    ball.setAttribute('d', path);
    showEllipses(loss, lossAt(loss, best.place));
    walk.replaceChildren(
      ...best.walk.map(([right, up]) => svg('circle', { cx: right * unit, cy: -up * unit, r: 1.6 })),
    );
    showAt(centre, leastSquares);
    centre.setAttribute('aria-label', `The least squares solution at ${showPlace(leastSquares)}`);
    const [right, up] = best.place;
    showAt(found, best.place);
    foundName.setAttribute('x', String(unit * right - 0.14 * unit));
    foundName.setAttribute('y', String(-unit * up + 0.16 * unit));
    byId('ball-kind', HTMLParagraphElement).textContent = kindOf(p);
    tell(status, meaningOf(best.place, best.isFree, p));
    showNumbers([
      ['least squares ŵ', showPair(leastSquares)],
      ['best in the ball, w', showPair(best.place)],
      [`‖w‖ for p = ${nameOfOrder(p)}`, `${shortened(await lengthOf(best.place, p))} of ${most.toFixed(2)}`],
      ['loss at w', shortened(lossAt(loss, best.place))],
      ['found by', best.how],
    ]);
  } catch (error) {
    tell(status, messageOf(error), true);
  }
});

const showAt = (mark: SVGElement, [right, up]: Place): void =>
  mark.setAttribute('transform', `translate(${right * unit} ${-up * unit})`);

const showPair = ([right, up]: Place): string =>
  `(${[right, up].map(part => (part === 0 ? '0' : shortened(part))).join(', ')})`;

/** The places of equal loss are ellipses along the diagonals. */
function showEllipses({ leastSquares: [right, up], correlation: rho }: Loss, level: number): void {
  // Where nothing is held back, no ellipse touches; some are shown all the same.
  const shown = level > 0 ? level : 0.05;
  ellipses.forEach((ellipse, k) => {
    const size = unit * (sizes[k] ?? 1) * Math.sqrt(2 * shown);
    ellipse.setAttribute('rx', String(size / Math.sqrt(1 + rho)));
    ellipse.setAttribute('ry', String(size / Math.sqrt(1 - rho)));
    ellipse.setAttribute('transform', `translate(${right * unit} ${-up * unit}) rotate(-45)`);
  });
}

function showNumbers(rows: readonly (readonly [name: string, value: string])[]): void {
  table.replaceChildren(...rows.map(([name, value]) => html('tr', {}, html('td', {}, name), html('td', {}, value))));
}

function kindOf(p: number): string {
  if (p < 1)
    return `p = ${p} is no norm but a quasi-norm: ‖x + y‖ may be up to ${Number((2 ** (1 / p - 1)).toPrecision(3))} times ‖x‖ + ‖y‖. Its ball caves in, so that the loss has several valleys on it; the deepest is shown, and it jumps.`;
  if (p === 1)
    return 'p = 1 is the lasso: the last ball that is convex, and the first with corners, which lie on the axes. Ellipses like to touch corners.';
  if (p < 2) return `p = ${p} has no corners: a coefficient comes close to 0 and is 0 only by chance.`;
  if (p === 2) return 'p = 2 is ridge: a circle has no corners, coefficients shrink together and none becomes 0.';
  if (p < Infinity) return `p = ${p} holds the larger coefficient back and spares the smaller.`;
  return 'p = ∞ is a square: its corners lie on the diagonals, so they make coefficients of equal size and no zeros.';
}

function meaningOf([right, up]: Place, isFree: boolean, p: number): string {
  if (isFree) return 'The least squares solution lies in the ball: nothing holds it back.';
  if (right === 0 || up === 0)
    return `The ellipse touches the ball on an axis: ${right === 0 ? 'w₁' : 'w₂'} is exactly 0.`;
  // Coordinates of a search agree to half the digits of doubles.
  if (p === Infinity && Math.abs(Math.abs(right) - Math.abs(up)) < 1e-6)
    return 'The ellipse touches the ball in a corner: both coefficients are of the same size.';
  return 'The ellipse touches the ball where neither coefficient is 0.';
}

function moveTo(place: Place): void {
  leastSquares = place;
  void draw();
}

/** Draws the picture and keeps it alive. */
export async function showBall(): Promise<void> {
  picture.append(...axes(unit), ...axisNames, ball, ...ellipses, walk, found, foundName, centre);
  picture.addEventListener('click', event => void (event.target !== grip && moveTo(held(placeAt(picture, event)))));
  makeMovable({ picture, grip, focus: centre, place: () => leastSquares, move: moveTo });
  for (const slider of [radius, correlation]) slider.addEventListener('input', () => void draw());
  await draw();
}
